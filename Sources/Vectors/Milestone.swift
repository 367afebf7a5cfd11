import Foundation

/// A point in one piece of work that other pieces wait for.
public final class Milestone: Sendable {
  private let reached = DispatchSemaphore(value: 0)

  /// How often one that waits asks whether to give up.
  private static let interval = DispatchTimeInterval.milliseconds(20)

  /// A point that is not reached yet.
  public init() {}

  /// Lets go on whoever waits, now or later.
  public func reach() { reached.signal() }

  /// Blocks the thread until the point is reached.
  ///
  /// - Throws: `CancellationError` soon after `isCancelled` says so: of a piece that failed the point is never reached.
  public func wait(_ isCancelled: () -> Bool) throws(CancellationError) {
    while reached.wait(timeout: .now() + Self.interval) == .timedOut {
      if isCancelled() { throw CancellationError() }
    }
    reached.signal()
  }
}
