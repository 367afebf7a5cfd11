import Vectors

/// Arcs in longitude and latitude, in 1e-7 degrees, longitudes from the middle of the grid on.
struct GeographicPlacement: ArcPlacement {
  let geoTransform: GeoTransform
  let transform: TransformPool
  let lattice: GridLattice

  var isMirrored: Bool { lattice.isMirrored }
  /// What longitudes are counted from, in 1e-7 degrees.
  var origin: Int { Int(lattice.middle) * 10_000_000 }

  func metric(at point: GridPoint) -> GridMetric {
    lattice.metric(column: point.column, row: point.row)
  }

  func place(_ arcs: ArcPoints<GridPoint>, into placed: inout ArcPoints<FixedPosition>) throws {
    var lines = ArcLines()
    for arc in 0..<arcs.count {
      let range = arcs.range(arc)
      lines.append(arcs.points[range.lowerBound], geoTransform)
      for index in range.dropLast() {
        lines.append(arcs.points[index], arcs.points[index + 1], geoTransform, lattice)
      }
      lines.ends.append(lines.xs.count)
    }
    try transform.transform(xs: &lines.xs, ys: &lines.ys)
    var next = 0
    for end in lines.ends {
      let start = placed.points.count
      while next < end {
        let position = try position(lines.xs[next], lines.ys[next])
        if placed.points.count == start || placed.points[placed.points.count - 1] != position {
          placed.points.append(position)
        }
        next += 1
      }
      try placed.endArc()
    }
  }

  private func position(_ longitude: Double, _ latitude: Double) throws -> FixedPosition {
    var east = longitude - lattice.middle
    if !transform.isIdentity { east -= 360 * (east / 360).rounded() }
    // Rounded as the longitude itself is, so that the result is the same wherever the grid's middle lies.
    let x = ((lattice.middle + east) * 1e7).rounded() - lattice.middle * 1e7
    let y = (latitude * 1e7).rounded()
    guard abs(x) < 2.147e9, abs(y) <= 9.000001e8 else {
      throw GeoError(
        .referenceSystem, "Polygonizer",
        "A pixel's corner has no longitude and latitude in the grid's reference system.")
    }
    return FixedPosition(x: Int32(x), y: Int32(min(max(y, -9e8), 9e8)))
  }
}

/// Coordinates of many arcs in the grid's reference system.
private struct ArcLines {
  var xs: [Double] = []
  var ys: [Double] = []
  /// Where each arc ends.
  var ends: [Int] = []

  mutating func append(_ point: GridPoint, _ geoTransform: GeoTransform) {
    append(column: point.column, row: point.row, geoTransform)
  }

  /// The line from a point, which is there already, to the next.
  mutating func append(
    _ from: GridPoint, _ to: GridPoint, _ geoTransform: GeoTransform, _ lattice: GridLattice
  ) {
    let (columns, rows) = (to.column - from.column, to.row - from.row)
    let pieces = lattice.pieces(columns: columns, rows: rows)
    for piece in 1..<max(pieces, 1) {
      let share = Double(piece) / Double(pieces)
      append(column: from.column + columns * share, row: from.row + rows * share, geoTransform)
    }
    append(to, geoTransform)
  }

  private mutating func append(column: Double, row: Double, _ geoTransform: GeoTransform) {
    let point = geoTransform.point(column: column, row: row)
    xs.append(point.x)
    ys.append(point.y)
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
