/// One row of a result, its values in PostgreSQL's binary forms.
public struct Row: Sendable {
  let values: [[UInt8]?]

  private func bytes(_ column: Int, _ length: Int) throws(PostgresError) -> [UInt8] {
    guard values.indices.contains(column), let value = values[column], value.count == length else {
      throw PostgresError(reason: .unreadableValue, function: "PQgetvalue", message: "column \(column)")
    }
    return value
  }

  /// Whether the column's value is NULL.
  public func isNull(_ column: Int) -> Bool { !values.indices.contains(column) || values[column] == nil }

  /// A `bytea`, or the UTF-8 bytes of a `text`.
  public func bytes(_ column: Int) throws(PostgresError) -> [UInt8] {
    guard values.indices.contains(column), let value = values[column] else {
      throw PostgresError(reason: .unreadableValue, function: "PQgetvalue", message: "column \(column)")
    }
    return value
  }

  /// A `text`.
  public func text(_ column: Int) throws(PostgresError) -> String {
    String(decoding: try bytes(column), as: UTF8.self)
  }

  /// An `int2`, `int4` or `int8`.
  public func integer(_ column: Int) throws(PostgresError) -> Int64 {
    let value = try bytes(column)
    guard [2, 4, 8].contains(value.count) else {
      throw PostgresError(reason: .unreadableValue, function: "PQgetvalue", message: "column \(column)")
    }
    let sign: Int64 = value[0] & 0x80 == 0 ? 0 : -1
    return value.reduce(sign) { $0 << 8 | Int64($1) }
  }

  /// A `float8`.
  public func double(_ column: Int) throws(PostgresError) -> Double {
    Double(bitPattern: try bytes(column, 8).reduce(0) { $0 << 8 | UInt64($1) })
  }

  /// A `bool`.
  public func boolean(_ column: Int) throws(PostgresError) -> Bool { try bytes(column, 1)[0] != 0 }

  /// A `timestamptz` in microseconds since 1970-01-01T00:00:00Z; infinity and what overflows are the extremes.
  public func timestamp(_ column: Int) throws(PostgresError) -> Int64 {
    let microseconds = try bytes(column, 8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    if microseconds == .min { return .min }
    let sum = microseconds.addingReportingOverflow(postgresEpochMicroseconds)
    return sum.overflow ? .max : sum.partialValue
  }
}
