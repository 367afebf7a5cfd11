import Foundation

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
///
/// `@unchecked Sendable`: `entries` and `isStopped` are read and written only while `condition` is locked.
private final class JobQueue: @unchecked Sendable {
  /// A job together with its executor, which must live until the job has returned.
  private struct Entry {
    let job: UnownedJob
    let executor: SessionExecutor
  }

  private let condition = NSCondition()
  private var entries: [Entry] = []
  private var isStopped = false

  func append(_ job: UnownedJob, of executor: SessionExecutor) {
    condition.withLock {
      entries.append(Entry(job: job, executor: executor))
      condition.signal()
    }
  }

  func stop() {
    condition.withLock {
      isStopped = true
      condition.signal()
    }
  }

  /// The thread's body.
  func run() {
    while let batch = nextBatch() {
      for entry in batch {
        unsafe entry.job.runSynchronously(on: entry.executor.asUnownedSerialExecutor())
      }
    }
  }

  private func nextBatch() -> [Entry]? {
    condition.withLock {
      while entries.isEmpty && !isStopped { condition.wait() }
      if entries.isEmpty { return nil }
      defer { entries = [] }
      return entries
    }
  }
}
