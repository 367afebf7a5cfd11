import Postgres
import TestSupport
import Testing

@Suite struct SessionTests {
  private static func session() async throws -> PostgresSession {
    try await PostgresSession(connectionURL: TestCluster.shared.emptyDatabase())
  }

  @Test func `Every kind of value comes back as it was bound`() async throws {
    let session = try await Self.session()
    let instant: Int64 = -62_135_596_800_000_000  // 0001-01-01
    let rows = try await session.query(
      """
      SELECT \("naïve 🛰"), \(Int64.min), \(0.1), \(true), \(SQL.Bind.bytes([0, 255])), \
      \(SQL.Bind.timestamp(microseconds: instant)), \(SQL.Bind.null)::text, \(SQL.Bind.json(#"{"a": [1]}"#))::text
      """)
    let row = try #require(rows.first)
    #expect(try row.text(0) == "naïve 🛰")
    #expect(try row.integer(1) == Int64.min)
    #expect(try row.double(2) == 0.1)
    #expect(try row.boolean(3))
    #expect(try row.bytes(4) == [0, 255])
    #expect(try row.timestamp(5) == instant)
    #expect(row.isNull(6))
    #expect(try row.text(7) == #"{"a": [1]}"#)
  }

  @Test func `Arrays keep order, nulls and emptiness`() async throws {
    let session = try await Self.session()
    let rows = try await session.query(
      """
      SELECT array_to_string(\(SQL.Bind.textArray(["b", nil, "", "a,c"])), '|', '-'), \
      cardinality(\(SQL.Bind.integerArray([]))), (\(SQL.Bind.integerArray([3, nil])))[1], \
      (\(SQL.Bind.bytesArray([[1], nil])))[1], (\(SQL.Bind.timestampArray([1, nil])))[1]
      """)
    let row = try #require(rows.first)
    #expect(try row.text(0) == "b|-||a,c")
    #expect(try row.integer(1) == 0)
    #expect(try row.integer(2) == 3)
    #expect(try row.bytes(3) == [1])
    #expect(try row.timestamp(4) == 1)
  }

  @Test func `Infinite times are read without overflow`() async throws {
    let session = try await Self.session()
    let rows = try await session.query("SELECT 'infinity'::timestamptz, '-infinity'::timestamptz")
    #expect(try rows[0].timestamp(0) == Int64.max)
    #expect(try rows[0].timestamp(1) == Int64.min)
  }

  @Test func `U+0000 is refused before the wire and the session goes on`() async throws {
    let session = try await Self.session()
    let error = await #expect(throws: PostgresError.self) { try await session.query("SELECT \("a\0b")") }
    #expect(error?.reason == .nulCharacter)
    let inArray = await #expect(throws: PostgresError.self) {
      try await session.query("SELECT \(SQL.Bind.textArray(["a\0"]))")
    }
    #expect(inArray?.reason == .nulCharacter)
    #expect(try await session.query("SELECT 1").count == 1)
  }

  @Test func `A column of another type is an error value`() async throws {
    let session = try await Self.session()
    let rows = try await session.query("SELECT 'abc'::text, NULL::text")
    for read in [{ _ = try rows[0].integer(0) }, { _ = try rows[0].text(1) }, { _ = try rows[0].boolean(7) }] {
      let error = #expect(throws: PostgresError.self) { try read() }
      #expect(error?.reason == .unreadableValue)
    }
  }

  @Test func `A violated constraint is named by state and constraint`() async throws {
    let session = try await Self.session()
    try await session.run(unsafeScript: "CREATE TABLE t (a int CONSTRAINT only_once UNIQUE); INSERT INTO t VALUES (1)")
    let error = await #expect(throws: PostgresError.self) { try await session.query("INSERT INTO t VALUES (1)") }
    #expect(error?.state == .uniqueViolation)
    #expect(error?.constraint == "only_once")
  }

  @Test func `The client encoding is UTF-8 whatever the connection string says`() async throws {
    let url = try await TestCluster.shared.emptyDatabase() + "&client_encoding=LATIN1"
    let session = try await PostgresSession(connectionURL: url)
    #expect(try await session.query("SELECT \("Þ€🛰")")[0].text(0) == "Þ€🛰")
  }

  @Test func `A throwing transaction leaves nothing and the session usable`() async throws {
    let session = try await Self.session()
    try await session.run(unsafeScript: "CREATE TABLE t (a int)")
    let error = await #expect(throws: PostgresError.self) {
      try await session.transaction { @Sendable session throws(PostgresError) in
        _ = try session.query("INSERT INTO t VALUES (1)")
        _ = try session.query("SELECT 1 / \(0)")
      }
    }
    #expect(error?.state == SQLState(rawValue: "22012"))
    #expect(try await session.query("SELECT count(*) FROM t")[0].integer(0) == 0)
    #expect(await session.isUsable)
  }

  @Test func `A transaction whose statement failed unnoticed is not reported as committed`() async throws {
    let session = try await Self.session()
    try await session.run(unsafeScript: "CREATE TABLE t (a int)")
    await #expect(throws: PostgresError.self) {
      try await session.transaction { @Sendable session throws(PostgresError) in
        _ = try session.query("INSERT INTO t VALUES (1)")
        _ = try? session.query("SELECT 1 / \(0)")
      }
    }
    #expect(try await session.query("SELECT count(*) FROM t")[0].integer(0) == 0)
    #expect(await session.isUsable)
  }

  @Test func `COPY takes rows, and an abandoned copy leaves none`() async throws {
    let session = try await Self.session()
    try await session.run(unsafeScript: "CREATE TABLE t (a int)")
    try await Self.copy(lines: 3, to: session)
    #expect(try await session.query("SELECT sum(a) FROM t")[0].integer(0) == 6)
    let error = await #expect(throws: PostgresError.self) { try await Self.copy(lines: 3, abandon: true, to: session) }
    #expect(error?.reason == .nulCharacter)
    #expect(try await session.query("SELECT count(*) FROM t")[0].integer(0) == 3)
  }

  private static func copy(lines: Int, abandon: Bool = false, to session: isolated PostgresSession) throws {
    var line = 0
    try session.copy(unsafeStatement: "COPY t FROM STDIN") { () throws(PostgresError) in
      line += 1
      if line <= lines { return Array("\(line)\n".utf8) }
      if abandon { throw PostgresError(reason: .nulCharacter, function: "test") }
      return nil
    }
  }

  @Test func `More statements than the cache holds still run`() async throws {
    let session = try await Self.session()
    for number in 1...300 {
      let rows = try await session.query("SELECT \(number) AS \(identifier: "c\(number)")")
      #expect(try rows[0].integer(0) == Int64(number))
    }
  }

  @Test func `A statement survives a change of the table that it was prepared for`() async throws {
    let session = try await Self.session()
    try await session.run(unsafeScript: "CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
    let all: SQL = "SELECT * FROM t WHERE a = \(1)"
    #expect(try await session.query(all).count == 1)
    try await session.run(unsafeScript: "ALTER TABLE t ADD b int")
    #expect(try await session.query(all).count == 1)
  }

  @Test func `A server that is not there is a connection failure whose description names nobody`() async throws {
    let error = await #expect(throws: PostgresError.self) {
      _ = try await PostgresSession(connectionURL: "postgresql://someone:secret@/nowhere?host=/tmp/absent-socket")
    }
    #expect(error?.reason == .connectionFailed)
    #expect(error?.description.contains("secret") == false)
  }
}
