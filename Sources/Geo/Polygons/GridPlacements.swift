import Vectors

/// Arcs in longitude and latitude, counted from the middle of the grid.
struct GeographicPlacement: ArcPlacement {
  let geoTransform: GeoTransform
  let transform: TransformPool
  let lattice: GridLattice

  var isMirrored: Bool { lattice.isMirrored }

  func metric(at point: GridPoint) -> GridMetric {
    lattice.metric(column: point.column, row: point.row)
  }

  func place(_ arcs: ArcPoints<GridPoint>, into placed: inout ArcPoints<FixedPosition>) throws {
    var lines = ArcLines(geoTransform, lattice)
    for arc in 0..<arcs.count {
      let range = arcs.range(arc)
      lines.append(arcs.points[range.lowerBound])
      for index in range.dropLast() {
        lines.append(arcs.points[index], arcs.points[index + 1])
      }
      lines.ends.append(lines.xs.count)
    }
    try transform.transform(xs: &lines.xs, ys: &lines.ys)
    var next = 0
    for end in lines.ends {
      let start = placed.points.count
      while next < end {
        let position = try position(next, of: lines)
        if placed.points.count > start {
          lattice.seam.append(from: placed.points[placed.points.count - 1], to: position, to: &placed.points)
        }
        if placed.points.count == start || placed.points[placed.points.count - 1] != position {
          placed.points.append(position)
        }
        next += 1
      }
      try placed.endArc()
    }
  }

  func isProven(_ arcs: ArcPoints<GridPoint>, at placed: ArcPoints<FixedPosition>) -> Bool {
    guard let proof = lattice.proof, arcs.count == placed.count else { return false }
    return (0..<arcs.count).allSatisfy { isProven(arcs, $0, placed, proof) }
  }

  /// Goes along the pieces of an arc as ``place(_:into:)`` does.
  private func isProven(
    _ arcs: ArcPoints<GridPoint>, _ arc: Int, _ placed: ArcPoints<FixedPosition>, _ proof: PlacementProof
  ) -> Bool {
    let (range, positions) = (arcs.range(arc), placed.range(arc))
    var next = positions.lowerBound
    var from = arcs.points[range.lowerBound]
    guard next < positions.upperBound, proof.holds(column: from.column, row: from.row, placed.points[next]) else {
      return false
    }
    for to in arcs.points[range].dropFirst() {
      let (columns, rows) = (to.column - from.column, to.row - from.row)
      let pieces = max(lattice.pieces(columns: columns, rows: rows), 1)
      guard next + pieces < positions.upperBound, columns == 0 || rows == 0,
        proof.follows(pixels: (abs(columns) + abs(rows)) / Double(pieces))
      else { return false }
      for piece in 1...pieces {
        next += 1
        let share = Double(piece) / Double(pieces)
        let (column, row) = (from.column + columns * share, from.row + rows * share)
        guard proof.holds(column: column, row: row, placed.points[next]) else { return false }
      }
      from = to
    }
    return next == positions.upperBound - 1
  }

  private func position(_ index: Int, of lines: ArcLines) throws -> FixedPosition {
    let (longitude, latitude) = (lines.xs[index], lines.ys[index])
    let near: Double? = lattice.isWhole ? lines.roughLongitudes[index] : transform.isIdentity ? longitude : nil
    return try lattice.position(longitude: longitude, latitude: latitude, near: near)
  }
}

/// Where lines cross the antimeridian: each gets a position there, so that polygons are cut in positions that their
/// neighbours have too.
struct SeamCrossings: Sendable {
  /// The antimeridian in a frame, for each whole turn, from the west to the east.
  let seams: [Int32]

  init(_ frame: PositionFrame, west: Double, east: Double) {
    // Between the places that were looked at, a grid may reach a little further.
    let margin = (east - west) / 16
    seams = [-540.0, -180, 180, 540].filter { west - margin < $0 && $0 < east + margin }.compactMap {
      frame.position(longitude: $0, latitude: frame.latitude(y: 0))?.x
    }
  }

  /// Appends the positions where a line crosses the antimeridian, without its ends.
  func append(from start: FixedPosition, to end: FixedPosition, to points: inout [FixedPosition]) {
    if seams.isEmpty || start.x == end.x { return }
    let (west, east) = start.x < end.x ? (start, end) : (end, start)
    let crossed = seams.filter { west.x < $0 && $0 < east.x }
    for seam in west == start ? crossed : crossed.reversed() {
      let share = Double(Int(seam) - Int(west.x)) / Double(Int(east.x) - Int(west.x))
      let rise = (Double(Int(east.y) - Int(west.y)) * share).rounded()
      points.append(FixedPosition(x: seam, y: Int32(Int(west.y) + Int(rise))))
    }
  }
}

/// Coordinates of many arcs in the grid's reference system.
private struct ArcLines {
  var xs: [Double] = []
  var ys: [Double] = []
  /// Of each place where longitudes go around the Earth, else none.
  private(set) var roughLongitudes: [Double] = []
  /// Where each arc ends.
  var ends: [Int] = []
  private let geoTransform: GeoTransform
  private let lattice: GridLattice

  init(_ geoTransform: GeoTransform, _ lattice: GridLattice) {
    self.geoTransform = geoTransform
    self.lattice = lattice
  }

  mutating func append(_ point: GridPoint) { append(column: point.column, row: point.row) }

  /// The line from a point, which is there already, to the next.
  mutating func append(_ from: GridPoint, _ to: GridPoint) {
    let (columns, rows) = (to.column - from.column, to.row - from.row)
    let pieces = lattice.pieces(columns: columns, rows: rows)
    for piece in 1..<max(pieces, 1) {
      let share = Double(piece) / Double(pieces)
      append(column: from.column + columns * share, row: from.row + rows * share)
    }
    append(to)
  }

  private mutating func append(column: Double, row: Double) {
    let point = geoTransform.point(column: column, row: row)
    xs.append(point.x)
    ys.append(point.y)
    if lattice.isWhole { roughLongitudes.append(lattice.roughLongitude(column: column, row: row)) }
  }
}

/// Arcs on the grid itself, rows southwards: for grids that do not lie on the Earth as on a plane.
struct PixelGridPlacement: ArcPlacement {
  /// Metres a pixel has, roughly.
  let metres: GridMetric
  var isMirrored: Bool { true }

  func metric(at point: GridPoint) -> GridMetric { metres }

  func place(_ arcs: ArcPoints<GridPoint>, into placed: inout ArcPoints<FixedPosition>) throws {
    for arc in 0..<arcs.count {
      let start = placed.points.count
      for point in arcs.points[arcs.range(arc)] {
        let position = FixedPosition(x: point.x, y: point.y)
        if placed.points.count == start || placed.points[placed.points.count - 1] != position {
          placed.points.append(position)
        }
      }
      try placed.endArc()
    }
  }
}

extension GridPoint {
  var column: Double { Double(x) / Double(GridPoint.unitsPerPixel) }
  var row: Double { Double(y) / Double(GridPoint.unitsPerPixel) }
}
