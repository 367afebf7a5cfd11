/// One row of a result, its values in PostgreSQL's binary forms.
///
/// The values stay where the server's answer was read to until they are asked for; a row keeps the whole answer alive.
public struct Row: Sendable {
  let result: QueryResult
  let index: Int

  /// Whether the column's value is NULL.
  public func isNull(_ column: Int) -> Bool {
    unsafe result.withValue(row: index, column: column) { unsafe $0 == nil }
  }

  /// Calls `body` with the bytes of a value where they lie.
  ///
  /// - Throws: what the body throws; `unreadableValue` where the value is NULL, which the body cannot be given.
  public func withBytes<Value>(
    _ column: Int, _ body: (RawSpan) throws(PostgresError) -> Value
  ) throws(PostgresError) -> Value {
    try unsafe result.withValue(row: index, column: column) { value throws(PostgresError) in
      guard let value = unsafe value else { throw Self.unreadable(column) }
      return try unsafe body(RawSpan(_unsafeBytes: value))
    }
  }

  /// A `bytea`, or the UTF-8 bytes of a `text`.
  public func bytes(_ column: Int) throws(PostgresError) -> [UInt8] {
    try unsafe result.withValue(row: index, column: column) { value throws(PostgresError) in
      guard let value = unsafe value else { throw Self.unreadable(column) }
      return unsafe Array(value)
    }
  }

  /// A `text`.
  public func text(_ column: Int) throws(PostgresError) -> String {
    try unsafe result.withValue(row: index, column: column) { value throws(PostgresError) in
      guard let value = unsafe value else { throw Self.unreadable(column) }
      return unsafe String(decoding: value, as: UTF8.self)
    }
  }

  /// An `int2`, `int4` or `int8`.
  public func integer(_ column: Int) throws(PostgresError) -> Int64 {
    try withBytes(column) { bytes throws(PostgresError) in
      switch bytes.byteCount {
      case 2: Int64(Int16(truncatingIfNeeded: bytes.bigEndian))
      case 4: Int64(Int32(truncatingIfNeeded: bytes.bigEndian))
      case 8: Int64(bitPattern: bytes.bigEndian)
      default: throw Self.unreadable(column)
      }
    }
  }

  /// A `float8`.
  public func double(_ column: Int) throws(PostgresError) -> Double {
    Double(bitPattern: try number(column, byteCount: 8))
  }

  /// A `bool`.
  public func boolean(_ column: Int) throws(PostgresError) -> Bool { try number(column, byteCount: 1) != 0 }

  /// A `timestamptz` in microseconds since 1970-01-01T00:00:00Z; infinity and what overflows are the extremes.
  public func timestamp(_ column: Int) throws(PostgresError) -> Int64 {
    let microseconds = Int64(bitPattern: try number(column, byteCount: 8))
    if microseconds == .min { return .min }
    let sum = microseconds.addingReportingOverflow(postgresEpochMicroseconds)
    return sum.overflow ? .max : sum.partialValue
  }

  private func number(_ column: Int, byteCount: Int) throws(PostgresError) -> UInt64 {
    try withBytes(column) { bytes throws(PostgresError) in
      guard bytes.byteCount == byteCount else { throw Self.unreadable(column) }
      return bytes.bigEndian
    }
  }

  private static func unreadable(_ column: Int) -> PostgresError {
    PostgresError(reason: .unreadableValue, function: "PQgetvalue", message: "column \(column)")
  }
}

extension RawSpan {
  /// The last eight bytes as a number, most significant first.
  fileprivate var bigEndian: UInt64 {
    var number: UInt64 = 0
    for offset in byteOffsets {
      number = number << 8 | UInt64(unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self))
    }
    return number
  }
}
