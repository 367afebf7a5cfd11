/// The degrees that a coordinate may have.
///
/// What computing has left a billionth of a degree (0.1 mm) beyond the end counts as the end: real data has such
/// corners, as Natural Earth does at 180.00000000000011.
enum DegreeRange: Double {
  case longitude = 180
  case latitude = 90

  private static let tolerance = 1e-9

  /// The degrees, those just beyond an end as the end; nil for those farther out and for what is no number.
  func clamped(_ degrees: Double) -> Double? {
    guard abs(degrees) <= rawValue + Self.tolerance else { return nil }
    return min(max(degrees, -rawValue), rawValue)
  }
}
