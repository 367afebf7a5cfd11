import Foundation

/// Judges that wait for the next document, so that their regular expressions are not compiled again.
///
/// Unchecked, since `Regex` is not Sendable: a judge is in ``idle``, which the lock guards, or with the one caller that
/// took it out, never both.
final class SchemaJudgePool: @unchecked Sendable {
  static let shared = SchemaJudgePool()
  /// The most judges that are kept.
  private static let mostIdle = 16

  private let lock = NSLock()
  private var idle: [SchemaJudge] = []

  /// Lends a judge to the body alone.
  func withJudge<Result>(_ body: (SchemaJudge) -> Result) -> Result {
    let judge = lock.withLock { idle.popLast() } ?? SchemaJudge()
    defer { lock.withLock { if idle.count < Self.mostIdle { idle.append(judge) } } }
    return body(judge)
  }
}
