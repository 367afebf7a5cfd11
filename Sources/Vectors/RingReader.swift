/// The rings of one polygon, the outer one first; room for them is used again for the next.
public struct PolygonRings: Sendable {
  /// Positions of all rings; every ring ends with its first position.
  public var positions: [FixedPosition] = []
  /// Where each ring ends.
  public var ends: [Int] = []

  /// No rings.
  public init() {}

  /// The positions of a ring.
  public func ring(_ index: Int) -> ArraySlice<FixedPosition> {
    positions[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }
}

extension PolygonCoverage {
  /// Reads a component's rings off the arcs: the outer ring counter-clockwise, holes clockwise (RFC 7946 section 3.1.6).
  public func read(_ component: Int, into rings: inout PolygonRings) {
    rings.positions.removeAll(keepingCapacity: true)
    rings.ends.removeAll(keepingCapacity: true)
    for ring in faces.rings(of: component) {
      let start = rings.positions.count
      let halves = faces.halfArcs(of: Int(ring))
      // Rings have their face on the right hand; in the result it is on the left.
      if isMirrored {
        for half in halves { append(Int(half), &rings.positions) }
      } else {
        for half in halves.reversed() { append(Int(half) ^ 1, &rings.positions) }
      }
      rings.positions.append(rings.positions[start])
      rings.ends.append(rings.positions.count)
    }
  }

  /// The positions of a half arc but for the last one, with which the next begins.
  private func append(_ half: Int, _ positions: inout [FixedPosition]) {
    let range = arcs.range(half >> 1)
    if half & 1 == 0 {
      positions += arcs.points[range.dropLast()]
    } else {
      positions += arcs.points[range.dropFirst()].reversed()
    }
  }

  /// The corners of a component's pixels: its rings as traced, face on the right hand, not closed; the outer one first.
  public func tracedRings(_ component: Int) -> [[GridPoint]] {
    var points: [GridPoint] = []
    return faces.rings(of: component).map { ring in
      var corners: [GridPoint] = []
      for half in faces.halfArcs(of: Int(ring)) {
        graph.decode(Int(half >> 1), into: &points)
        corners += half & 1 == 0 ? Array(points.dropLast()) : Array(points.dropFirst().reversed())
      }
      return corners
    }
  }
}
