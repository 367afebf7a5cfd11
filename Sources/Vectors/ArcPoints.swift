/// The points of many arcs, one behind the other.
public struct ArcPoints<Point: BitwiseCopyable & Sendable>: Sendable {
  /// All points.
  public var points: [Point] = []
  /// Where the points of each arc start, and the count at the end.
  public var offsets: [UInt32] = [0]

  /// No arcs.
  public init() {}

  /// Number of arcs.
  public var count: Int { offsets.count - 1 }

  /// Where an arc's points are.
  @inlinable public func range(_ arc: Int) -> Range<Int> { Int(offsets[arc])..<Int(offsets[arc + 1]) }

  /// Ends the arc whose points were appended last; throws `limitExceeded` for 2^32 points or more.
  @inlinable public mutating func endArc() throws(VectorError) {
    guard let offset = UInt32(exactly: points.count) else {
      throw VectorError(.limitExceeded, "The lines between areas have 2^32 points or more.")
    }
    offsets.append(offset)
  }

  /// The arc that a point belongs to.
  func arc(of point: Int) -> Int { (0..<count).partitioningIndex { Int(offsets[$0 + 1]) > point } }

  mutating func append(_ other: ArcPoints) throws(VectorError) {
    for arc in 0..<other.count { try append(other, arc: arc) }
  }

  mutating func append(_ other: ArcPoints, arc: Int) throws(VectorError) {
    points += other.points[other.range(arc)]
    try endArc()
  }
}

/// Where a class map lies: brings arcs from the pixel grid to the coordinates of the result.
public protocol ArcPlacement: Sendable {
  /// How long the steps of the grid are on the ground around a place.
  func metric(at point: GridPoint) -> GridMetric
  /// Appends the positions of arcs, with as many more points between as their form needs, equal neighbours as one.
  ///
  /// Called from several threads.
  func place(_ arcs: ArcPoints<GridPoint>, into placed: inout ArcPoints<FixedPosition>) throws
  /// Whether what is on the right hand on the grid is on the left hand in the result.
  var isMirrored: Bool { get }
  /// Whether some traced arcs, of the edges of pixels alone, are proven to keep the topology that they have on the grid,
  /// together with all others of which the same is said; by default not.
  ///
  /// Called from several threads, with what ``place(_:into:)`` made of the arcs.
  func isProven(_ arcs: ArcPoints<GridPoint>, at placed: ArcPoints<FixedPosition>) -> Bool
}

extension ArcPlacement {
  /// Not proven: lines are compared with one another.
  public func isProven(_ arcs: ArcPoints<GridPoint>, at placed: ArcPoints<FixedPosition>) -> Bool { false }
}
