import Foundation
import Synchronization

/// Numbered tasks shared out to threads of its own; the calling thread waits, watches and reports.
///
/// The threads are none of a pool's: tasks read files and compute for seconds, and would keep from running whatever else
/// waits for a thread of Dispatch or of Swift's executor.
public struct ParallelWork: Sendable {
  /// Asks whether to give up.
  public typealias Question = @Sendable () -> Bool

  /// Threads to work on.
  public let threads: Int
  private let isCancelled: Question

  /// How often the waiting thread looks.
  private static let interval = DispatchTimeInterval.milliseconds(20)

  /// Work on so many threads, given up soon after `isCancelled` says so.
  public init(threads: Int, isCancelled: @escaping Question = { false }) {
    self.threads = threads
    self.isCancelled = isCancelled
  }

  /// What the threads share.
  private final class Shared: Sendable {
    let next = Atomic(0)
    let finished = Atomic(0)
    let isStopped = Atomic(false)
    let failure = Mutex<Failure?>(nil)

    func fail(_ failure: Failure) {
      self.failure.withLock { known in
        if known.map(failure.precedes) ?? true { known = failure }
      }
      isStopped.store(true, ordering: .relaxed)
    }
  }

  private struct Failure: Sendable {
    let task: Int
    let error: any Error

    /// The first task's error is told, whatever thread was faster; that others were broken off for it is none.
    func precedes(_ other: Failure) -> Bool {
      let (isOwn, isOthers) = (error is CancellationError, other.error is CancellationError)
      return isOwn == isOthers ? task < other.task : isOthers
    }
  }

  /// Runs the tasks 0 ..< count, each on one of the threads; every thread works with a worker of its own.
  ///
  /// - Parameters:
  ///   - progress: called on this thread, now and then, with the number of tasks that are done.
  ///   - makeWorker: called on each thread once.
  ///   - body: gets a worker, a task's number, and a question: whether to give up.
  /// - Throws: what failed first, or `CancellationError`.
  public func run<Worker>(
    _ count: Int, progress: (Int) -> Void = { _ in }, makeWorker: @escaping @Sendable () throws -> Worker,
    body: @escaping @Sendable (Worker, Int, @escaping Question) throws -> Void
  ) throws {
    let shared = Shared()
    let isCancelled = isCancelled
    let stops: Question = { shared.isStopped.load(ordering: .relaxed) || isCancelled() }
    Self.onThreads(
      max(1, min(threads, count)), meanwhile: { progress(shared.finished.load(ordering: .relaxed)) },
      body: { _ in
        var task = -1
        do {
          let worker = try makeWorker()
          while !stops() {
            task = shared.next.add(1, ordering: .relaxed).oldValue
            guard task < count else { break }
            try body(worker, task, stops)
            shared.finished.add(1, ordering: .relaxed)
          }
        } catch {
          shared.fail(Failure(task: task, error: error))
        }
      })
    if isCancelled() { throw CancellationError() }
    if let failure = shared.failure.withLock({ $0 }) { throw failure.error }
  }

  /// Runs several pieces of work at once, each on a thread of its own as far as there are threads.
  ///
  /// - Parameter meanwhile: called on this thread, many times a second.
  public func all(
    _ pieces: [@Sendable (@escaping Question) throws -> Void], meanwhile: () -> Void = {}
  ) throws {
    try run(
      pieces.count, progress: { _ in meanwhile() }, makeWorker: { 0 },
      body: { _, index, stops in try pieces[index](stops) })
  }

  /// The results of `body` for 0 ..< count, in order; on this thread where one is all there are.
  ///
  /// - Throws: what failed in the first of them, or `CancellationError`.
  public func map<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (_ part: Int, _ stops: @escaping Question) throws -> Result
  ) throws -> [Result] {
    if threads <= 1 || count <= 1 {
      return try (0..<max(count, 0)).map { part in
        if isCancelled() { throw CancellationError() }
        return try body(part, isCancelled)
      }
    }
    let results = Results<Result>(count)
    try run(count, makeWorker: { 0 }, body: { _, part, stops in results.set(try body(part, stops), at: part) })
    return results.all
  }

  /// Starts threads and waits until they have ended.
  private static func onThreads(
    _ count: Int, meanwhile: () -> Void, body: @escaping @Sendable (_ thread: Int) -> Void
  ) {
    let ended = DispatchSemaphore(value: 0)
    for number in 0..<count {
      let thread = Thread {
        body(number)
        ended.signal()
      }
      thread.name = "work-\(number)"
      thread.stackSize = 8 << 20
      thread.start()
    }
    var running = count
    while running > 0 {
      if ended.wait(timeout: .now() + interval) == .success { running -= 1 }
      meanwhile()
    }
  }
}

/// What parts came to, each put in its place by the thread that worked on it.
private final class Results<Result: Sendable>: Sendable {
  private let places: Mutex<[Result?]>

  init(_ count: Int) { places = Mutex([Result?](repeating: nil, count: count)) }

  func set(_ result: Result, at part: Int) { places.withLock { $0[part] = result } }

  var all: [Result] { places.withLock { $0.compactMap(\.self) } }
}

extension ParallelWork {
  /// The results of a body that cannot fail for every part, in order; at most `threads` at once.
  static func map<Result: Sendable>(
    parts: Int, threads: Int, _ body: @escaping @Sendable (_ part: Int) -> Result
  ) -> [Result] {
    let results = Results<Result>(parts)
    run(parts: parts, threads: threads) { part in results.set(body(part), at: part) }
    return results.all
  }

  /// Runs a body that cannot fail for every part from 0 on; at most `threads` at once. The parts must not touch the same
  /// memory.
  static func run(parts: Int, threads: Int, _ body: @escaping @Sendable (_ part: Int) -> Void) {
    if threads <= 1 || parts <= 1 {
      for part in 0..<parts { body(part) }
      return
    }
    let lanes = min(threads, parts)
    onThreads(
      lanes, meanwhile: {}, body: { lane in for part in stride(from: lane, to: parts, by: lanes) { body(part) } })
  }

  /// Rows cut into even bands, one a thread.
  static func bands(of count: Int, threads: Int) -> [Range<Int>] {
    let number = max(1, min(threads, count))
    return (0..<number).map { (count * $0 / number)..<(count * ($0 + 1) / number) }
  }
}
