import EmbeddedPostgres
import Synchronization

/// The private PostgreSQL while a command uses it.
final class PrivateDatabase: Sendable {
  let connectionURL: String
  private let postgres: Mutex<EmbeddedPostgres?>

  private init(_ postgres: consuming EmbeddedPostgres) {
    connectionURL = postgres.connectionURL
    self.postgres = Mutex(postgres)
  }

  /// Runs the cluster for a server, which owns it alone.
  static func start(dataDirectory: String, command: String) async throws -> PrivateDatabase {
    try await onOwnThread {
      PrivateDatabase(try EmbeddedPostgres.start(dataDirectory: dataDirectory, command: command))
    }
  }

  /// Uses the cluster that a server runs, or runs it until ``stop()``.
  static func attach(dataDirectory: String, command: String) async throws -> PrivateDatabase {
    try await onOwnThread {
      PrivateDatabase(try EmbeddedPostgres.attach(dataDirectory: dataDirectory, command: command))
    }
  }

  /// Lets go of the cluster, and stops it where this process runs it.
  func stop(waitingForUsers: Bool = true) async {
    await onOwnThread { [self] in
      guard let taken = postgres.withLock({ $0.take() }) else { return }
      taken.stop(waitingForUsers: waitingForUsers)
    }
  }
}
