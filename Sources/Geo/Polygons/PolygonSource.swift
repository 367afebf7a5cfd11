import Vectors

/// The polygons of a class map, one at a time.
///
/// On grids that lie on the Earth as on a plane positions are read off the coverage; elsewhere (over a pole, where a
/// projection is torn, where pixels are as small as the last decimal) every polygon is brought to longitude and latitude
/// by itself and repaired by GEOS where rounding has hurt it.
struct PolygonSource: Sendable {
  /// A polygon with 7 decimals.
  struct Outline {
    var parts: [GeographicPolygon]
    var box: GeographicBox
  }

  let coverage: PolygonCoverage
  private let grid: RasterGrid
  private let transform: TransformPool
  private let ellipsoid: EllipsoidArea
  private let placement: GeographicPlacement?
  private let hasAreas: Bool

  init<Value: ClassValue>(
    _ raster: ClassRaster<Value>, _ confidence: ConfidenceRaster?, on grid: RasterGrid,
    _ options: Polygonizer.Options, _ isCancelled: @escaping @Sendable () -> Bool
  ) throws {
    self.grid = grid
    let transform = try TransformPool(from: grid.referenceSystem, to: .longitudeLatitude())
    self.transform = transform
    ellipsoid = EllipsoidArea(isGeographicGrid: grid.referenceSystem.isGeographic)
    let lattice = try GridLattice(grid, transform)
    placement = lattice.map {
      GeographicPlacement(geoTransform: grid.geoTransform, transform: transform, lattice: $0)
    }
    let areas = try lattice.flatMap { try GridPixelAreas(grid, transform, $0) }
    hasAreas = areas != nil
    let onGrid = PixelGridPlacement(metres: grid.roughMetric)
    coverage = try PolygonCoverage(
      raster, confidence: confidence, areas: areas, placement: placement ?? onGrid,
      options: PolygonCoverage.Options(
        shaper: options.activeShaper, validity: placement.map { GEOSValidity(origin: $0.origin) },
        threads: options.threads, limits: options.limits),
      isCancelled: isCancelled)
  }

  /// Square metres of a component's pixels.
  func area(_ component: Int) throws(GeoError) -> Double {
    if hasAreas { return coverage.components.areas[component] }
    var area = 0.0
    for ring in coverage.tracedRings(component) {
      let path = try RingPath(GridCorner.steps(along: ring), grid.geoTransform, transform)
      area += ellipsoid.signedArea(longitudes: path.longitudes, latitudes: path.latitudes, turns: path.turns)
    }
    return abs(area)
  }

  /// A component's polygon; nil when nothing remains at 7 decimals.
  func outline(_ component: Int, _ rings: inout PolygonRings, _ shaper: borrowing PolygonShaper) throws -> Outline? {
    coverage.read(component, into: &rings)
    guard let placement else { return try ownOutline(rings, shaper) }
    let origin = placement.origin
    var box = FixedBox(rings.ring(0))
    box.move(by: origin)
    let parts = rings.ends.indices.map { ring in
      rings.ring(ring).map {
        GeographicPoint(longitude: Double(Int($0.x) + origin) / 1e7, latitude: Double($0.y) / 1e7)
      }
    }
    let polygon = GeographicPolygon(exterior: parts[0], holes: Array(parts.dropFirst()))
    if box.west >= -1_800_000_000, box.east <= 1_800_000_000 { return Outline(parts: [polygon], box: box.degrees) }
    return try shaper.shape(polygon).map { Outline(parts: $0.parts, box: $0.box) }
  }

  private func ownOutline(_ rings: PolygonRings, _ shaper: borrowing PolygonShaper) throws -> Outline? {
    var paths: [RingPath] = []
    for index in rings.ends.indices {
      let corners = rings.ring(index).dropLast().map { GridPoint(x: $0.x, y: $0.y) }
      paths.append(try RingPath(GridCorner.steps(along: corners), grid.geoTransform, transform))
    }
    return try shaper.shape(outer: paths[0], holes: Array(paths.dropFirst())).map {
      Outline(parts: $0.parts, box: $0.box)
    }
  }
}

/// The box of a ring in 1e-7 degrees.
struct FixedBox {
  var west = Int.max
  var south = Int.max
  var east = Int.min
  var north = Int.min

  init(_ ring: ArraySlice<FixedPosition>) {
    for position in ring {
      west = min(west, Int(position.x))
      east = max(east, Int(position.x))
      south = min(south, Int(position.y))
      north = max(north, Int(position.y))
    }
  }

  mutating func move(by longitude: Int) {
    west += longitude
    east += longitude
  }

  var degrees: GeographicBox {
    GeographicBox(
      west: Double(west) / 1e7, south: Double(south) / 1e7, east: Double(east) / 1e7, north: Double(north) / 1e7)
  }
}

extension GridCorner {
  /// A ring's corners, which are nodes, with steps of at most a pixel between them.
  static func steps(along ring: [GridPoint]) -> [GridCorner] {
    var corners: [GridCorner] = []
    for index in ring.indices {
      let (from, to) = (ring[index], ring[index + 1 == ring.count ? 0 : index + 1])
      let (columns, rows) = (to.column - from.column, to.row - from.row)
      let pieces = max(1, Int(max(abs(columns), abs(rows)).rounded(.up)))
      corners.append(GridCorner(column: from.column, row: from.row, isNode: true))
      for piece in 1..<max(pieces, 1) {
        let share = Double(piece) / Double(pieces)
        corners.append(
          GridCorner(column: from.column + columns * share, row: from.row + rows * share, isNode: false))
      }
    }
    return corners
  }
}

extension RasterGrid {
  /// Metres of a pixel by the grid's own units.
  var roughMetric: GridMetric {
    let unit = referenceSystem.unitSize * (referenceSystem.isGeographic ? EllipsoidArea.equatorialRadius : 1)
    return GridMetric(
      eastX: geoTransform.columnX * unit, eastY: geoTransform.rowX * unit, northX: geoTransform.columnY * unit,
      northY: geoTransform.rowY * unit)
  }
}
