/// Where the pixel centres of one grid lie on another, as fractional columns and rows.
///
/// Between grids of one reference system the map is affine and exact. Between others each row is converted at every
/// 64th column or more often, and interpolated in between to within `tolerance` source pixels.
struct GridMapping: ~Copyable {
  /// Largest error of interpolation, in source pixels.
  static let tolerance = 0.01

  private let target: RasterGrid
  private let sourceInverse: GeoTransform
  private let transform: CoordinateTransform

  init(from target: RasterGrid, to source: RasterGrid) throws(GeoError) {
    guard let inverse = source.geoTransform.inverse, target.geoTransform.inverse != nil else {
      throw GeoError(.notGeoreferenced, "GridMapping", "A grid's geotransform cannot be inverted.")
    }
    transform = try CoordinateTransform(from: target.referenceSystem, to: source.referenceSystem)
    self.target = target
    sourceInverse = inverse
  }

  /// Whether both grids have the same reference system.
  var isSameSystem: Bool { transform.isIdentity }

  /// The source positions of the centres of a target row; NaN where there are none.
  func positions(row: Int) throws(GeoError) -> [Point] {
    let width = target.width
    if transform.isIdentity { return (0..<width).map { exact(column: $0, row: row) } }
    var positions = [Point](repeating: Point(x: .nan, y: .nan), count: width)
    var exactAt = [Int: Point](minimumCapacity: 16)
    func known(_ column: Int) -> Point {
      if let point = exactAt[column] { return point }
      let point = exact(column: column, row: row)
      exactAt[column] = point
      return point
    }
    var open = [(0, width - 1)]
    while let (first, last) = open.popLast() {
      let (a, b) = (known(first), known(last))
      let middle = (first + last) / 2
      let isNarrow = last - first <= 64
      if last - first < 2 || isNarrow && isStraight(a, known(middle), b, Double(middle - first) / Double(last - first))
      {
        fill(&positions, first, last, a, b)
      } else {
        open += [(first, middle), (middle, last)]
      }
    }
    return positions
  }

  private func fill(_ positions: inout [Point], _ first: Int, _ last: Int, _ a: Point, _ b: Point) {
    for column in first...last {
      let part = last == first ? 0 : Double(column - first) / Double(last - first)
      // The ends as they are: infinities and NaN must not spread, nor rounding move them.
      positions[column] = column == first ? a : column == last ? b : between(a, b, part)
    }
  }

  private func between(_ a: Point, _ b: Point, _ part: Double) -> Point {
    Point(x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part)
  }

  private func isStraight(_ a: Point, _ middle: Point, _ b: Point, _ part: Double) -> Bool {
    let expected = between(a, b, part)
    return abs(expected.x - middle.x) <= Self.tolerance && abs(expected.y - middle.y) <= Self.tolerance
  }

  private func exact(column: Int, row: Int) -> Point {
    let place = target.geoTransform.point(column: Double(column) + 0.5, row: Double(row) + 0.5)
    let moved = transform.isIdentity ? place : transform.transform(place)
    guard let moved else { return Point(x: .nan, y: .nan) }
    return sourceInverse.point(column: moved.x, row: moved.y)
  }
}
