import Foundation
import Synchronization

/// Runs an actor's work on one thread of its own, so that blocking C calls never hold a thread of the shared pool.
///
/// The thread ends when the executor is released.
final class SessionExecutor: SerialExecutor {
  private let queue = JobQueue()

  init(name: String) {
    let queue = queue
    let thread = Thread { queue.run() }
    thread.name = name
    thread.start()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    queue.append(UnownedJob(job), of: self)
  }

  deinit {
    queue.stop()
  }
}

/// Jobs waiting for the thread.
private final class JobQueue: Sendable {
  /// A job together with its executor, which must live until the job has returned.
  private struct Entry {
    let job: UnownedJob
    let executor: SessionExecutor
  }

  private struct State {
    var entries: [Entry] = []
    var isStopped = false
    /// Whether the thread sleeps, or is about to; who takes this back must signal.
    var isAsleep = false

    /// Whether the thread must be woken now.
    mutating func wake() -> Bool {
      defer { isAsleep = false }
      return isAsleep
    }
  }

  private let state = Mutex(State())
  private let signal = Semaphore()

  func append(_ job: UnownedJob, of executor: SessionExecutor) {
    let mustSignal = state.withLock { state in
      state.entries.append(Entry(job: job, executor: executor))
      return state.wake()
    }
    if mustSignal { signal.post() }
  }

  func stop() {
    let mustSignal = state.withLock { state in
      state.isStopped = true
      return state.wake()
    }
    if mustSignal { signal.post() }
  }

  /// The thread's body.
  func run() {
    var batch: [Entry] = []
    while next(&batch) {
      for entry in batch {
        unsafe entry.job.runSynchronously(on: entry.executor.asUnownedSerialExecutor())
      }
      batch.removeAll(keepingCapacity: true)
    }
  }

  /// Waits for jobs and swaps them for the empty batch; false where there will be none.
  private func next(_ batch: inout [Entry]) -> Bool {
    while true {
      let hasEnded: Bool? = state.withLock { state in
        if state.entries.isEmpty {
          if state.isStopped { return true }
          state.isAsleep = true
          return nil
        }
        swap(&state.entries, &batch)
        return false
      }
      if let hasEnded { return !hasEnded }
      signal.wait()
    }
  }
}
