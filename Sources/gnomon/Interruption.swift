import CSignals
import Glibc

/// Lets work end in order where a person or the system interrupts it. Where there is none, SIGINT and SIGTERM end the process
/// with a word, from the first moment on: `CSignals` sees to that before `main`.
enum Interruption {
  /// Runs the last work of a command, which SIGINT and SIGTERM cancel instead of ending the process in the middle of it.
  ///
  /// - Throws: what the work throws; where it was interrupted a ``CommandFailure`` with the status that shells give to that.
  static func cancelling<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result
  {
    gnomon_signals_set_action(Int32(gnomon_signals_note))
    let task = Task { try await work() }
    let watch = Task {
      while gnomon_signals_noted() == 0 { try await Task.sleep(for: pause) }
      task.cancel()
    }
    defer { watch.cancel() }
    do {
      let result = try await task.value
      gnomon_signals_set_action(Int32(gnomon_signals_succeed))
      return result
    } catch {
      gnomon_signals_set_action(Int32(gnomon_signals_end))
      let number = gnomon_signals_noted()
      guard number != 0 else { throw error }
      let words = unsafe String(cString: gnomon_signals_words())
      let reason = (error as? CommandFailure)?.description ?? words
      throw CommandFailure(reason, status: 128 + number)
    }
  }

  /// How long an interruption may go unnoticed.
  private static let pause = Duration.milliseconds(20)

  /// Makes a file that grows beyond the limit of its size (`ulimit -f`) an error of the write instead of the end.
  static func ignoreFileSizeSignal() { signal(SIGXFSZ, SIG_IGN) }
}
