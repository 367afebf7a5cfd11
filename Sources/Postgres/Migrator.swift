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
  ///   - always: idempotent files that run after them whenever one of them ran, or one of these has changed.
  public init(schema: String, once: [File], always: [File]) {
    self.schema = schema
    self.once = once
    self.always = always
  }

  /// What a run has done.
  public struct Outcome: Sendable {
    /// The names of the migrations that ran.
    public let applied: [String]
    /// One line for each file that this user has not the right to run, and that the program works without.
    public let warnings: [String]
  }

  /// Runs what has not run yet.
  ///
  /// A database that is at the head already is only read, so that a user without rights on the schema may do this.
  ///
  /// - Parameter prepare: runs first, under the lock: the checks and extensions that the files need.
  /// - Throws: ``Refusal``, ``PostgresError``, and what `prepare` throws.
  public func run(
    on session: isolated PostgresSession, prepare: (isolated PostgresSession) throws -> Void = { _ in }
  ) throws -> Outcome {
    _ = try session.query("SELECT pg_advisory_lock(hashtext(\(schema)))")
    defer { _ = try? session.query("SELECT pg_advisory_unlock(hashtext(\(schema)))") }
    try prepare(session)
    let recorded = try record(on: session)
    try compare(recorded, on: session)
    let pending = Array(once.dropFirst(recorded.count))
    for file in pending { try run(file, on: session) }
    let digest = try digest(File(name: "", text: always.map(\.text).joined(separator: "\n")), on: session)
    let isCurrent = try pending.isEmpty && digest == digestOfAlways(on: session)
    let warnings = isCurrent ? [] : try runAgain(always, on: session) + remember(digest, on: session)
    return Outcome(applied: pending.map(\.name), warnings: warnings)
  }

  /// What was run again last: the comment on the table of migrations.
  private func digestOfAlways(on session: isolated PostgresSession) throws(PostgresError) -> String? {
    let rows = try session.query("SELECT obj_description(\("\(schema).migrations")::regclass, 'pg_class')")
    return try rows.first.flatMap { row throws(PostgresError) in row.isNull(0) ? nil : try row.text(0) }
  }

  private func remember(_ digest: String, on session: isolated PostgresSession) throws(PostgresError) -> [String] {
    // A comment takes no parameters; the digest is hexadecimal.
    let statement: SQL =
      "COMMENT ON TABLE \(identifier: schema).migrations IS '\(unsafeSQL: digest)'"
    do throws(PostgresError) {
      _ = try session.query(statement)
      return []
    } catch {
      guard error.state == .insufficientPrivilege else { throw error }
      return ["the functions of the database may be of another version; let its owner run gnomon migrate"]
    }
  }

  /// Runs idempotent files; a warning for each that this user has not the right to run.
  private func runAgain(_ files: [File], on session: isolated PostgresSession) throws -> [String] {
    var warnings: [String] = []
    for file in files {
      if let warning = try runAgain(file, on: session) { warnings.append(warning) }
    }
    return warnings
  }

  private func runAgain(_ file: File, on session: isolated PostgresSession) throws(PostgresError) -> String? {
    do throws(PostgresError) {
      try run(file.text, nil, on: session)
      return nil
    } catch {
      guard error.state == .insufficientPrivilege else { throw error }
      return "\(file.name) was left out, for this database user may not run it: \(error.message)"
    }
  }

  /// The names and digests of what ran, in order.
  private func record(on session: isolated PostgresSession) throws -> [(name: String, digest: String)] {
    let table: SQL = "\(identifier: schema).migrations"
    // IF NOT EXISTS asks for the right to create even where there is nothing to create.
    if try session.query("SELECT FROM pg_namespace WHERE nspname = \(schema)").isEmpty {
      try create("CREATE SCHEMA \(identifier: schema)", on: session)
    }
    if try session.query("SELECT FROM pg_tables WHERE schemaname = \(schema) AND tablename = 'migrations'").isEmpty {
      try create(
        """
        CREATE TABLE \(table) (position integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, \
        applied_at timestamptz NOT NULL DEFAULT now())
        """, on: session)
    }
    return try session.query("SELECT name, sha256 FROM \(table) ORDER BY position").map { row in
      (try row.text(0), try row.text(1))
    }
  }

  private func create(_ statement: SQL, on session: isolated PostgresSession) throws {
    do throws(PostgresError) {
      _ = try session.query(statement)
    } catch {
      guard error.state == .insufficientPrivilege else { throw error }
      throw Refusal(
        "this database user may not create the schema \(schema) (\(error.message)); as an owner, grant CREATE on the database"
      )
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
    try run(
      file.text,
      """
      INSERT INTO \(identifier: schema).migrations (position, name, sha256) \
      VALUES (\(position), \(file.name), \(digest))
      """, on: session)
  }

  /// Runs a script and then a statement, both or neither.
  private func run(
    _ script: String, _ statement: SQL?, on session: isolated PostgresSession
  ) throws(PostgresError) {
    _ = try session.query("BEGIN")
    do throws(PostgresError) {
      try session.run(unsafeScript: script)
      if let statement { _ = try session.query(statement) }
    } catch {
      session.rollback()
      throw error
    }
    try session.commit()
  }
}
