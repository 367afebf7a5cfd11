import Foundation
import Synchronization

/// Numbered tasks shared out to threads of its own; the calling thread waits, watches and reports.
struct ParallelWork {
  let threads: Int
  let isCancelled: @Sendable () -> Bool

  /// How often the waiting thread looks.
  private static let interval = DispatchTimeInterval.milliseconds(20)

  /// What the threads share.
  private final class Shared: Sendable {
    let next = Atomic(0)
    let finished = Atomic(0)
    let isStopped = Atomic(false)
    let failure = Mutex<(any Error)?>(nil)
    let ended = DispatchSemaphore(value: 0)

    func fail(_ error: any Error) {
      failure.withLock { $0 = $0 ?? error }
      isStopped.store(true, ordering: .relaxed)
    }
  }

  /// Runs the tasks 0 ..< count, each on one of the threads; every thread works with a worker of its own.
  ///
  /// - Parameters:
  ///   - progress: called on this thread, now and then, with the number of tasks that are done.
  ///   - makeWorker: called on each thread once.
  ///   - body: gets a worker, a task's number, and a question: whether to give up.
  /// - Throws: what failed first, or `CancellationError`.
  func run<Worker>(
    _ count: Int, progress: (Int) -> Void = { _ in }, makeWorker: @escaping @Sendable () throws -> Worker,
    body: @escaping @Sendable (Worker, Int, @escaping @Sendable () -> Bool) throws -> Void
  ) throws {
    let shared = Shared()
    let isCancelled = isCancelled
    let stops: @Sendable () -> Bool = { shared.isStopped.load(ordering: .relaxed) || isCancelled() }
    let used = max(1, min(threads, count))
    for number in 0..<used {
      let thread = Thread {
        do {
          let worker = try makeWorker()
          while !stops() {
            let task = shared.next.add(1, ordering: .relaxed).oldValue
            guard task < count else { break }
            try body(worker, task, stops)
            shared.finished.add(1, ordering: .relaxed)
          }
        } catch {
          shared.fail(error)
        }
        shared.ended.signal()
      }
      thread.name = "inference-\(number)"
      thread.stackSize = 8 << 20
      thread.start()
    }
    var running = used
    while running > 0 {
      if shared.ended.wait(timeout: .now() + Self.interval) == .success { running -= 1 }
      progress(shared.finished.load(ordering: .relaxed))
    }
    if isCancelled() { throw CancellationError() }
    if let error = shared.failure.withLock({ $0 }) { throw error }
  }

  /// Runs several pieces of work at once, each on a thread of its own as far as there are threads.
  ///
  /// - Parameter meanwhile: called on this thread, many times a second.
  func all(
    _ pieces: [@Sendable (@escaping @Sendable () -> Bool) throws -> Void], meanwhile: () -> Void = {}
  ) throws {
    try run(
      pieces.count, progress: { _ in meanwhile() }, makeWorker: { 0 },
      body: { _, index, stops in try pieces[index](stops) })
  }
}
