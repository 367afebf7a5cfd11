import Foundation
import Synchronization

/// Lets a bounded number of predictions run at once, each on a thread of its own, and refuses the others.
///
/// Nothing queues: a caller that is refused comes back later (503 and Retry-After over HTTP).
public final class InferenceGate: Sendable {
  /// How many may run at once.
  public let capacity: Int
  private let running = Mutex(0)

  public init(capacity: Int = 2) { self.capacity = max(capacity, 1) }

  /// How many run now.
  public var runningCount: Int { running.withLock { $0 } }

  /// Runs blocking work on its own thread.
  ///
  /// - Parameter work: is given a closure that says whether the calling task was cancelled.
  /// - Throws: ``InferenceError`` with ``InferenceError/Code/busy``, or what the work throws.
  public func run<Result: Sendable>(
    _ work: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Result
  ) async throws -> Result {
    let isAdmitted = running.withLock { count in
      guard count < capacity else { return false }
      count += 1
      return true
    }
    guard isAdmitted else {
      throw InferenceError(.busy, "\(capacity) predictions are running, as many as may: try again in a while.")
    }
    let flag = CancellationFlag()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { [self] in
          let result = Swift.Result { try work { flag.isSet } }
          running.withLock { $0 -= 1 }
          continuation.resume(with: result)
        }
        thread.name = "inference"
        thread.stackSize = 8 << 20
        thread.start()
      }
    } onCancel: {
      flag.set()
    }
  }
}

/// A flag that is raised once.
private final class CancellationFlag: Sendable {
  private let value = Atomic(false)

  var isSet: Bool { value.load(ordering: .relaxed) }

  func set() { value.store(true, ordering: .relaxed) }
}
