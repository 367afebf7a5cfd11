import Glibc

extension SQL {
  /// A value bound to a parameter, in the binary forms of PostgreSQL.
  public enum Bind: Sendable, Hashable {
    /// NULL of the type the statement asks for.
    case null
    /// `text`; U+0000 is refused before it is sent.
    case text(String)
    /// `bytea`.
    case bytes([UInt8])
    /// `int8`.
    case integer(Int64)
    /// `float8`.
    case double(Double)
    /// `bool`.
    case boolean(Bool)
    /// `timestamptz`, in microseconds since 1970-01-01T00:00:00Z.
    case timestamp(microseconds: Int64)
    /// `jsonb` from its text; U+0000 is refused before it is sent.
    case json(String)
    /// A PostGIS geometry as EWKB; the statement must say the type (`\(ewkb:)` does).
    case ewkb([UInt8])
    /// The binary form of a type that has no case here; the statement must say the type.
    case binary([UInt8])
    /// `text[]`.
    case textArray([String?])
    /// `int8[]`.
    case integerArray([Int64?])
    /// `bytea[]`.
    case bytesArray([[UInt8]?])
    /// `timestamptz[]`, in microseconds since 1970-01-01T00:00:00Z.
    case timestampArray([Int64?])
  }
}

extension SQL.Bind {
  /// The object identifier of the type (src/include/catalog/pg_type.dat); 0 lets the server infer it.
  var typeIdentifier: UInt32 {
    switch self {
    case .null, .ewkb, .binary: 0
    case .text: TypeIdentifier.text
    case .bytes: TypeIdentifier.bytea
    case .integer: TypeIdentifier.int8
    case .double: TypeIdentifier.float8
    case .boolean: TypeIdentifier.bool
    case .timestamp: TypeIdentifier.timestamptz
    case .json: TypeIdentifier.jsonb
    case .textArray: TypeIdentifier.textArray
    case .integerArray: TypeIdentifier.int8Array
    case .bytesArray: TypeIdentifier.byteaArray
    case .timestampArray: TypeIdentifier.timestamptzArray
    }
  }

  /// Appends the binary form; nil length (false) stands for NULL.
  ///
  /// - Returns: false for NULL, where nothing was appended.
  func encode(into buffer: inout [UInt8]) throws(PostgresError) -> Bool {
    switch self {
    case .null: return false
    case .text(let text): try buffer.append(text: text)
    case .bytes(let bytes), .ewkb(let bytes), .binary(let bytes): buffer.append(contentsOf: bytes)
    case .integer(let number): buffer.append(bigEndian: number)
    case .double(let number): buffer.append(bigEndian: number.bitPattern)
    case .boolean(let flag): buffer.append(flag ? 1 : 0)
    case .timestamp(let microseconds): buffer.append(timestamp: microseconds)
    case .json(let text):
      buffer.append(1)  // version of the binary form of jsonb
      try buffer.append(text: text)
    case .textArray(let texts):
      try buffer.append(array: texts, of: TypeIdentifier.text) { (buffer, text) throws(PostgresError) in
        try buffer.append(text: text)
      }
    case .integerArray(let numbers):
      try buffer.append(array: numbers, of: TypeIdentifier.int8) { buffer, number in buffer.append(bigEndian: number) }
    case .bytesArray(let values):
      try buffer.append(array: values, of: TypeIdentifier.bytea) { buffer, bytes in buffer.append(contentsOf: bytes) }
    case .timestampArray(let times):
      try buffer.append(array: times, of: TypeIdentifier.timestamptz) { buffer, time in buffer.append(timestamp: time) }
    }
    return true
  }
}

/// Object identifiers of built-in types (src/include/catalog/pg_type.dat).
enum TypeIdentifier {
  static let bool: UInt32 = 16
  static let bytea: UInt32 = 17
  static let name: UInt32 = 19
  static let int8: UInt32 = 20
  static let int2: UInt32 = 21
  static let int4: UInt32 = 23
  static let text: UInt32 = 25
  static let json: UInt32 = 114
  static let float4: UInt32 = 700
  static let float8: UInt32 = 701
  static let byteaArray: UInt32 = 1001
  static let textArray: UInt32 = 1009
  static let int8Array: UInt32 = 1016
  static let varchar: UInt32 = 1043
  static let timestamptz: UInt32 = 1184
  static let timestamptzArray: UInt32 = 1185
  static let jsonb: UInt32 = 3802
}

/// Microseconds between 1970-01-01 and 2000-01-01, the origin of PostgreSQL's timestamps.
let postgresEpochMicroseconds: Int64 = 946_684_800_000_000

extension [UInt8] {
  /// Appends a number, most significant byte first.
  mutating func append(bigEndian number: some FixedWidthInteger) {
    unsafe Swift.withUnsafeBytes(of: number.bigEndian) { bytes in unsafe append(contentsOf: bytes) }
  }

  /// Appends UTF-8; PostgreSQL's text cannot hold U+0000.
  mutating func append(text: String) throws(PostgresError) {
    let start = count
    append(contentsOf: text.utf8)
    let hasNul = unsafe withUnsafeBytes { bytes in
      unsafe bytes.baseAddress.map { unsafe memchr($0 + start, 0, bytes.count - start) != nil } ?? false
    }
    if hasNul { throw PostgresError(reason: .nulCharacter, function: "encode") }
  }

  /// Appends microseconds since 1970 as microseconds since 2000; beyond the range it means infinity.
  mutating func append(timestamp microseconds: Int64) {
    let difference = microseconds.subtractingReportingOverflow(postgresEpochMicroseconds)
    append(bigEndian: difference.overflow ? Int64.min : difference.partialValue)
  }

  /// Appends a one-dimensional array in the form of `array_send`.
  mutating func append<Value>(
    array elements: [Value?], of type: UInt32,
    _ encode: (inout [UInt8], Value) throws(PostgresError) -> Void
  ) throws(PostgresError) {
    append(bigEndian: Int32(elements.isEmpty ? 0 : 1))
    append(bigEndian: Int32(elements.contains { $0 == nil } ? 1 : 0))
    append(bigEndian: type)
    if elements.isEmpty { return }
    append(bigEndian: Int32(elements.count))
    append(bigEndian: Int32(1))
    for element in elements {
      guard let element else {
        append(bigEndian: Int32(-1))
        continue
      }
      let lengthPosition = count
      append(bigEndian: Int32(0))
      try encode(&self, element)
      replace(lengthAt: lengthPosition)
    }
  }

  /// Writes into the four bytes at `position` how many bytes follow them.
  mutating func replace(lengthAt position: Int) {
    let length = UInt32(truncatingIfNeeded: count - position - 4)
    for byte in 0..<4 { self[position + byte] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * byte)) }
  }
}
