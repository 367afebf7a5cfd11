import Dispatch

/// Runs an actor's work on a queue of its own, so that reading files holds no thread of the shared pool.
final class ReadingThread: SerialExecutor {
  private let queue = DispatchQueue(label: "catalog-reading")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { [self] in unsafe job.runSynchronously(on: asUnownedSerialExecutor()) }
  }
}
