public import Postgres
import SQLFiles

/// The database of a catalog: what it must be able to do, and how it is brought to this program's schema.
public enum CatalogDatabase {
  /// Checks the server and brings the schema to this version.
  ///
  /// - Parameter warn: called with one line for each thing that this user had not the right to do and that can wait.
  /// - Returns: the names of the migrations that ran.
  /// - Throws: ``Migrator/Refusal`` with one line for the operator, or ``PostgresError``.
  public static func migrate(
    _ pool: PostgresPool, warn: @Sendable (String) -> Void = { _ in }
  ) async throws -> [String] {
    let migrator = Migrator(schema: "gnomon", once: migrations, always: always)
    let result: Result<Migrator.Outcome, any Error> = try await pool.withSession { session in
      Result { try migrator.run(on: session) { try prepare($0) } }
    }
    let outcome = try result.get()
    for warning in outcome.warnings { warn(warning) }
    try await readDerivations(of: pool, warn)
    return outcome.applied
  }

  /// Whether every migration of this program, and no other, has run.
  public static func isAtHead(_ pool: PostgresPool) async throws(PostgresError) -> Bool {
    let expected = migrations.map(\.name)
    return try await pool.withSession { session throws(PostgresError) in
      let rows = try session.query("SELECT name FROM gnomon.migrations ORDER BY position")
      return try rows.map { row throws(PostgresError) in try row.text(0) } == expected
    }
  }

  /// The names of the migrations in order.
  public static var migrationNames: [String] { migrations.map(\.name) }

  private static var files: [Migrator.File] {
    (0..<sql_file_count()).map { index in
      let file = unsafe sql_file(index)
      let bytes = unsafe UnsafeBufferPointer(start: file.bytes, count: file.length)
      return unsafe Migrator.File(name: String(cString: file.name), text: String(decoding: bytes, as: UTF8.self))
    }
  }

  private static var migrations: [Migrator.File] { files.filter { $0.name.hasPrefix("migrations/") } }
  private static var always: [Migrator.File] { files.filter { !$0.name.hasPrefix("migrations/") } }

  private static func prepare(_ session: isolated PostgresSession) throws {
    guard session.serverVersion >= 150_000 else {
      throw Migrator.Refusal(
        "the server is PostgreSQL \(session.serverVersion / 10_000); gnomon needs PostgreSQL 15 or later")
    }
    // Case and accents are folded by Unicode's rules.
    let encoding = try session.query("SHOW server_encoding").first?.text(0) ?? ""
    guard encoding == "UTF8" else {
      throw Migrator.Refusal("the database's encoding is \(encoding); gnomon needs one made with ENCODING 'UTF8'")
    }
    guard try !session.query("SELECT FROM pg_collation WHERE collname = 'und-x-icu'").isEmpty else {
      throw Migrator.Refusal("the server has no ICU collations; gnomon needs a PostgreSQL built with ICU")
    }
    let query: SQL = "SELECT extversion FROM pg_extension WHERE extname = 'postgis'"
    var rows = try session.query(query)
    if rows.isEmpty {
      try create("postgis", named: "PostGIS", package: "postgresql-15-postgis-3", session)
      rows = try session.query(query)
    }
    let version = try rows.first?.text(0) ?? ""
    let numbers = version.split(separator: ".").compactMap { Int($0) }
    guard numbers.count >= 2, (numbers[0], numbers[1]) >= (3, 3) else {
      throw Migrator.Refusal("the database has PostGIS \(version); gnomon needs PostGIS 3.3 or later")
    }
    // Numbers and instants beside geometries in one index.
    let gist = try session.query("SELECT FROM pg_extension WHERE extname = 'btree_gist'")
    if gist.isEmpty { try create("btree_gist", named: "btree_gist", package: "postgresql-contrib", session) }
  }

  private static func create(
    _ name: String, named title: String, package: String, _ session: isolated PostgresSession
  ) throws {
    do throws(PostgresError) {
      _ = try session.query("CREATE EXTENSION IF NOT EXISTS \(identifier: name)")
    } catch {
      switch error.state {
      case SQLState.undefinedFile?, SQLState.featureNotSupported?:
        throw Migrator.Refusal("\(title) is not installed on the database server; install \(package) there")
      case SQLState.insufficientPrivilege?:
        throw Migrator.Refusal(
          "the database has no \(title) and this user may not create it; as a superuser, run: CREATE EXTENSION \(name)")
      default: throw error
      }
    }
  }
}

extension Migrator.Refusal {
  /// One line for an operator from whatever went wrong while a database was opened.
  public static func line(for error: any Error) -> String {
    guard let error = error as? PostgresError else { return "\(error)" }
    switch error.reason {
    case .connectionFailed: return "the database cannot be reached: \(firstLine(error.message))"
    case .server(.insufficientPrivilege):
      return
        "a right is missing in the database (\(firstLine(error.message))); grant it to this user, or let the owner run "
        + "gnomon migrate first and grant this user the role gnomon_writer"
    case .server(SQLState(rawValue: "25006")):
      return "the database is read-only (\(firstLine(error.message))); name one that can be written"
    default: return "\(error.description): \(firstLine(error.message))"
    }
  }

  private static func firstLine(_ message: String) -> String {
    String(message.split(separator: "\n").first ?? "no reason given")
  }
}
