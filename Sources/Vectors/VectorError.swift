/// Why a class map cannot be turned into polygons.
public struct VectorError: Error, Hashable, Sendable {
  /// What kind of failure it is.
  public enum Reason: Hashable, Sendable {
    /// Arguments contradict each other: the caller's mistake.
    case invalidArgument
    /// The map or the result is larger than the limits allow.
    case limitExceeded
  }

  /// What kind of failure it is.
  public let reason: Reason
  /// One sentence about it.
  public let message: String

  /// A failure of a known kind that one sentence tells.
  public init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }

  /// A class map whose areas need more memory than there is.
  static let noMemory = VectorError(
    .limitExceeded,
    "The class map has more areas than there is memory for; ask for a smaller area of interest, or allow the process more."
  )

  /// A class map that has more of something than a limit allows.
  static func tooLarge(_ what: String) -> VectorError {
    VectorError(
      .limitExceeded, "The class map has \(what); ask for a sieve, a minimum area or a smaller area of interest.")
  }
}
