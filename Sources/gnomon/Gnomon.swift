import ArgumentParser
import Dispatch
import Glibc
import Inference

/// Where the program begins: before there are threads.
@main
enum Program {
  static func main() {
    if let refusal = MemoryAllowance.prepareProcess() {
      Progress.write("Error: \(refusal)\n")
      _exit(ExitCode.failure.rawValue)
    }
    Task { await Gnomon.main() }
    dispatchMain()
  }
}

/// The command line: one executable, a subcommand a job.
struct Gnomon: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gnomon",
    abstract: "A STAC catalog of Earth imagery and of the models that read it, which also runs them.",
    discussion: """
      Without a database URL, gnomon keeps a private PostgreSQL under the data directory (.gnomon), and starts and stops \
      it itself. Every option can also be given as an environment variable: --data-dir as GNOMON_DATA_DIR, and so on.

      EXAMPLES
        gnomon load fixtures/catalog        put documents into the catalog, whether or not a server runs
        gnomon serve                        answer on http://127.0.0.1:8080
        gnomon predict --model models/amazon-land-cover --item sentinel-2-amazon/s2-amazon --out map
      """,
    version: "gnomon \(Version.current)",
    subcommands: [
      ServeCommand.self, MigrateCommand.self, LoadCommand.self, RegisterCommand.self, PredictCommand.self,
      EvaluateCommand.self,
      MatchCommand.self, IndexCommand.self, KeysCommand.self, PromoteCommand.self, PromotionsCommand.self,
      DoctorCommand.self, LineageCommand.self, TrainingDataCommand.self, PostgresSupervisorCommand.self,
    ])

  /// Runs the command that was asked for.
  static func main() async {
    Interruption.ignoreFileSizeSignal()
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      end(with: error)
    }
    end(ExitCode.success)
  }

  /// Says what went wrong, or what was asked about, and ends.
  private static func end(with error: any Error) -> Never {
    let code = (error as? CommandFailure).map { ExitCode($0.status) } ?? exitCode(for: error)
    let message = fullMessage(for: error)
    if !message.isEmpty, code == .success { print(message) }
    if !message.isEmpty, code != .success { Progress.write(message + "\n") }
    end(code)
  }

  /// Ends without what libraries have left for the exit: threads that are about to end would meet what those free.
  private static func end(_ code: ExitCode) -> Never {
    fflush(nil)
    _exit(code.rawValue)
  }
}

/// The version of this program, as answers and results name it.
enum Version {
  static let current = "0.1.0"
}
