import CPostgres

/// A result of libpq, shared by the rows read from it.
///
/// `@unchecked Sendable`: nothing writes to a PGresult once libpq has handed it over, and libpq documents reading it as
/// safe from any thread.
@safe
final class QueryResult: @unchecked Sendable {
  private let handle: OpaquePointer
  /// How many rows there are.
  let rowCount: Int
  /// How many columns a row has.
  let columnCount: Int

  init(takingOwnership handle: OpaquePointer) {
    unsafe self.handle = unsafe handle
    rowCount = unsafe Int(PQntuples(handle))
    columnCount = unsafe Int(PQnfields(handle))
  }

  deinit { unsafe PQclear(handle) }

  /// The rows, which keep the result alive.
  var rows: [Row] { (0..<rowCount).map { Row(result: self, index: $0) } }

  /// Calls `body` with the bytes of a value, nil where it is NULL or there is no such row or column.
  func withValue<Value, Failure: Error>(
    row: Int, column: Int, _ body: (UnsafeRawBufferPointer?) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    guard row >= 0, row < rowCount, column >= 0, column < columnCount,
      unsafe PQgetisnull(handle, Int32(row), Int32(column)) == 0,
      let start = unsafe PQgetvalue(handle, Int32(row), Int32(column))
    else { return try body(nil) }
    let length = unsafe Int(PQgetlength(handle, Int32(row), Int32(column)))
    return try unsafe body(UnsafeRawBufferPointer(start: start, count: length))
  }
}
