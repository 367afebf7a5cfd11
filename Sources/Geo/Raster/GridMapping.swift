/// Where the pixel centres of one grid lie on another, as fractional columns and rows.
///
/// Between grids of one reference system the map is affine and exact. Between others each row is converted at every
/// 64th column or more often, and interpolated in between to within `tolerance` source pixels. A pixel's position depends
/// on its place in the grid alone, not on which others are asked for with it. What lies beside a source in degrees is
/// looked for on the source's turn of the Earth: 178 and -182 degrees are one meridian.
struct GridMapping: ~Copyable {
  /// Largest error of interpolation, in source pixels.
  static let tolerance = 0.01

  private let target: RasterGrid
  private let sourceInverse: GeoTransform
  private let transform: CoordinateTransform
  private let turn: LongitudeTurn?

  init(from target: RasterGrid, to source: RasterGrid) throws(GeoError) {
    guard let inverse = source.geoTransform.inverse, target.geoTransform.inverse != nil else {
      throw GeoError(.notGeoreferenced, "GridMapping", "A grid's geotransform cannot be inverted.")
    }
    transform = try CoordinateTransform(from: target.referenceSystem, to: source.referenceSystem)
    self.target = target
    sourceInverse = inverse
    turn = LongitudeTurn(source)
  }

  /// Whether both grids have the same reference system.
  var isSameSystem: Bool { transform.isIdentity }

  /// Columns between places that are converted, at most.
  private static let stretch = 64

  /// The source positions of the centres of some columns of a target row; NaN where there are none.
  func positions(row: Int, columns: Range<Int>) throws(GeoError) -> [Point] {
    if transform.isIdentity { return columns.map { exact(column: $0, row: row) } }
    var positions = [Point](repeating: Point(x: .nan, y: .nan), count: columns.count)
    var exactAt = [Int: Point](minimumCapacity: 16)
    func known(_ column: Int) -> Point {
      if let point = exactAt[column] { return point }
      let point = exact(column: column, row: row)
      exactAt[column] = point
      return point
    }
    let stretch = Self.stretch
    var open = stride(from: columns.lowerBound / stretch * stretch, to: columns.upperBound, by: stretch)
      .map { ($0, $0 + stretch) }
    while let (first, last) = open.popLast() {
      guard last > columns.lowerBound, first < columns.upperBound else { continue }
      let (a, b) = (known(first), known(last))
      let middle = (first + last) / 2
      if last - first < 2 || isStraight(a, known(middle), b, Double(middle - first) / Double(last - first)) {
        for column in max(first, columns.lowerBound)..<min(last, columns.upperBound) {
          // The first as it is: infinities and NaN must not spread, nor rounding move it.
          positions[column - columns.lowerBound] =
            column == first ? a : between(a, b, Double(column - first) / Double(last - first))
        }
      } else {
        open += [(first, middle), (middle, last)]
      }
    }
    return positions
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
    let position = sourceInverse.point(column: moved.x, row: moved.y)
    guard let turned = turn?.otherName(of: moved, at: position) else { return position }
    return sourceInverse.point(column: turned.x, row: turned.y)
  }
}
