import Postgres
import Testing

@Suite struct SQLTests {
  @Test func `Values become numbered parameters and never text`() {
    let name = "'; DROP TABLE items; --"
    let sql: SQL = "SELECT * FROM items WHERE id = \(name) AND n > \(7) LIMIT \(2)"
    let rendered = sql.rendered()
    #expect(rendered.text == "SELECT * FROM items WHERE id = $1 AND n > $2 LIMIT $3")
    #expect(rendered.binds == [.text(name), .integer(7), .integer(2)])
  }

  @Test func `Identifiers are quoted and their quotes doubled`() {
    let sql: SQL = "SELECT \(identifier: #"a"b"#) FROM \(identifier: "t")"
    #expect(sql.rendered().text == #"SELECT "a""b" FROM "t""#)
  }

  @Test func `Nested statements number their parameters in order`() {
    let conditions: [SQL] = ["a = \(1)", "b = \("x")"]
    let sql: SQL = "SELECT 1 WHERE \(conditions.joined(separator: " AND ")) OR c = \(true)"
    #expect(sql.rendered().text == "SELECT 1 WHERE a = $1 AND b = $2 OR c = $3")
    #expect(sql.rendered().binds == [.integer(1), .text("x"), .boolean(true)])
  }

  @Test func `A geometry is bound with its type beside it`() {
    let sql: SQL = "SELECT \(ewkb: [1, 2])"
    #expect(sql.rendered().text == "SELECT $1::geometry")
    #expect(sql.rendered().binds == [.ewkb([1, 2])])
  }

  @Test func `A state matches its class`() {
    let state = SQLState(rawValue: "40P01")
    #expect(state == .deadlockDetected)
    #expect(SQLState.Class.transactionRollback ~= state)
    #expect(!(SQLState.Class.connectionException ~= state))
  }

  @Test func `A description tells no server message, SQL or address`() {
    let error = PostgresError(
      reason: .server(.uniqueViolation), function: "PQexecPrepared", message: "secret host=db.example",
      detail: "Key (id)")
    #expect(error.description == "PostgreSQL refused with SQLSTATE 23505 (PQexecPrepared)")
    let lost = PostgresError(reason: .connectionFailed, function: "PQconnectdb", message: "secret")
    #expect(!lost.description.contains("secret"))
  }
}
