/// Rows in the binary format of `COPY … FROM STDIN (FORMAT binary)`, written in pieces of about a mebibyte.
///
/// ```swift
/// var buffer = CopyBuffer()
/// buffer.startRow(fieldCount: 2)
/// try buffer.append(.integer(7))
/// try buffer.append(text: "seven")
/// try session.copy(unsafeStatement: "COPY t (a, b) FROM STDIN (FORMAT binary)", buffer)
/// ```
/// The format casts nothing: a field must be of its column's own type, an `int4` column takes ``append(int4:)`` and no
/// `int8`. Source: PostgreSQL documentation, COPY, "Binary Format".
public struct CopyBuffer: Sendable {
  /// Pieces that are full.
  private var full: [[UInt8]] = []
  /// The piece being written.
  private var bytes: [UInt8] = []
  private let pieceSize: Int
  /// How many rows were started.
  public private(set) var rowCount = 0
  /// How many bytes were written, the header included.
  public var byteCount: Int { full.reduce(bytes.count) { $0 + $1.count } }

  private static let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]
  private static let trailer: [UInt8] = [0xFF, 0xFF]

  /// Without rows.
  ///
  /// - Parameter pieceSize: a piece ends with the row that reaches this many bytes.
  public init(pieceSize: Int = 512 * 1024) {
    self.pieceSize = pieceSize
    bytes += Self.signature
    bytes.append(bigEndian: Int32(0))  // flags
    bytes.append(bigEndian: Int32(0))  // length of the header's extension
  }

  /// Begins a row; exactly this many fields must follow.
  public mutating func startRow(fieldCount: Int) {
    if bytes.count >= pieceSize {
      full.append(bytes)
      bytes = []
      bytes.reserveCapacity(pieceSize + pieceSize / 8)
    }
    rowCount += 1
    bytes.append(bigEndian: Int16(truncatingIfNeeded: fieldCount))
  }

  /// A field in the binary form of its kind.
  ///
  /// - Throws: ``PostgresError`` `nulCharacter` where a text holds U+0000; the buffer is then of no use.
  public mutating func append(_ value: SQL.Bind) throws(PostgresError) {
    let position = startField()
    if try value.encode(into: &bytes) { bytes.replace(lengthAt: position) }
  }

  /// A field that is NULL.
  public mutating func appendNull() { bytes.append(bigEndian: Int32(-1)) }

  /// A field whose binary form `write` appends; it may not touch what is there already.
  public mutating func appendField(
    _ write: (inout [UInt8]) throws(PostgresError) -> Void
  ) throws(PostgresError) {
    let position = startField()
    try write(&bytes)
    bytes.replace(lengthAt: position)
  }

  /// A field of these bytes: a `bytea`, the UTF-8 of a `text` without U+0000, EWKB of a `geometry`.
  public mutating func append(bytes field: [UInt8]) {
    bytes.append(bigEndian: Int32(truncatingIfNeeded: field.count))
    bytes.append(contentsOf: field)
  }

  /// A `jsonb` from the UTF-8 of its text.
  public mutating func append(json text: [UInt8]) {
    bytes.append(bigEndian: Int32(truncatingIfNeeded: text.count + 1))
    bytes.append(1)  // version of the binary form of jsonb
    bytes.append(contentsOf: text)
  }

  /// A `text`.
  ///
  /// - Throws: ``PostgresError`` `nulCharacter` where it holds U+0000; the buffer is then of no use.
  public mutating func append(text: String) throws(PostgresError) {
    let position = startField()
    try bytes.append(text: text)
    bytes.replace(lengthAt: position)
  }

  /// An `int8`.
  public mutating func append(int8 number: Int64) {
    bytes.append(bigEndian: Int32(8))
    bytes.append(bigEndian: number)
  }

  /// An `int4`.
  public mutating func append(int4 number: Int32) {
    bytes.append(bigEndian: Int32(4))
    bytes.append(bigEndian: number)
  }

  /// The length stands as NULL's until it is known.
  private mutating func startField() -> Int {
    bytes.append(bigEndian: Int32(-1))
    return bytes.count - 4
  }

  /// The pieces in order, with the trailer.
  var pieces: [[UInt8]] { full + [bytes, Self.trailer] }
}

extension PostgresSession {
  /// Sends the rows of a buffer to a trusted `COPY … FROM STDIN (FORMAT binary)`.
  public func copy(unsafeStatement statement: String, _ buffer: CopyBuffer) throws(PostgresError) {
    var pieces = buffer.pieces.makeIterator()
    try copy(unsafeStatement: statement) { () throws(PostgresError) in pieces.next() }
  }
}
