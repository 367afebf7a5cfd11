import Vectors

/// The polygons of a class map, one at a time.
///
/// On grids that lie on the Earth as on a plane positions are read off the coverage; elsewhere they are those of
/// ``SphereOutlines``.
struct PolygonSource: Sendable {
  let coverage: PolygonCoverage
  /// How fine positions are.
  let unit: DegreeUnit
  private let grid: RasterGrid
  private let transform: TransformPool
  private let ellipsoid: EllipsoidArea
  private let frame: PositionFrame?
  /// The antimeridian of each turn that is near the grid, from the west to the east.
  private let seams: [Int32]
  private let sphere: SphereOutlines
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
    let areas = try lattice.flatMap { try GridPixelAreas(grid, transform, $0) }
    hasAreas = areas != nil
    frame = lattice?.frame
    seams = lattice?.seam.seams ?? []
    unit = lattice?.frame.unit ?? .coarsest
    sphere = SphereOutlines(grid.geoTransform, transform, lattice == nil ? try EarthSheet(grid) : nil)
    let placement: any ArcPlacement
    let validity: any CoverageValidity
    if let lattice {
      placement = GeographicPlacement(geoTransform: grid.geoTransform, transform: transform, lattice: lattice)
      validity = GEOSValidity(lattice.frame)
    } else {
      placement = PixelGridPlacement(metres: grid.roughMetric)
      validity = sphere
    }
    coverage = try PolygonCoverage(
      raster, confidence: confidence, areas: areas, placement: placement,
      options: PolygonCoverage.Options(
        shaper: options.shaper, validity: validity, threads: options.threads, limits: options.limits),
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

  /// A component's polygon; nil when nothing remains with the unit's decimals.
  func outline(
    _ component: Int, _ rings: inout PolygonRings, _ shaper: borrowing PolygonShaper
  ) throws(GeoError) -> PolygonOutline? {
    coverage.read(component, into: &rings)
    guard let frame else { return try sphere.outline(rings, shaper) }
    let seams = seams.filter { seam in
      rings.ring(0).contains { $0.x < seam } && rings.ring(0).contains { $0.x > seam }
    }
    let box = GeographicBox(around: rings.ring(0), frame)
    guard let parts = Self.parts(rings, seams) else {
      // Lines that meet even as traced: the component is unsettled.
      return try shaper.shape(frame.polygon(rings, turns: 0))
    }
    return PolygonOutline(
      parts: parts.map { frame.polygon($0, turns: frame.turns($0)) }, box: box.onceAround(unit))
  }

  /// The parts of a polygon between the antimeridians of all turns, from the west to the east.
  private static func parts(_ rings: PolygonRings, _ seams: [Int32]) -> [PolygonRings]? {
    var parts: [PolygonRings] = []
    var rest = [rings]
    for seam in seams {
      var beyond: [PolygonRings] = []
      for polygon in rest {
        guard let sides = polygon.parts(atMeridian: seam) else { return nil }
        parts += sides.west
        beyond += sides.east
      }
      rest = beyond
    }
    return parts + rest
  }
}

extension PositionFrame {
  /// Whole turns to -180 to 180 from where a polygon lies, which crosses no antimeridian.
  fileprivate func turns(_ rings: PolygonRings) -> Double {
    let box = GeographicBox(around: rings.ring(0), self)
    return -((box.west + box.east + 360) / 720).rounded(.down)
  }

  /// A polygon in degrees, its longitudes moved by whole turns.
  fileprivate func polygon(_ rings: PolygonRings, turns: Double) -> GeographicPolygon {
    let parts = rings.ends.indices.map { ring in
      rings.ring(ring).map { position in
        // Rounded again only where a turn was added: what it is a rounding error off.
        let east = turns == 0 ? longitude(position) : unit.rounded(longitude(position) + 360 * turns)
        return GeographicPoint(longitude: east, latitude: latitude(position))
      }
    }
    return GeographicPolygon(exterior: parts[0], holes: Array(parts.dropFirst()))
  }
}

extension GeographicBox {
  /// The box around positions of a frame.
  fileprivate init(around ring: ArraySlice<FixedPosition>, _ frame: PositionFrame) {
    var (low, high) = (SIMD2(repeating: Int32.max), SIMD2(repeating: Int32.min))
    for position in ring {
      low = SIMD2(Swift.min(low.x, position.x), Swift.min(low.y, position.y))
      high = SIMD2(Swift.max(high.x, position.x), Swift.max(high.y, position.y))
    }
    self.init(
      west: frame.longitude(x: low.x), south: frame.latitude(y: low.y), east: frame.longitude(x: high.x),
      north: frame.latitude(y: high.y))
  }

  /// The same box between -180 and 180; its west is greater than its east where it crosses the antimeridian.
  fileprivate func onceAround(_ unit: DegreeUnit) -> GeographicBox {
    if west >= -180, east <= 180 { return self }
    if east - west >= 360 { return GeographicBox(west: -180, south: south, east: 180, north: north) }
    return GeographicBox(
      west: unit.rounded(west - 360 * ((west + 180) / 360).rounded(.down)), south: south,
      east: unit.rounded(east - 360 * ((east - 180) / 360).rounded(.up)), north: north)
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
