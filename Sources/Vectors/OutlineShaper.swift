/// What a post-processing does to outlines, in its order: simplify, square up, smooth.
public struct OutlineShaper: ArcShaper {
  /// Leaves out corners; nil for none.
  public let simplification: ArcSimplification?
  /// Squares up free arcs beside the classes it names; nil for none.
  public let squaring: RingSquaring?
  /// Rounds what is not squared up; nil for not at all.
  public let smoothing: ArcSmoothing?

  /// A shaper of these steps; nil where there is none to take.
  public init?(simplification: ArcSimplification?, squaring: RingSquaring?, smoothing: ArcSmoothing?) {
    guard simplification != nil || squaring != nil || smoothing != nil else { return nil }
    self.simplification = simplification
    self.squaring = squaring
    self.smoothing = smoothing
  }

  /// Free arcs of the named classes that can be squared up within the tolerance are neither simplified nor smoothed.
  public func shape(
    _ raw: [GridPoint], arc: ArcSituation, metric: GridMetric, level: Int, into points: inout [GridPoint],
    isCancelled: () -> Bool
  ) throws(CancellationError) {
    if level == 0, let squaring, squaring.concerns(arc),
      let squared = try squaring.squared(raw, metric, isCancelled: isCancelled)
    {
      points = squared
      return
    }
    points.removeAll(keepingCapacity: true)
    points += raw
    try simplification?.shape(
      raw, arc: arc, metric: metric, level: level, into: &points, isCancelled: isCancelled)
    guard let smoothing else { return }
    let simplified = points
    try smoothing.shape(
      simplified, arc: arc, metric: metric, level: level, into: &points, isCancelled: isCancelled)
  }
}
