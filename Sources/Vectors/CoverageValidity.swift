/// A second opinion on the polygons of a coverage, after all lines have been found to lie apart.
public protocol CoverageValidity: Sendable {
  /// Which of some components are not valid polygons in the coordinates of the result; called on several threads.
  func faulty(_ components: Range<Int>, of coverage: PolygonCoverage) throws -> [Int]
  /// Which arcs meet others in the coordinates of the result, where these are not the placement's; by default none.
  func meeting(
    in coverage: PolygonCoverage, threads: Int, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> [Int]
}

extension CoverageValidity {
  /// None: the coordinates of the result are those of the placement, in which arcs were found to lie apart.
  public func meeting(
    in coverage: PolygonCoverage, threads: Int, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> [Int] { [] }
}

extension PolygonCoverage {
  /// Components that are asked about at once.
  private static let validityBatch = 512

  /// The components that are not valid, in order.
  func faulty(
    _ validity: any CoverageValidity, threads: Int, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> [Int] {
    let first = Array(stride(from: 1, through: components.count, by: Self.validityBatch))
    return try ParallelWork(threads: threads, isCancelled: isCancelled).map(first.count) { part, _ in
      try validity.faulty(first[part]..<min(first[part] + Self.validityBatch, components.count + 1), of: self)
    }.flatMap(\.self)
  }

  /// The arcs of a component's rings; each has its other face on its other side.
  func arcs(around component: Int) -> [Int] {
    faces.rings(of: component).flatMap { ring in faces.halfArcs(of: Int(ring)).map { Int($0 >> 1) } }
  }
}
