import Postgres
import TestSupport
import Testing

@Suite struct PlanModeTests {
  /// A session with a table of one row.
  private static func session() async throws -> PostgresSession {
    let session = try await PostgresSession(connectionURL: TestCluster.shared.emptyDatabase())
    try await session.run(unsafeScript: "CREATE TABLE t (a int8); INSERT INTO t VALUES (1)")
    return session
  }

  private static let statement: SQL = "SELECT a FROM t WHERE a = \(1)"

  /// How often the statement was planned for any value and for one.
  private static func plans(_ session: PostgresSession) async throws -> (generic: Int64, custom: Int64) {
    let rows = try await session.query(
      "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE 'SELECT a FROM t%'")
    return (try rows[0].integer(0), try rows[0].integer(1))
  }

  private static func setting(_ session: PostgresSession) async throws -> String {
    try await session.query("SELECT current_setting('plan_cache_mode')")[0].text(0)
  }

  @Test func `A statement is planned for its values, or once for any`() async throws {
    let session = try await Self.session()
    for _ in 1...3 { #expect(try await session.query(Self.statement).count == 1) }
    #expect(try await Self.plans(session) == (0, 3))
    for _ in 1...4 { #expect(try await session.query(Self.statement, plan: .generic).count == 1) }
    #expect(try await Self.plans(session) == (4, 3))
    _ = try await session.query(Self.statement)
    #expect(try await Self.plans(session) == (4, 4))
  }

  @Test func `The mode is set only where it changes, and never for statements without values`() async throws {
    let session = try await Self.session()
    _ = try await session.query(Self.statement, plan: .generic)
    #expect(try await Self.setting(session) == "force_generic_plan")
    try await session.transaction { @Sendable session throws(PostgresError) in
      _ = try session.query("SELECT a FROM t")
      _ = try session.query("SELECT 1")
    }
    #expect(try await Self.setting(session) == "force_generic_plan")
    _ = try await session.query(Self.statement)
    #expect(try await Self.setting(session) == "force_custom_plan")
  }

  @Test func `A mode that a rollback takes back is set again`() async throws {
    let session = try await Self.session()
    _ = try await session.query("BEGIN")
    _ = try await session.query(Self.statement, plan: .generic)
    await session.rollback()
    #expect(try await Self.setting(session) == "force_custom_plan")
    _ = try await session.query(Self.statement, plan: .generic)
    #expect(try await Self.plans(session) == (2, 0))
  }

  @Test func `A mode that a rollback to a savepoint takes back is set again`() async throws {
    let session = try await Self.session()
    try await session.transaction { @Sendable session throws(PostgresError) in
      _ = try session.query("SAVEPOINT s")
      _ = try session.query(Self.statement, plan: .generic)
      _ = try session.query("ROLLBACK TO SAVEPOINT s")
      _ = try session.query(Self.statement, plan: .generic)
    }
    #expect(try await Self.plans(session) == (2, 0))
  }

  @Test func `A mode that a failed statement takes back is set again`() async throws {
    let session = try await Self.session()
    await #expect(throws: PostgresError.self) {
      try await session.query("SELECT 1 / \(0)", plan: .generic)
    }
    _ = try await session.query(Self.statement, plan: .generic)
    await #expect(throws: PostgresError.self) {
      try await session.transaction { @Sendable session throws(PostgresError) in
        _ = try session.query(Self.statement)
        _ = try session.query("SELECT 1 / \(0)")
      }
    }
    _ = try await session.query(Self.statement, plan: .generic)
    #expect(try await Self.plans(session) == (2, 1))
  }

  @Test func `A script that sets the mode does not mislead the session`() async throws {
    let session = try await Self.session()
    _ = try await session.query(Self.statement, plan: .generic)
    try await session.run(unsafeScript: "SET plan_cache_mode = force_custom_plan; SELECT 1")
    _ = try await session.query(Self.statement, plan: .generic)
    #expect(try await Self.plans(session) == (2, 0))
  }
}
