import Foundation

/// An area of interest on a raster's grid: the window it covers and the pixels in it.
public struct AreaPlacement: Sendable {
  /// The pixels of the raster that the area's box covers, within the raster.
  public let window: RasterWindow
  /// Rings in columns and rows of the raster; even-odd within each polygon.
  private let polygons: [[[Point]]]

  /// Places an area on a raster; throws `outsideImage` when no pixel centre of the raster lies in it.
  ///
  /// Edges are straight in longitude and latitude; on a projected grid they are followed to a twentieth of a pixel. The
  /// antimeridian is no border: an area east of it meets a raster that reaches over it from the west.
  public init(_ area: AreaOfInterest, on grid: RasterGrid) throws(GeoError) {
    let placer = try AreaPlacer(grid)
    var placed: [[[Point]]] = []
    for polygon in area.polygons {
      for turn in [-360.0, 0, 360] { try placed += [placer.place(polygon, turn)] }
    }
    let windows = placed.map { Self.window(around: $0, grid) }
    polygons = placed.indices.compactMap { windows[$0] == nil ? nil : placed[$0] }
    let covered = windows.compactMap(\.self)
    guard let first = covered.first else { throw Self.outside }
    window = covered.dropFirst().reduce(first) { $0.union($1) }
    guard hasPixel else { throw Self.outside }
  }

  /// Whether any pixel's centre lies in the area; looks at some rows at a time.
  private var hasPixel: Bool {
    let step = max(1, (1 << 20) / window.width)
    return stride(from: 0, to: window.height, by: step).contains { row in
      let height = min(step, window.height - row)
      let part = RasterWindow(column: window.column, row: window.row + row, width: window.width, height: height)
      return mask(of: part).contains(true)
    }
  }

  private static let outside = GeoError(
    .outsideImage, "AreaPlacement", "The area of interest lies outside the image, or holds no pixel's centre.")

  /// Whether each pixel's centre lies in the area, for the pixels of ``window``, row-major.
  public func mask() -> [Bool] { mask(of: window) }

  /// Whether each pixel's centre lies in the area, for the pixels of any window of the raster, row-major.
  public func mask(of window: RasterWindow) -> [Bool] {
    var mask = [Bool](repeating: false, count: window.pixelCount)
    for polygon in polygons {
      for (row, crossings) in Self.crossings(polygon, window).enumerated() {
        let sorted = crossings.sorted()
        for pair in stride(from: 0, to: sorted.count - 1, by: 2) {
          // Centres at column + 0.5 with from <= centre < to.
          let from = max(Self.index((sorted[pair] - 0.5).rounded(.up)), window.column)
          let to = min(Self.index((sorted[pair + 1] - 0.5).rounded(.up)), window.column + window.width)
          for column in stride(from: from, to: to, by: 1) {
            mask[row * window.width + column - window.column] = true
          }
        }
      }
    }
    return mask
  }

  /// Where the edges of a polygon cross the middle of each row of the window.
  private static func crossings(_ polygon: [[Point]], _ window: RasterWindow) -> [[Double]] {
    var crossings = [[Double]](repeating: [], count: window.height)
    for ring in polygon {
      for index in ring.indices {
        let a = ring[index]
        let b = ring[index + 1 == ring.count ? 0 : index + 1]
        let (low, high) = a.y < b.y ? (a, b) : (b, a)
        let first = max(Self.index((low.y - 0.5).rounded(.up)), window.row)
        let end = min(Self.index((high.y - 0.5).rounded(.up)), window.row + window.height)
        for row in stride(from: first, to: end, by: 1) {
          let part = (Double(row) + 0.5 - low.y) / (high.y - low.y)
          crossings[row - window.row].append(low.x + part * (high.x - low.x))
        }
      }
    }
    return crossings
  }

  /// A column or row as an integer; far outside every raster, and NaN, it is just far outside.
  private static func index(_ value: Double) -> Int { value.isNaN ? -4_000_000_000 : Int(min(max(value, -4e9), 4e9)) }

  private static func window(around rings: [[Point]], _ grid: RasterGrid) -> RasterWindow? {
    let points = rings.joined()
    guard let left = points.map(\.x).min(), let right = points.map(\.x).max(), let top = points.map(\.y).min(),
      let bottom = points.map(\.y).max()
    else { return nil }
    // An edge that is meant to lie on a pixel's edge must not take in the next pixel for a rounding error.
    let column = index((left + 1e-6).rounded(.down))
    let row = index((top + 1e-6).rounded(.down))
    let reach = RasterWindow(
      column: column, row: row, width: index((right - 1e-6).rounded(.up)) - column,
      height: index((bottom - 1e-6).rounded(.up)) - row)
    return grid.window.intersection(reach)
  }
}

/// Brings rings in longitude and latitude onto a grid, clipped to where the grid lies.
private struct AreaPlacer: ~Copyable {
  private let inverse: GeoTransform
  private let transform: CoordinateTransform
  private let box: GeographicBox

  init(_ grid: RasterGrid) throws(GeoError) {
    guard let inverse = grid.geoTransform.inverse else {
      throw GeoError(.notGeoreferenced, "AreaPlacement", "The grid's geotransform cannot be inverted.")
    }
    let geographic = try CoordinateReferenceSystem.longitudeLatitude()
    let toGrid = try CoordinateTransform(from: geographic, to: grid.referenceSystem)
    let back = try CoordinateTransform(from: grid.referenceSystem, to: geographic)
    box = try Self.surroundings(grid, back, toGrid, inverse)
    transform = toGrid
    self.inverse = inverse
  }

  /// The grid's box in longitude (running on over 180) and latitude, a little larger.
  private static func surroundings(
    _ grid: RasterGrid, _ toGeographic: borrowing CoordinateTransform, _ toGrid: borrowing CoordinateTransform,
    _ inverse: GeoTransform
  ) throws(GeoError) -> GeographicBox {
    let steps = 32
    var xs: [Double] = []
    var ys: [Double] = []
    for index in 0..<((steps + 1) * (steps + 1)) {
      let column = Double(grid.width) * Double(index % (steps + 1)) / Double(steps)
      let row = Double(grid.height) * Double(index / (steps + 1)) / Double(steps)
      let point = grid.geoTransform.point(column: column, row: row)
      xs.append(point.x)
      ys.append(point.y)
    }
    _ = try toGeographic.transform(xs: &xs, ys: &ys)
    let known = xs.indices.filter { xs[$0].isFinite && ys[$0].isFinite }
    guard let middle = known.min(by: { abs($0 - xs.count / 2) < abs($1 - xs.count / 2) }) else {
      throw GeoError(.referenceSystem, "AreaPlacement", "The image has no place in longitude and latitude.")
    }
    let longitudes = known.map { index in
      toGeographic.isIdentity ? xs[index] : xs[index] - 360 * ((xs[index] - xs[middle]) / 360).rounded()
    }
    var box = GeographicBox(
      west: longitudes.min() ?? -180, south: known.map { ys[$0] }.min() ?? -90, east: longitudes.max() ?? 180,
      north: known.map { ys[$0] }.max() ?? 90)
    let margin = max(box.east - box.west, box.north - box.south) / 10 + 1e-6
    box = GeographicBox(
      west: box.west - margin, south: max(box.south - margin, -90), east: box.east + margin,
      north: min(box.north + margin, 90))
    for pole in [90.0, -90] where !toGrid.isIdentity {
      guard let point = toGrid.transform(Point(x: 0, y: pole)) else { continue }
      let place = inverse.point(column: point.x, row: point.y)
      guard place.x > -1, place.y > -1, place.x < Double(grid.width) + 1, place.y < Double(grid.height) + 1 else {
        continue
      }
      box = GeographicBox(west: -180, south: min(box.south, pole), east: 180, north: max(box.north, pole))
    }
    return box
  }

  /// The rings of a polygon in columns and rows; empty when it does not come near the grid.
  func place(_ polygon: GeographicPolygon, _ turn: Double) throws(GeoError) -> [[Point]] {
    var rings: [[Point]] = []
    for ring in polygon.rings {
      var points = ring.dropLast().map { Point(x: $0.longitude + turn, y: $0.latitude) }
      points = Self.clipped(points) { $0.x - box.west }
      points = Self.clipped(points) { box.east - $0.x }
      points = Self.clipped(points) { $0.y - box.south }
      points = Self.clipped(points) { box.north - $0.y }
      if points.count < 3 { continue }
      var placed: [Point] = []
      for index in points.indices {
        let next = points[index + 1 == points.count ? 0 : index + 1]
        try placed += follow(points[index], next)
      }
      rings.append(placed)
    }
    return rings
  }

  /// The part of a ring on the side where `distance` is not negative (Sutherland and Hodgman).
  private static func clipped(_ ring: [Point], _ distance: (Point) -> Double) -> [Point] {
    var kept: [Point] = []
    for index in ring.indices {
      let a = ring[index == 0 ? ring.count - 1 : index - 1]
      let b = ring[index]
      let (from, to) = (distance(a), distance(b))
      if (from < 0) != (to < 0) {
        let part = from / (from - to)
        kept.append(Point(x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part))
      }
      if to >= 0 { kept.append(b) }
    }
    return kept
  }

  /// The pixel positions from one end of an edge up to the other, which is left out; bends within 0.05 pixel.
  private func follow(_ from: Point, _ to: Point) throws(GeoError) -> [Point] {
    if transform.isIdentity { return [try pixel(from)] }
    var placed: [Point] = []
    var open = [(from, to, 0)]
    while let (a, b, depth) = open.popLast() {
      let start = try pixel(a)
      let end = try pixel(b)
      let middle = Point(x: (a.x + b.x) / 2, y: (a.y + b.y) / 2)
      let bend = try pixel(middle)
      let error = max(abs(bend.x - (start.x + end.x) / 2), abs(bend.y - (start.y + end.y) / 2))
      let isShort = max(abs(end.x - start.x), abs(end.y - start.y)) < 8
      if isShort || depth >= 3, error < 0.05 || depth >= 16 {
        placed.append(start)
      } else {
        open += [(middle, b, depth + 1), (a, middle, depth + 1)]
      }
    }
    return placed
  }

  private func pixel(_ point: Point) throws(GeoError) -> Point {
    guard let moved = transform.transform(point) else {
      throw GeoError(
        .referenceSystem, "AreaPlacement", "The area of interest cannot be expressed in the image's reference system.")
    }
    return inverse.point(column: moved.x, row: moved.y)
  }
}
