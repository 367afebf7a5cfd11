/// Rounds arcs by cutting their corners, again and again (Chaikin 1974).
public struct ArcSmoothing: ArcShaper {
  /// How often corners are cut.
  public let iterations: Int
  /// Metres from a corner at which it is cut at most; nil is a quarter of each edge, however long.
  public let maximumDistance: Double?

  /// A smoothing of so many iterations.
  public init(iterations: Int, maximumDistance: Double? = nil) {
    self.iterations = iterations
    self.maximumDistance = maximumDistance
  }

  /// Ends stay, but for a free arc, which has none; levels cut less far, and the last cuts nothing.
  public func shape(
    _ raw: [GridPoint], arc: ArcSituation, metric: GridMetric, level: Int, into points: inout [GridPoint],
    isCancelled: () -> Bool
  ) throws(CancellationError) {
    points.removeAll(keepingCapacity: true)
    points += raw
    if level > 1 { return }
    let share = level == 0 ? 0.25 : 0.1
    for _ in 0..<iterations {
      if isCancelled() { throw CancellationError() }
      guard points.count > 2 else { return }
      cut(&points, isFree: arc.isFree, share: share, metric)
    }
  }

  private func cut(_ points: inout [GridPoint], isFree: Bool, share: Double, _ metric: GridMetric) {
    var rounded: [GridPoint] = []
    rounded.reserveCapacity(points.count * 2)
    let last = points.count - 1
    if !isFree { rounded.append(points[0]) }
    for index in 0..<last {
      let (start, end) = (points[index], points[index + 1])
      let part = part(of: start, end, share, metric)
      if isFree || index > 0 { append(Self.between(start, end, part), &rounded) }
      if isFree || index + 1 < last { append(Self.between(end, start, part), &rounded) }
    }
    if isFree {
      rounded.append(rounded[0])
    } else {
      append(points[last], &rounded)
    }
    points = rounded
  }

  /// The part of an edge that is cut off at each of its ends.
  private func part(of start: GridPoint, _ end: GridPoint, _ share: Double, _ metric: GridMetric) -> Double {
    guard let maximumDistance else { return share }
    let along = metric.metres(from: start, to: end)
    let length = (along * along).sum().squareRoot()
    return length > 0 ? min(share, maximumDistance * share * 4 / length) : share
  }

  private static func between(_ start: GridPoint, _ end: GridPoint, _ part: Double) -> GridPoint {
    GridPoint(
      x: start.x + Int32((Double(end.x - start.x) * part).rounded()),
      y: start.y + Int32((Double(end.y - start.y) * part).rounded()))
  }

  private func append(_ point: GridPoint, _ points: inout [GridPoint]) {
    if points.last != point { points.append(point) }
  }
}
