/// Arcs of a coverage in coordinates that have a seam, where they are cut: over a pole, around the Earth.
public struct ArcPieces: Sendable {
  /// The positions of the pieces.
  public private(set) var points = ArcPoints<FixedPosition>()
  /// The arc that each piece is of.
  private var arcs: [UInt32] = []

  /// No pieces.
  public init() {}

  /// Adds a piece of an arc: its positions, of which neighbours count as one where they are equal.
  ///
  /// Throws `limitExceeded` where there are too many positions.
  public mutating func append(_ piece: [FixedPosition], ofArc arc: Int) throws(VectorError) {
    var last: FixedPosition?
    for position in piece where position != last {
      points.points.append(position)
      last = position
    }
    try points.endArc()
    arcs.append(UInt32(truncatingIfNeeded: arc))
  }

  /// Adds the pieces of others.
  public mutating func append(_ other: ArcPieces) throws(VectorError) {
    try points.append(other.points)
    arcs += other.arcs
  }

  /// The arcs with pieces that meet others elsewhere than where both end, in order.
  public func meeting(threads: Int, isCancelled: @escaping @Sendable () -> Bool) throws -> [Int] {
    let strips = SegmentStrips(points)
    let parts = ParallelWork.bands(of: strips.count, threads: max(threads, strips.count / 64))
    let found = try ParallelWork(threads: threads, isCancelled: isCancelled).map(parts.count) { part, stops in
      var found: Set<Int> = []
      for strip in parts[part] {
        if stops() { throw CancellationError() }
        strips.collide(strips.sorted(strip), &found)
      }
      return found
    }
    return Set(found.joined().map { Int(arcs[$0]) }).sorted()
  }
}

extension PolygonCoverage {
  /// The positions of an arc as it was placed; a closed one ends with its first.
  public func positions(ofArc arc: Int) -> ArraySlice<FixedPosition> { arcs.points[arcs.range(arc)] }
}
