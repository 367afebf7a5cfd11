import Postgres
import TestSupport
import Testing

@Suite struct MigratorTests {
  private static let first = Migrator.File(name: "0001", text: "CREATE TABLE gn.a (x int); INSERT INTO gn.a VALUES (1)")
  private static let second = Migrator.File(name: "0002", text: "ALTER TABLE gn.a ADD y int")
  private static let view = Migrator.File(name: "view", text: "CREATE OR REPLACE VIEW gn.v AS SELECT x FROM gn.a")

  private static func run(_ once: [Migrator.File], always: [Migrator.File] = [], url: String) async throws
    -> Migrator.Outcome
  {
    let pool = PostgresPool(connectionURL: url, size: 1)
    let migrator = Migrator(schema: "gn", once: once, always: always)
    let result: Result<Migrator.Outcome, any Error> = try await pool.withSession { session in
      Result { try migrator.run(on: session) }
    }
    await pool.shutdown()
    return try result.get()
  }

  @Test func `A migration runs once, a later one alone`() async throws {
    let url = try await TestCluster.shared.emptyDatabase()
    #expect(try await Self.run([Self.first], always: [Self.view], url: url).applied == ["0001"])
    #expect(try await Self.run([Self.first], always: [Self.view], url: url).applied == [])
    #expect(try await Self.run([Self.first, Self.second], always: [Self.view], url: url).applied == ["0002"])
    let session = try await PostgresSession(connectionURL: url)
    #expect(try await session.query("SELECT x FROM gn.v").count == 1)
  }

  @Test func `What may run again does so when it has changed, and else not`() async throws {
    let url = try await TestCluster.shared.emptyDatabase()
    let wider = Migrator.File(name: "view", text: "CREATE OR REPLACE VIEW gn.v AS SELECT x, 2 AS z FROM gn.a")
    _ = try await Self.run([Self.first], always: [Self.view], url: url)
    _ = try await Self.run([Self.first], always: [wider], url: url)
    let session = try await PostgresSession(connectionURL: url)
    #expect(try await session.query("SELECT z FROM gn.v").count == 1)
    try await session.run(unsafeScript: "DROP VIEW gn.v")
    _ = try await Self.run([Self.first], always: [wider], url: url)
    let isThere = try await session.query("SELECT to_regclass('gn.v') IS NOT NULL").first?.boolean(0)
    #expect(isThere == false)
  }

  @Test func `Programs that start together migrate once`() async throws {
    let url = try await TestCluster.shared.emptyDatabase()
    let applied = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<8 { group.addTask { try await Self.run([Self.first, Self.second], url: url).applied } }
      return try await group.reduce(into: [String]()) { $0 += $1 }
    }
    #expect(applied == ["0001", "0002"])
  }

  @Test func `A migration that was edited after it ran is refused by name`() async throws {
    let url = try await TestCluster.shared.emptyDatabase()
    _ = try await Self.run([Self.first], url: url)
    let edited = Migrator.File(name: "0001", text: Self.first.text + " ")
    let refusal = await #expect(throws: Migrator.Refusal.self) { _ = try await Self.run([edited], url: url) }
    #expect(refusal?.description.contains("0001") == true)
    #expect(refusal?.description.contains("\n") == false)
  }

  @Test func `A database of a newer program is refused`() async throws {
    let url = try await TestCluster.shared.emptyDatabase()
    _ = try await Self.run([Self.first, Self.second], url: url)
    let refusal = await #expect(throws: Migrator.Refusal.self) { _ = try await Self.run([Self.first], url: url) }
    #expect(refusal?.description.contains("newer") == true)
  }

  @Test func `A migration that fails leaves nothing, and runs when it is mended`() async throws {
    let url = try await TestCluster.shared.emptyDatabase()
    let broken = Migrator.File(name: "0001", text: "CREATE TABLE gn.a (x int); SELECT 1 / 0")
    let error = await #expect(throws: PostgresError.self) { _ = try await Self.run([broken], url: url) }
    #expect(error?.state == SQLState(rawValue: "22012"))
    #expect(try await Self.run([Self.first], url: url).applied == ["0001"])
  }

  @Test func `A user without rights reads a database at the head, is warned of roles, and may not begin one`()
    async throws
  {
    let url = try await TestCluster.shared.emptyDatabase()
    let session = try await PostgresSession(connectionURL: url)
    let role = "limited_\(try await session.query("SELECT pg_backend_pid()")[0].integer(0))"
    _ = try await session.query("CREATE ROLE \(identifier: role) LOGIN")
    let limited = url + "&user=\(role)"
    let refusal = await #expect(throws: Migrator.Refusal.self) { _ = try await Self.run([Self.first], url: limited) }
    #expect(refusal?.description.contains("may not create the schema gn") == true)

    try await session.run(
      unsafeScript: "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO \(role)', current_database()); END $$")
    let roles = Migrator.File(name: "roles", text: "CREATE ROLE never_made")
    let outcome = try await Self.run([Self.first], always: [roles], url: limited)
    #expect(outcome.applied == ["0001"])
    #expect(outcome.warnings.count == 1)

    try await session.run(
      unsafeScript: """
        DO $$ BEGIN EXECUTE format('REVOKE CREATE ON DATABASE %I FROM \(role)', current_database()); END $$;
        ALTER SCHEMA gn OWNER TO postgres; GRANT USAGE ON SCHEMA gn TO \(role)
        """)
    #expect(try await Self.run([Self.first], always: [roles], url: limited).applied == [])
  }
}
