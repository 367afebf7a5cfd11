import Foundation
import Synchronization

/// Lets a bounded number of predictions, or of what else takes long, run at once, each on a thread of its own.
///
/// A bounded number waits, by default none, in the order of coming and holding nothing; the others are refused, and come
/// back later (503 and Retry-After over HTTP).
public final class InferenceGate: Sendable {
  /// How many may run at once.
  public let capacity: Int
  /// How many may wait for a place.
  public let mostWaiting: Int
  /// What runs, for whoever is refused.
  private let work: String
  private let state = Mutex(State())

  private struct State {
    var running = 0
    var waiting: [(number: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    var arrivals = 0
  }

  /// - Parameter work: what runs, in the plural.
  public init(capacity: Int = 2, waiting: Int = 0, of work: String = "predictions") {
    self.capacity = max(capacity, 1)
    mostWaiting = max(waiting, 0)
    self.work = work
  }

  /// How many run now.
  public var runningCount: Int { state.withLock { $0.running } }
  /// How many wait now.
  public var waitingCount: Int { state.withLock { $0.waiting.count } }

  /// Runs blocking work on its own thread.
  ///
  /// - Parameter work: is given a closure that says whether the calling task was cancelled.
  /// - Throws: ``InferenceError`` with ``InferenceError/Code/busy``, with ``InferenceError/Code/cancelled`` where the task
  ///   was cancelled while it waited, or what the work throws.
  public func run<Result: Sendable>(
    _ work: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Result
  ) async throws -> Result {
    try await enter()
    let flag = CancellationFlag()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { [self] in
          let result = Swift.Result { try work { flag.isSet } }
          leave()
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

  private func enter() async throws {
    let number = state.withLock { state in
      state.arrivals += 1
      return state.arrivals
    }
    let isAdmitted = await withTaskCancellationHandler {
      await withCheckedContinuation { arrive(number, $0) }
    } onCancel: {
      giveUp(number)
    }
    if isAdmitted { return }
    if Task.isCancelled { throw InferenceError(.cancelled, "The request was cancelled.") }
    throw InferenceError(.busy, "\(capacity) \(work) are running, as many as may: try again in a while.")
  }

  private func arrive(_ number: Int, _ continuation: CheckedContinuation<Bool, Never>) {
    let answer: Bool? = state.withLock { state in
      if state.running < capacity {
        state.running += 1
        return true
      }
      // Who is cancelled after this looks for itself among the waiting.
      if Task.isCancelled || state.waiting.count >= mostWaiting { return false }
      state.waiting.append((number, continuation))
      return nil
    }
    if let answer { continuation.resume(returning: answer) }
  }

  private func giveUp(_ number: Int) {
    let waiter = state.withLock { state in
      state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0).continuation }
    }
    waiter?.resume(returning: false)
  }

  /// Gives the place to the next, if one waits.
  private func leave() {
    let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
      if state.waiting.isEmpty {
        state.running -= 1
        return nil
      }
      return state.waiting.removeFirst().continuation
    }
    next?.resume(returning: true)
  }
}

/// A flag that is raised once.
private final class CancellationFlag: Sendable {
  private let value = Atomic(false)

  var isSet: Bool { value.load(ordering: .relaxed) }

  func set() { value.store(true, ordering: .relaxed) }
}
