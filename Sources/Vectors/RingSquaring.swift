import Foundation

/// Squares up closed outlines: their edges turn into the directions of a right-angled grid of the outline's own.
///
/// Only free arcs are squared, which one face surrounds on the one side and one on the other: both get the new outline, so
/// that nothing overlaps and nothing is left between them. An outline stays as it was where the new one would leave the
/// tolerance, would have fewer than four corners or lie obliquely by more than a third, or would meet another
/// (``CoverageCheck``).
public struct RingSquaring: Sendable {
  /// Class values; an arc with one of them on either side is squared up.
  public let values: Set<Int>
  /// Metres that the new outline may lie off the corners of the old one, and the other way round.
  public let tolerance: Double
  /// Radians that an edge may deviate from the directions of the grid and still be turned into one.
  public let maximumAngle: Double
  /// Most products of old and simplified corners; outlines with more stay, before any work that grows with the square.
  private static let mostComparisons = 4_000_000

  /// A squaring of the outlines of classes.
  ///
  /// - Parameter maximumAngle: in degrees, up to 45.
  public init(values: Set<Int>, tolerance: Double, maximumAngle: Double) {
    self.values = values
    self.tolerance = tolerance
    self.maximumAngle = maximumAngle * .pi / 180
  }

  /// Whether an arc is squared up.
  func concerns(_ arc: ArcSituation) -> Bool {
    guard arc.isFree else { return false }
    return arc.rightValue.map(values.contains) == true || arc.leftValue.map(values.contains) == true
  }

  /// The squared outline, closed; nil where it would not be within the tolerance.
  func squared(
    _ raw: [GridPoint], _ metric: GridMetric, isCancelled: () -> Bool
  ) throws(CancellationError) -> [GridPoint]? {
    var simple: [GridPoint] = []
    try ArcSimplification(metres: tolerance).shape(
      raw, arc: ArcSituation(isClosed: true, isFree: true), metric: metric, level: 0, into: &simple,
      isCancelled: isCancelled)
    let old = raw.dropLast().map { metric.metres(from: raw[0], to: $0) }
    let corners = simple.dropLast().map { metric.metres(from: raw[0], to: $0) }
    guard corners.count >= 4, old.count * corners.count <= Self.mostComparisons else { return nil }
    let frame = RightAngledFrame(corners, maximumAngle: maximumAngle)
    guard let lines = SquaredLines(corners.map(frame.turned), maximumAngle: maximumAngle, tolerance: tolerance),
      let turned = lines.corners()
    else { return nil }
    let new = turned.map(frame.turnedBack)
    guard Self.isWithin(tolerance, old, of: new), Self.isWithin(tolerance, new, of: old) else { return nil }
    let points = new.map { metric.point(raw[0], metres: $0) }
    guard Set(points).count == points.count else { return nil }
    return points + points.prefix(1)
  }

  /// Whether all places lie within a distance of a ring.
  private static func isWithin(_ distance: Double, _ places: [SIMD2<Double>], of ring: [SIMD2<Double>]) -> Bool {
    places.allSatisfy { place in
      ring.indices.contains { index in
        let start = ring[index]
        let along = ring[index + 1 == ring.count ? 0 : index + 1] - start
        let square = (along * along).sum()
        let share = square > 0 ? min(max(((place - start) * along).sum() / square, 0), 1) : 0
        let off = place - start - along * share
        return (off * off).sum() <= distance * distance
      }
    }
  }
}

/// The directions that most of an outline runs in, at right angles to each other.
struct RightAngledFrame {
  /// Cosine and sine of the angle between the first direction and the east.
  private let axis: SIMD2<Double>

  /// Every edge votes with its length for its direction, taken four times so that right angles are alike; then the edges
  /// that deviate too much are left out.
  init(_ corners: [SIMD2<Double>], maximumAngle: Double) {
    var angle = Self.angle(corners) { _ in true }
    for _ in 0..<2 {
      let last = angle
      angle = Self.angle(corners) { abs(Self.deviation($0 - last)) <= maximumAngle }
    }
    axis = SIMD2(cos(angle), sin(angle))
  }

  private static func angle(_ corners: [SIMD2<Double>], _ counts: (Double) -> Bool) -> Double {
    var sum = SIMD2<Double>()
    for index in corners.indices {
      let along = corners[index + 1 == corners.count ? 0 : index + 1] - corners[index]
      let angle = atan2(along.y, along.x)
      if counts(angle) { sum += SIMD2(cos(4 * angle), sin(4 * angle)) * (along * along).sum().squareRoot() }
    }
    return atan2(sum.y, sum.x) / 4
  }

  /// What an angle lacks to the nearest right angle.
  static func deviation(_ angle: Double) -> Double { angle - (angle / (.pi / 2)).rounded() * .pi / 2 }

  /// A place in the frame's directions.
  func turned(_ place: SIMD2<Double>) -> SIMD2<Double> {
    SIMD2(place.x * axis.x + place.y * axis.y, place.y * axis.x - place.x * axis.y)
  }

  /// A place back from the frame's directions.
  func turnedBack(_ place: SIMD2<Double>) -> SIMD2<Double> {
    SIMD2(place.x * axis.x - place.y * axis.y, place.x * axis.y + place.y * axis.x)
  }
}

extension GridMetric {
  /// The point that lies metres east and north of another; the other itself where the metric has no inverse.
  func point(_ origin: GridPoint, metres: SIMD2<Double>) -> GridPoint {
    let determinant = eastX * northY - eastY * northX
    guard determinant != 0 else { return origin }
    let unit = Double(GridPoint.unitsPerPixel)
    let x = (metres.x * northY - metres.y * eastY) / determinant * unit
    let y = (metres.y * eastX - metres.x * northX) / determinant * unit
    return GridPoint(
      x: origin.x &+ Int32(clamping: Int(x.rounded())), y: origin.y &+ Int32(clamping: Int(y.rounded())))
  }
}
