import Postgres

extension PostgresSession {
  /// A transaction that is rolled back where its body fails, or what it comes to is not to be kept.
  func transaction<Value: Sendable>(
    beginning statement: SQL = "BEGIN", _ body: (isolated PostgresSession) throws(PostgresError) -> Value,
    keepingIf isKept: (Value) -> Bool = { _ in true }
  ) throws(PostgresError) -> Value {
    _ = try query(statement)
    let value: Value
    do throws(PostgresError) {
      value = try body(self)
    } catch {
      rollback()
      throw error
    }
    if isKept(value) { try commit() } else { rollback() }
    return value
  }

  /// A transaction that reads all from one snapshot.
  func snapshot<Value: Sendable>(
    _ body: (isolated PostgresSession) throws(PostgresError) -> Value
  ) throws(PostgresError) -> Value {
    try transaction(beginning: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", body)
  }
}
