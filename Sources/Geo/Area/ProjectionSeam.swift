/// A meridian along which a projection tears the Earth: places beside one another lie far apart on the grid.
struct ProjectionSeam {
  /// Degrees that keep clear of the seam: a tenth of a millimetre.
  static let clearance = 1e-9

  /// Degrees east of Greenwich, on the turn it was found in.
  let longitude: Double
  /// Columns and rows from the seam's eastern side on the grid to its western one, where they are the same at all
  /// latitudes: then the grid's plane repeats the Earth.
  let period: Point?

  /// The seams between two longitudes, at the middle of some latitudes; `place` gives columns and rows.
  static func find(
    from west: Double, to east: Double, latitudes: [Double], _ place: (Point) -> Point?
  ) -> [ProjectionSeam] {
    let middle = latitudes.reduce(0, +) / Double(max(latitudes.count, 1))
    let count = max(1, Int(min((east - west) / 5, 200).rounded(.up)))
    return (0..<count).compactMap { index in
      let low = west + (east - west) * Double(index) / Double(count)
      let high = west + (east - west) * Double(index + 1) / Double(count)
      guard let longitude = tear(low, high, latitude: middle, place) else { return nil }
      let jumps = latitudes.map { jump(over: longitude, latitude: $0, place) }
      return ProjectionSeam(longitude: longitude, period: common(jumps))
    }
  }

  /// Where the distance between two places does not shrink as they come together.
  private static func tear(
    _ west: Double, _ east: Double, latitude: Double, _ place: (Point) -> Point?
  ) -> Double? {
    var (low, high) = (west, east)
    guard var from = place(Point(x: low, y: latitude)), var to = place(Point(x: high, y: latitude)) else { return nil }
    let start = distance(from, to)
    while high - low > clearance / 4 {
      if distance(from, to) <= max(start / 1000, 1) { return nil }
      let middle = (low + high) / 2
      guard let bend = place(Point(x: middle, y: latitude)), middle > low, middle < high else { return nil }
      if distance(from, bend) > distance(bend, to) { (high, to) = (middle, bend) } else { (low, from) = (middle, bend) }
    }
    return distance(from, to) > max(start / 1000, 1) ? (low + high) / 2 : nil
  }

  private static func jump(over longitude: Double, latitude: Double, _ place: (Point) -> Point?) -> Point? {
    guard let west = place(Point(x: longitude - clearance, y: latitude)),
      let east = place(Point(x: longitude + clearance, y: latitude))
    else { return nil }
    return Point(x: west.x - east.x, y: west.y - east.y)
  }

  private static func common(_ jumps: [Point?]) -> Point? {
    guard let first = jumps.first ?? nil else { return nil }
    let most = max(0.01, 1e-7 * distance(first, Point(x: 0, y: 0)))
    let areSame = jumps.allSatisfy { jump in jump.map { distance($0, first) <= most } ?? false }
    return areSame ? first : nil
  }

  private static func distance(_ a: Point, _ b: Point) -> Double { max(abs(a.x - b.x), abs(a.y - b.y)) }
}
