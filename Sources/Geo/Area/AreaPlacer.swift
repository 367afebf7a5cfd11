/// Brings rings in longitude and latitude onto a grid, clipped to where the grid lies.
struct AreaPlacer: ~Copyable {
  private let inverse: GeoTransform
  private let transform: CoordinateTransform
  private let box: GeographicBox
  /// Columns and rows after which the plane repeats the Earth, where the grid reaches over its seam.
  private let period: Point?
  /// The larger of the grid's width and height.
  private let size: Double

  init(_ grid: RasterGrid) throws(GeoError) {
    guard let inverse = grid.geoTransform.inverse else {
      throw GeoError(.notGeoreferenced, "AreaPlacement", "The grid's geotransform cannot be inverted.")
    }
    let geographic = try CoordinateReferenceSystem.longitudeLatitude()
    let toGrid = try CoordinateTransform(from: geographic, to: grid.referenceSystem)
    let back = try CoordinateTransform(from: grid.referenceSystem, to: geographic)
    let known = try Self.surroundings(grid, back)
    let reach = try Self.reach(of: known, grid, inverse)
    (box, period) = (reach.box, reach.period)
    size = Double(max(grid.width, grid.height))
    transform = toGrid
    self.inverse = inverse
  }

  /// The box of a lattice of the grid's places, in longitude (running on over 180) and latitude.
  private static func surroundings(
    _ grid: RasterGrid, _ toGeographic: borrowing CoordinateTransform
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
    return GeographicBox(
      west: longitudes.min() ?? -180, south: known.map { ys[$0] }.min() ?? -90, east: longitudes.max() ?? 180,
      north: known.map { ys[$0] }.max() ?? 90)
  }

  private typealias Reach = (box: GeographicBox, period: Point?)

  /// The grid's box, a little larger, but not over a seam of the projection.
  private static func reach(
    of known: GeographicBox, _ grid: RasterGrid, _ inverse: GeoTransform
  ) throws(GeoError) -> Reach {
    let toGrid = try CoordinateTransform(from: .longitudeLatitude(), to: grid.referenceSystem)
    let margin = max(known.east - known.west, known.north - known.south) / 10 + 1e-6
    let box = GeographicBox(
      west: known.west - margin, south: max(known.south - margin, -90), east: known.east + margin,
      north: min(known.north + margin, 90))
    if toGrid.isIdentity { return (box, nil) }
    return Self.reach(from: known, to: box, grid) { point in
      toGrid.transform(point).map { inverse.point(column: $0.x, row: $0.y) }
    }
  }

  private static func reach(
    from known: GeographicBox, to wanted: GeographicBox, _ grid: RasterGrid, _ place: (Point) -> Point?
  ) -> Reach {
    let middle = (known.west + known.east) / 2
    var box = wanted
    box.south = latitude(from: known.south, to: wanted.south, middle, grid, place)
    box.north = latitude(from: known.north, to: wanted.north, middle, grid, place)
    for pole in [90.0, -90] {
      guard let there = place(Point(x: 0, y: pole)), there.x > -1, there.y > -1, there.x < Double(grid.width) + 1,
        there.y < Double(grid.height) + 1
      else { continue }
      box = GeographicBox(west: -180, south: min(box.south, pole), east: 180, north: max(box.north, pole))
    }
    let latitudes = [known.south, (known.south + known.north) / 2, known.north]
    let seams = ProjectionSeam.find(from: box.west, to: box.east, latitudes: latitudes, place)
    if let inner = seams.first(where: { $0.longitude > known.west + 1e-6 && $0.longitude < known.east - 1e-6 }) {
      // The grid has places on both sides: all longitudes count, from one side of the seam around to the other.
      let east = inner.longitude - 360 * ((inner.longitude - 180) / 360).rounded(.up)
      box.west = east - 360 + ProjectionSeam.clearance
      box.east = east - ProjectionSeam.clearance
      return (box, inner.period)
    }
    for seam in seams {
      if seam.longitude < middle { box.west = max(box.west, seam.longitude + ProjectionSeam.clearance) }
      if seam.longitude > middle { box.east = min(box.east, seam.longitude - ProjectionSeam.clearance) }
    }
    return (box, nil)
  }

  /// A latitude towards another one, as far as it does not lie far from the grid, as poles do in Mercator's projection.
  private static func latitude(
    from known: Double, to wanted: Double, _ longitude: Double, _ grid: RasterGrid, _ place: (Point) -> Point?
  ) -> Double {
    let (width, height) = (Double(grid.width), Double(grid.height))
    let most = 2 * max(width, height) + 16
    var distance = wanted - known
    for _ in 0..<16 {
      if let there = place(Point(x: longitude, y: known + distance)), there.x > -most, there.x < width + most,
        there.y > -most, there.y < height + most
      {
        return known + distance
      }
      distance /= 2
    }
    return known
  }

  /// Rings, again for each time that a plane which repeats the Earth shows them on the grid.
  func copies(of rings: [[Point]]) -> [[[Point]]] {
    guard let period else { return [rings] }
    let count = Int(min((size / max(abs(period.x), abs(period.y))).rounded(.up), 4))
    return (-count...count).map { turn in
      rings.map { ring in
        ring.map { Point(x: $0.x + Double(turn) * period.x, y: $0.y + Double(turn) * period.y) }
      }
    }
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
        // However short the piece, its ends stay apart: the plane is torn there.
        if error > max(8, size / 100) { throw Self.torn }
        placed.append(start)
      } else {
        open += [(middle, b, depth + 1), (a, middle, depth + 1)]
      }
    }
    return placed
  }

  private static let torn = GeoError(
    .referenceSystem, "AreaPlacement",
    "The image's projection is torn within the area of interest: ask for a part of it.")

  private func pixel(_ point: Point) throws(GeoError) -> Point {
    guard let moved = transform.transform(point) else {
      throw GeoError(
        .referenceSystem, "AreaPlacement", "The area of interest cannot be expressed in the image's reference system.")
    }
    return inverse.point(column: moved.x, row: moved.y)
  }
}
