import CQL2
import Postgres
import StacModel

/// A part of a filter as SQL, with the type that the SQL has.
enum FilterValue: Sendable {
  case boolean(SQL)
  /// `numeric`.
  case number(SQL)
  /// `text`.
  case string(SQL)
  /// `timestamptz`.
  case instant(SQL)
  /// `timestamptz`: the midnight in UTC with which a day begins.
  case day(SQL)
  case geometry(SQL)
  /// `jsonb` that is an array, or null.
  case array(SQL)
  /// `jsonb` of any type: a property whose type nobody declares.
  case untyped(SQL)

  /// What it is, for messages.
  var kind: String {
    switch self {
    case .boolean: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .instant: "a timestamp"
    case .day: "a date"
    case .geometry: "a geometry"
    case .array: "an array"
    case .untyped: "a property"
    }
  }

  /// The SQL, whatever its type.
  var sql: SQL {
    switch self {
    case .boolean(let sql), .number(let sql), .string(let sql), .instant(let sql), .day(let sql), .geometry(let sql),
      .array(let sql), .untyped(let sql):
      sql
    }
  }
}

extension SQL.StringInterpolation {
  /// A bound number of its own digits; one with more than PostgreSQL keeps is bound as the nearest double.
  mutating func appendInterpolation(number: JSONNumber) {
    appendInterpolation("\(number.plainText)::numeric" as SQL)
  }
}

extension JSONNumber {
  /// The text, or that of the nearest double where the text is long or its exponent large.
  var plainText: String {
    let bytes = text.utf8
    let exponent = bytes.lastIndex { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") } ?? bytes.endIndex
    let isPlain = bytes.count <= 400 && bytes.distance(from: exponent, to: bytes.endIndex) <= 5
    return isPlain ? text : "\(double)"
  }
}
