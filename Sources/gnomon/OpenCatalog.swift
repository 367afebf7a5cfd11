import Postgres
import StacAPI
import StacStore

/// A catalog that a command has opened: its database at this version's schema.
struct OpenCatalog: Sendable {
  let pool: PostgresPool
  /// Where reads may go beside the database itself.
  let replicas: ReadReplicas?
  let store: PostgresCatalogStore
  /// The migrations that opening it has run.
  let migrated: [String]

  /// Opens the catalog of a connection string.
  ///
  /// - Parameters:
  ///   - follow: begins to follow the replicas, once the database is at this version's schema.
  ///   - observer: is told of the statements of answers.
  init(
    connectionURL: String, applicationName: String = "gnomon", sessions: Int, search: SearchSettings = .usual,
    observer: (any StatementObserver)? = nil, follow: () async throws -> ReadReplicas? = { nil }
  ) async throws {
    guard Self.isConnectionString(connectionURL) else {
      throw CommandFailure(
        "the database must be an address such as postgresql://user@host/name, not '\(connectionURL.prefix(60))'")
    }
    // A migration of a large catalog may take its time; an answer may not.
    let migrating = PostgresPool(connectionURL: connectionURL, size: 1)
    pool = PostgresPool(
      connectionURL: connectionURL, applicationName: applicationName, size: sessions, statementTimeout: .seconds(60),
      observer: observer)
    var following: ReadReplicas?
    do {
      migrated = try await CatalogDatabase.migrate(migrating, warn: { Progress.write("warning  \($0)\n") })
      await migrating.shutdown()
      following = try await follow()
      replicas = following
      store = try await PostgresCatalogStore(
        pool: pool, replicas: following, countLimit: search.countLimit,
        allowsOtherProperties: search.allowsOtherProperties)
    } catch {
      await migrating.shutdown()
      await following?.shutdown()
      await pool.shutdown()
      throw CommandFailure(Migrator.Refusal.line(for: error))
    }
  }

  /// Whether a text is a URL of PostgreSQL or a list of `keyword=value` (PostgreSQL documentation, section 34.1.1).
  static func isConnectionString(_ text: String) -> Bool {
    ["postgresql://", "postgres://"].contains(where: text.hasPrefix) || !text.contains("://") && text.contains("=")
  }

  /// Opens the catalog that the options name, calls a body with it, and closes it.
  ///
  /// - Parameters:
  ///   - command: what this process does, for the message that others get.
  ///   - applicationName: what its sessions are called in `pg_stat_activity`.
  static func with<Result>(
    _ options: DatabaseOptions, command: String, applicationName: String = "gnomon", sessions: Int = 4,
    _ body: (OpenCatalog) async throws -> Result
  ) async throws -> Result {
    try await reading(options, command: command, applicationName: applicationName, sessions: sessions, body) {
      database, result in
      await database?.stop()
      return result
    }
  }

  /// Opens the catalog that the options name, reads what a body asks it, and works with that after the catalog is closed:
  /// the private PostgreSQL stops while the work goes on. Both have ended when this returns or throws.
  ///
  /// - Parameter command: what this process does, for the message that others get.
  static func with<Known, Result>(
    _ options: DatabaseOptions, command: String, reading read: (OpenCatalog) async throws -> Known,
    work: (Known) async throws -> Result
  ) async throws -> Result {
    try await reading(options, command: command, applicationName: "gnomon", sessions: 4, read) { database, known in
      async let stopped: Void? = database?.stop()
      let result = try await work(known)
      await stopped
      return result
    }
  }

  /// Calls a body with the catalog, then another with the database that is to be stopped; stops it where the first fails.
  private static func reading<Known, Result>(
    _ options: DatabaseOptions, command: String, applicationName: String, sessions: Int,
    _ read: (OpenCatalog) async throws -> Known, then: (PrivateDatabase?, Known) async throws -> Result
  ) async throws -> Result {
    func open(_ url: String) async throws -> Known {
      try await closing(OpenCatalog(connectionURL: url, applicationName: applicationName, sessions: sessions), read)
    }
    if let url = options.namedDatabaseURL { return try await then(nil, open(url)) }
    let database = try await PrivateDatabase.attach(dataDirectory: options.dataDirectory, command: command)
    let known: Known
    do {
      known = try await open(database.connectionURL)
    } catch {
      await database.stop()
      throw error
    }
    return try await then(database, known)
  }

  /// Ends all sessions.
  func close() async {
    await replicas?.shutdown()
    await pool.shutdown()
  }

  private static func closing<Result>(
    _ catalog: OpenCatalog, _ body: (OpenCatalog) async throws -> Result
  ) async throws -> Result {
    do {
      let result = try await Actor.$current.withValue(Actor.user(Machine.user)) { try await body(catalog) }
      await catalog.close()
      return result
    } catch {
      await catalog.close()
      throw error
    }
  }
}
