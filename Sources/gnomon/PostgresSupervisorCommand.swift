import ArgumentParser
import EmbeddedPostgres

/// The process between gnomon and its private PostgreSQL; gnomon starts it, people do not.
struct PostgresSupervisorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "postgres-supervisor", abstract: "Keep the private PostgreSQL running.", shouldDisplay: false)

  @Argument(parsing: .allUnrecognized)
  var arguments: [String]

  func run() async throws {
    throw ExitCode(EmbeddedPostgresSupervisor.main(arguments: arguments))
  }
}
