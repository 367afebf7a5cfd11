import Postgres
import TestSupport
import Testing

@Suite struct CopyBufferTests {
  private static let table = """
    CREATE TABLE t (number bigint, text text, bytes bytea, double float8, flag bool, instant timestamptz, json jsonb, \
    texts text[], numbers bigint[], lists bytea[], instants timestamptz[], small int)
    """
  private static let statement = "COPY t FROM STDIN (FORMAT binary)"

  private static func session() async throws -> PostgresSession {
    let session = try await PostgresSession(connectionURL: TestCluster.shared.emptyDatabase())
    try await session.run(unsafeScript: table)
    return session
  }

  @Test func `Every kind of field arrives as it was written`() async throws {
    let session = try await Self.session()
    var buffer = CopyBuffer()
    buffer.startRow(fieldCount: 12)
    let fields: [SQL.Bind] = [
      .integer(.min), .text("naïve 🛰"), .bytes([0, 255]), .double(0.1), .boolean(true),
      .timestamp(microseconds: -62_135_596_800_000_000), .json(#"{"a": [1]}"#), .textArray(["b", nil, ""]),
      .integerArray([]), .bytesArray([[1], nil]), .timestampArray([1, nil]),
    ]
    for field in fields { try buffer.append(field) }
    buffer.append(int4: -7)
    #expect(buffer.rowCount == 1)
    try await session.copy(unsafeStatement: Self.statement, buffer)
    let found = try await session.query("SELECT *, json::text, array_to_string(texts, '|', '-') FROM t")
    let row = try #require(found.first)
    #expect(try row.integer(0) == .min)
    #expect(try row.text(1) == "naïve 🛰")
    #expect(try row.bytes(2) == [0, 255])
    #expect(try row.double(3) == 0.1)
    #expect(try row.boolean(4))
    #expect(try row.timestamp(5) == -62_135_596_800_000_000)
    #expect(try row.text(12) == #"{"a": [1]}"#)
    #expect(try row.text(13) == "b|-|")
    #expect(try row.integer(11) == -7)
    let arrays = try await session.query(
      "SELECT cardinality(numbers), lists[1], lists[2] IS NULL, instants[1], instants[2] IS NULL FROM t")
    #expect(try arrays[0].integer(0) == 0)
    #expect(try arrays[0].bytes(1) == [1])
    #expect(try arrays[0].boolean(2))
    #expect(try arrays[0].timestamp(3) == 1)
    #expect(try arrays[0].boolean(4))
  }

  @Test func `NULL and empty fields stay apart, and raw fields are as good as bound ones`() async throws {
    let session = try await Self.session()
    var buffer = CopyBuffer()
    buffer.startRow(fieldCount: 4)
    try buffer.append(.null)
    try buffer.append(text: "")
    buffer.append(bytes: [])
    buffer.appendNull()
    buffer.startRow(fieldCount: 4)
    buffer.append(int8: 5)
    try buffer.appendField { bytes in bytes += Array("written in place".utf8) }
    buffer.append(bytes: [1, 2])
    buffer.append(json: Array("{}".utf8))
    try await session.copy(
      unsafeStatement: "COPY t (number, text, bytes, json) FROM STDIN (FORMAT binary)", buffer)
    let rows = try await session.query("SELECT number, text, bytes, json::text FROM t ORDER BY number NULLS FIRST")
    #expect(rows.count == 2)
    #expect(rows[0].isNull(0) && rows[0].isNull(3))
    #expect(try rows[0].text(1).isEmpty)
    #expect(try rows[0].bytes(2).isEmpty)
    #expect(try rows[1].integer(0) == 5)
    #expect(try rows[1].text(1) == "written in place")
    #expect(try rows[1].bytes(2) == [1, 2])
    #expect(try rows[1].text(3) == "{}")
  }

  @Test func `Rows of many pieces arrive in full`() async throws {
    let session = try await Self.session()
    var buffer = CopyBuffer(pieceSize: 1000)
    for number in 1...500 {
      buffer.startRow(fieldCount: 2)
      buffer.append(int8: Int64(number))
      try buffer.append(text: String(repeating: "x", count: number))
    }
    #expect(buffer.byteCount > 125_000)
    try await session.copy(unsafeStatement: "COPY t (number, text) FROM STDIN (FORMAT binary)", buffer)
    let row = try await session.query("SELECT count(*), sum(length(text)), sum(number)::int8 FROM t")[0]
    #expect(try (row.integer(0), row.integer(1), row.integer(2)) == (500, 125_250, 125_250))
  }

  @Test func `A buffer without rows stores none`() async throws {
    let session = try await Self.session()
    try await session.copy(unsafeStatement: Self.statement, CopyBuffer())
    #expect(try await session.query("SELECT FROM t").isEmpty)
  }

  @Test func `U+0000 is refused, and a field of another type is the server's error`() async throws {
    let session = try await Self.session()
    var buffer = CopyBuffer()
    buffer.startRow(fieldCount: 1)
    let nul = #expect(throws: PostgresError.self) { try buffer.append(text: "a\0b") }
    #expect(nul?.reason == .nulCharacter)
    var wrong = CopyBuffer()
    wrong.startRow(fieldCount: 1)
    wrong.append(int4: 1)
    let sent = wrong
    let error = await #expect(throws: PostgresError.self) {
      try await session.copy(unsafeStatement: "COPY t (number) FROM STDIN (FORMAT binary)", sent)
    }
    #expect(error?.state == SQLState(rawValue: "08P01"))
    #expect(try await session.query("SELECT FROM t").isEmpty)
  }
}
