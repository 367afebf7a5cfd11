/// What an arc lies between.
public struct ArcSituation: Hashable, Sendable {
  /// Whether it ends where it starts.
  public var isClosed: Bool
  /// Whether no node lies on it: it is closed, has one face on each side, and its first point may move too.
  public var isFree: Bool
  /// The class value on its right hand; nil for no data.
  public var rightValue: Int?
  /// The class value on its left hand; nil for no data.
  public var leftValue: Int?

  /// A situation by its parts.
  public init(isClosed: Bool, isFree: Bool = false, rightValue: Int? = nil, leftValue: Int? = nil) {
    self.isClosed = isClosed
    self.isFree = isFree
    self.rightValue = rightValue
    self.leftValue = leftValue
  }
}

/// Gives arcs their final form: simplified, smoothed, squared.
///
/// An arc is shaped once for both of its faces, so neighbours stay neighbours whatever is done to it.
public protocol ArcShaper: Sendable {
  /// Replaces `points` by the form of an arc of the corners `raw`.
  ///
  /// The first and the last point stay where they are, but for free arcs; a closed arc (they are the same) has at least four points. It is
  /// asked again with a higher level, 1 and 2 after 0, for arcs that would cross or touch others or turn a ring inside
  /// out: the form must come nearer to the raw one with each level. Then the raw arc is taken.
  ///
  /// Throws `CancellationError` soon after `isCancelled` says so, however long the arc is.
  func shape(
    _ raw: [GridPoint], arc: ArcSituation, metric: GridMetric, level: Int, into points: inout [GridPoint],
    isCancelled: () -> Bool
  ) throws(CancellationError)
}

/// Leaves out corners that lie within a tolerance of the line without them (Douglas and Peucker 1973).
public struct ArcSimplification: ArcShaper {
  /// The tolerance in metres.
  public let metres: Double

  /// Corners that are looked at, some milliseconds long, between two questions whether to stop.
  private static let corners = 1 << 18

  /// A simplification with a tolerance in metres.
  public init(metres: Double) { self.metres = metres }

  /// Ends stay; of a closed arc also the corner farthest from its anchor and the one farthest off on each side of both.
  public func shape(
    _ raw: [GridPoint], arc: ArcSituation, metric: GridMetric, level: Int, into points: inout [GridPoint],
    isCancelled: () -> Bool
  ) throws(CancellationError) {
    points.removeAll(keepingCapacity: true)
    if raw.count <= (arc.isClosed ? 4 : 2) {
      points += raw
      return
    }
    let tolerance = metres / Double(1 << (2 * level))
    let places = raw.map { metric.metres(from: raw[0], to: $0) }
    var kept = [Bool](repeating: false, count: raw.count)
    kept[0] = true
    kept[raw.count - 1] = true
    var open: [Range<Int>] = []
    if arc.isClosed {
      let far = Self.farthest(places, 0..<(raw.count - 1), minimum: -1) ?? 1
      kept[far] = true
      for part in [0..<far, far..<(raw.count - 1)] {
        guard let middle = Self.farthest(places, part, minimum: 0) else { continue }
        kept[middle] = true
        open += [part.lowerBound..<middle, middle..<part.upperBound]
      }
    } else {
      open.append(0..<(raw.count - 1))
    }
    // Of a comb with many teeth each corner kept takes one off, so that the work grows with the square of the corners.
    var examined = 0
    while let part = open.popLast() {
      examined += part.count
      if examined > Self.corners {
        if isCancelled() { throw CancellationError() }
        examined = 0
      }
      guard let middle = Self.farthest(places, part, minimum: tolerance * tolerance) else { continue }
      kept[middle] = true
      open += [part.lowerBound..<middle, middle..<part.upperBound]
    }
    for index in raw.indices where kept[index] { points.append(raw[index]) }
  }

  /// The corner strictly inside a part that is farthest from the line between its ends, if farther than the minimum.
  private static func farthest(_ places: [SIMD2<Double>], _ part: Range<Int>, minimum: Double) -> Int? {
    if part.count < 2 { return nil }
    let first = places[part.lowerBound]
    let along = places[part.upperBound] - first
    let square = (along * along).sum()
    var (best, worst): (Int?, Double) = (nil, minimum)
    for index in (part.lowerBound + 1)..<part.upperBound {
      let away = places[index] - first
      let share = square > 0 ? min(max((away * along).sum() / square, 0), 1) : 0
      let off = away - along * share
      let distance = (off * off).sum()
      if distance > worst { (best, worst) = (index, distance) }
    }
    return best
  }
}
