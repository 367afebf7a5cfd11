import Synchronization

/// Counts what this process has written, or may have written.
final class OwnWrites: Sendable {
  private let number = Mutex(0)

  var count: Int { number.withLock { $0 } }

  func increase() { number.withLock { $0 += 1 } }
}
