import Dispatch
import Glibc

/// Lets work end in order where a person or the system interrupts it.
enum Interruption {
  /// Runs work that SIGINT and SIGTERM cancel instead of ending the process in the middle of it.
  static func cancelling<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result
  {
    let task = Task { try await work() }
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { task.cancel() }
      source.resume()
      return source
    }
    defer {
      for source in sources { source.cancel() }
      for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
    return try await task.value
  }

  /// Makes a file that grows beyond the limit of its size (`ulimit -f`) an error of the write instead of the end.
  static func ignoreFileSizeSignal() { signal(SIGXFSZ, SIG_IGN) }
}
