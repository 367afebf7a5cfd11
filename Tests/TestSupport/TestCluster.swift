import Foundation
import Postgres

/// A private PostgreSQL cluster for the tests of one process: made on first use, gone with the process.
///
/// `GNOMON_TEST_DATABASE_URL` names an existing server instead (a URL whose database may create others). The cluster runs
/// without fsync on a unix socket in a short temporary folder; as root it runs as the user `postgres`. A shell that
/// waits on a pipe from this process stops it and removes the folder, however the process ends.
public actor TestCluster {
  /// The cluster of this process.
  public static let shared = TestCluster()

  /// Where the databases of a test with the trait ``OwnDatabases`` are noted.
  @TaskLocal static var ownDatabases: DatabaseNames?

  /// Why no cluster could be started.
  public struct StartFailure: Error, CustomStringConvertible {
    public let description: String
  }

  private var starting: Task<String, any Error>?
  private var templates: [String: Task<Void, any Error>] = [:]
  private var databaseNumber = 0
  /// The pipe whose closing stops the cluster.
  private var lifeline: Pipe?

  private init() {}

  /// A connection URL of an empty database.
  public func emptyDatabase() async throws -> String {
    let name = nextName()
    try await run("CREATE DATABASE \(identifier: name) TEMPLATE template0")
    return try await url(of: name)
  }

  /// A connection URL of a database that begins as a copy of a prepared one.
  ///
  /// - Parameters:
  ///   - template: a name for what `prepare` makes; it is made once a process.
  ///   - prepare: fills the database of the URL, and leaves no session open on it.
  public func database(
    from template: String, prepare: @escaping @Sendable (String) async throws -> Void
  ) async throws -> String {
    let source = "template_\(template)_\(ProcessInfo.processInfo.processIdentifier)"
    if templates[source] == nil {
      templates[source] = Task {
        try await self.run("CREATE DATABASE \(identifier: source) TEMPLATE template0")
        try await prepare(self.url(of: source))
      }
    }
    try await templates[source]?.value
    let name = nextName()
    Self.ownDatabases?.add(name)
    try await clone(source, as: name)
    return try await url(of: name)
  }

  /// Copies a database whose last session may still be on its way out.
  private func clone(_ source: String, as name: String) async throws {
    for attempt in 1... {
      do {
        return try await run("CREATE DATABASE \(identifier: name) TEMPLATE \(identifier: source)")
      } catch let error as PostgresError where error.state == SQLState(rawValue: "55006") && attempt < 50 {
        try await run(
          "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE datname = \(source)")
      }
    }
  }

  /// Removes databases, whoever is still connected to them.
  func drop(_ names: [String]) async {
    for name in names {
      // A database that stays takes room only.
      try? await run("DROP DATABASE IF EXISTS \(identifier: name) WITH (FORCE)")
    }
  }

  private func nextName() -> String {
    databaseNumber += 1
    return "test_\(ProcessInfo.processInfo.processIdentifier)_\(databaseNumber)"
  }

  private func run(_ statement: SQL) async throws {
    let session = try await PostgresSession(connectionURL: serverURL())
    _ = try await session.query(statement)
    await session.close()
  }

  private func url(of database: String) async throws -> String {
    let server = try await serverURL()
    guard var parts = URLComponents(string: server) else { throw StartFailure(description: "not a URL: \(server)") }
    parts.path = "/" + database
    return parts.string ?? server
  }

  /// The URL of the database `postgres`.
  private func serverURL() async throws -> String {
    if let given = ProcessInfo.processInfo.environment["GNOMON_TEST_DATABASE_URL"] { return given }
    if starting == nil { starting = Task { try self.start() } }
    guard let starting else { throw StartFailure(description: "the cluster was not started") }
    return try await starting.value
  }

  /// Makes and starts the cluster, and returns once it accepts connections.
  private func start() throws -> String {
    let folder = "/tmp/gnt\(ProcessInfo.processInfo.processIdentifier)"
    let input = Pipe()
    let output = Pipe()
    let shell = Process()
    let arguments = ["/bin/sh", "-c", Self.script, "sh", folder, Self.binaries]
    shell.executableURL = URL(fileURLWithPath: getuid() == 0 ? "/usr/bin/setpriv" : "/bin/sh")
    shell.arguments =
      getuid() == 0
      ? ["--reuid=postgres", "--regid=postgres", "--init-groups", "--"] + arguments : Array(arguments.dropFirst())
    shell.currentDirectoryURL = URL(fileURLWithPath: "/tmp")
    shell.standardInput = input
    shell.standardOutput = output
    shell.standardError = FileHandle.nullDevice
    try shell.run()
    lifeline = input
    let answer = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard answer.hasPrefix("ready") else {
      throw StartFailure(description: "the test cluster did not start; see \(folder)/log")
    }
    return "postgresql:///postgres?host=\(folder)&user=postgres"
  }

  /// Where Debian puts the programs of the server; the newest supported version that is installed.
  private static var binaries: String {
    let candidates = (15...18).reversed().map { "/usr/lib/postgresql/\($0)/bin" }
    return candidates.first { FileManager.default.isExecutableFile(atPath: "\($0)/postgres") } ?? "/usr/bin"
  }

  private static let script = """
    set -e
    mkdir -m 0755 "$1"
    "$2/initdb" -D "$1/data" -U postgres -A trust -E UTF8 --locale=C --no-sync > "$1/log" 2>&1
    "$2/pg_ctl" -D "$1/data" -w -t 60 -l "$1/log" -o "-k '$1' -c listen_addresses='' -c fsync=off \
    -c full_page_writes=off -c max_connections=1000" start > /dev/null 2>&1 < /dev/null
    echo ready
    trap '' INT TERM HUP
    cat > /dev/null || true
    "$2/pg_ctl" -D "$1/data" -w -m immediate stop > /dev/null 2>&1 || true
    rm -rf "$1"
    """
}
