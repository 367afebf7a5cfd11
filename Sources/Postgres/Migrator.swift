/// Brings a database to the schema of this program: files that run once each, forward only, and files that run always.
///
/// Many programs may start at once: an advisory lock lets them go one after the other. What ran is recorded with its
/// SHA-256, so that a released file that was edited, or a database of a newer program, is noticed.
public struct Migrator: Sendable {
  /// A file of statements.
  public struct File: Sendable {
    public let name: String
    public let text: String

    public init(name: String, text: String) {
      self.name = name
      self.text = text
    }
  }

  /// Why a database cannot be brought to the schema, in one line.
  public struct Refusal: Error, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
  }

  private let schema: String
  private let once: [File]
  private let always: [File]

  /// - Parameters:
  ///   - schema: where the record of what ran is kept; made where it is absent.
  ///   - once: migrations in order.
  ///   - always: idempotent files that run after them whenever one of them ran.
  public init(schema: String, once: [File], always: [File]) {
    self.schema = schema
    self.once = once
    self.always = always
  }

  /// Runs what has not run yet; the names of the migrations that ran.
  ///
  /// - Parameter prepare: runs first, under the lock: the checks and extensions that the files need.
  public func run(
    on session: isolated PostgresSession, prepare: (isolated PostgresSession) throws -> Void = { _ in }
  ) throws -> [String] {
    _ = try session.query("SELECT pg_advisory_lock(hashtext(\(schema)))")
    defer { _ = try? session.query("SELECT pg_advisory_unlock(hashtext(\(schema)))") }
    try prepare(session)
    let recorded = try record(on: session)
    try compare(recorded, on: session)
    let pending = Array(once.dropFirst(recorded.count))
    for file in pending { try run(file, on: session) }
    if !pending.isEmpty {
      for file in always { try session.run(unsafeScript: "BEGIN;\n\(file.text)\nCOMMIT;") }
    }
    return pending.map(\.name)
  }

  /// The names and digests of what ran, in order.
  private func record(on session: isolated PostgresSession) throws -> [(name: String, digest: String)] {
    let table: SQL = "\(identifier: schema).migrations"
    _ = try session.query("CREATE SCHEMA IF NOT EXISTS \(identifier: schema)")
    _ = try session.query(
      """
      CREATE TABLE IF NOT EXISTS \(table) (position integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, \
      applied_at timestamptz NOT NULL DEFAULT now())
      """)
    return try session.query("SELECT name, sha256 FROM \(table) ORDER BY position").map { row in
      (try row.text(0), try row.text(1))
    }
  }

  private func compare(
    _ recorded: [(name: String, digest: String)], on session: isolated PostgresSession
  ) throws {
    guard recorded.count <= once.count else {
      throw Refusal(
        "the database was migrated by a newer gnomon (\(recorded[once.count].name)); run that one, or restore a backup")
    }
    for (file, entry) in zip(once, recorded) where try digest(file, on: session) != entry.digest {
      throw Refusal(
        "the migration \(entry.name) of the database differs from this program's \(file.name); they are not the same gnomon"
      )
    }
  }

  private func digest(_ file: File, on session: isolated PostgresSession) throws -> String {
    let rows = try session.query("SELECT encode(sha256(\(SQL.Bind.bytes(Array(file.text.utf8)))), 'hex')")
    return try rows.first?.text(0) ?? ""
  }

  private func run(_ file: File, on session: isolated PostgresSession) throws {
    let digest = try digest(file, on: session)
    let position = (once.firstIndex { $0.name == file.name } ?? 0) + 1
    _ = try session.query("BEGIN")
    do {
      try session.run(unsafeScript: file.text)
      _ = try session.query(
        """
        INSERT INTO \(identifier: schema).migrations (position, name, sha256) \
        VALUES (\(position), \(file.name), \(digest))
        """)
      _ = try session.query("COMMIT")
    } catch {
      _ = try? session.query("ROLLBACK")
      throw error
    }
  }
}
