extension Geometry {
  /// Whether its lines cross each other so often that a database would need more than about a second, and gigabytes, to
  /// make sense of it: a thousand places are too many, wherever real data have a few.
  ///
  /// Lines that meet at their ends do not count. Found by a sweep, in a bounded number of steps; what needs more is held
  /// for tangled too.
  ///
  /// - Parameter isOnlyAreas: whether polygons alone count, and not lines by themselves.
  public func isTangled(countingOnlyAreas isOnlyAreas: Bool) -> Bool {
    var segments: [Segment] = []
    collect(&segments, isOnlyAreas)
    // So few lines cannot cross a thousand times.
    guard segments.count > 45 else { return false }
    return Segment.areTangled(segments)
  }

  private func collect(_ segments: inout [Segment], _ isOnlyAreas: Bool) {
    switch self {
    case .point, .multiPoint: break
    case .lineString(let line): if !isOnlyAreas { Segment.append(line, to: &segments) }
    case .multiLineString(let lines):
      if !isOnlyAreas { for line in lines { Segment.append(line, to: &segments) } }
    case .polygon(let rings): for ring in rings { Segment.append(ring, to: &segments) }
    case .multiPolygon(let polygons):
      for rings in polygons { for ring in rings { Segment.append(ring, to: &segments) } }
    case .collection(let members): for member in members { member.collect(&segments, isOnlyAreas) }
    }
  }
}

/// A straight piece of a line, its ends in the order of x, then y.
private struct Segment {
  var start: SIMD2<Double>
  var end: SIMD2<Double>

  /// What lines may cross: a crossing costs a hundred, two lines in the same place cost one.
  private static let budget = 100_000
  private static let crossingCost = 100
  /// The most pairs of lines that are compared.
  private static let mostComparisons = 20_000_000

  static func append(_ positions: [Position], to segments: inout [Segment]) {
    for (from, to) in zip(positions, positions.dropFirst()) {
      let ends = [SIMD2(from.longitude, from.latitude), SIMD2(to.longitude, to.latitude)]
      if ends[0] == ends[1] { continue }
      let isOrdered = (ends[0].x, ends[0].y) < (ends[1].x, ends[1].y)
      segments.append(Segment(start: ends[isOrdered ? 0 : 1], end: ends[isOrdered ? 1 : 0]))
    }
  }

  /// Sweeps along the axis on which the segments are shorter.
  static func areTangled(_ segments: [Segment]) -> Bool {
    let widths = segments.reduce(SIMD2<Double>.zero) { sum, segment in
      let extent = segment.end - segment.start
      return sum + SIMD2(abs(extent.x), abs(extent.y))
    }
    let swept = widths.x <= widths.y ? segments : segments.map(\.transposed)
    var active: [Segment] = []
    var cost = 0
    var comparisons = 0
    for segment in swept.sorted(by: { $0.start.x < $1.start.x }) {
      comparisons += active.count
      active.removeAll { $0.end.x < segment.start.x }
      for other in active { cost += segment.cost(with: other) }
      if cost > budget || comparisons > mostComparisons { return true }
      active.append(segment)
    }
    return false
  }

  /// The segment with its axes exchanged.
  private var transposed: Segment {
    let ends = [SIMD2(start.y, start.x), SIMD2(end.y, end.x)]
    let isOrdered = (ends[0].x, ends[0].y) < (ends[1].x, ends[1].y)
    return Segment(start: ends[isOrdered ? 0 : 1], end: ends[isOrdered ? 1 : 0])
  }

  private func cost(with other: Segment) -> Int {
    let (low, high) = (min(start.y, end.y), max(start.y, end.y))
    guard max(other.start.y, other.end.y) >= low, min(other.start.y, other.end.y) <= high else { return 0 }
    if start == other.start, end == other.end { return 1 }
    let sides = (side(of: other.start), side(of: other.end), other.side(of: start), other.side(of: end))
    if sides.0 * sides.1 < 0, sides.2 * sides.3 < 0 { return Self.crossingCost }
    let isOneLine = sides.0 == 0 && sides.1 == 0
    let overlaps = (max(start.x, other.start.x), max(low, min(other.start.y, other.end.y)))
    let ends = (min(end.x, other.end.x), min(high, max(other.start.y, other.end.y)))
    return isOneLine && (overlaps.0 < ends.0 || overlaps.1 < ends.1) ? Self.crossingCost : 0
  }

  /// -1, 0 or 1: on which side of this segment's line a point lies.
  private func side(of point: SIMD2<Double>) -> Int {
    let (a, b) = (end - start, point - start)
    let area = a.x * b.y - a.y * b.x
    return area > 0 ? 1 : area < 0 ? -1 : 0
  }
}
