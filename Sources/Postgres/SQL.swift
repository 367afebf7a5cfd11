/// A statement in which user values can only be bound, never printed.
///
/// A string literal with interpolations: `"SELECT id FROM items WHERE id = \(id) LIMIT \(limit)"` becomes
/// `SELECT id FROM items WHERE id = $1 LIMIT $2` with two binds. Identifiers are quoted by `\(identifier: name)`,
/// statements are nested by `\(other)`. The one door for text made at run time is `\(unsafeSQL: text)`.
///
/// It is kept as the text that it renders to but for the parameters' numbers, so that putting statements together copies
/// bytes, and a session recognises one that it has prepared without rendering it.
public struct SQL: Sendable, Equatable, ExpressibleByStringInterpolation {
  /// The text without the `$1`, `$2`, ….
  private(set) var text: [UInt8]
  /// Where in the text they belong, ascending.
  private(set) var places: [Int]
  /// The values in the order of the text.
  public private(set) var binds: [Bind]

  /// A statement without values.
  public init(stringLiteral value: String) {
    text = Array(value.utf8)
    places = []
    binds = []
  }

  /// A statement from an interpolated literal.
  public init(stringInterpolation: StringInterpolation) {
    self = stringInterpolation.sql
  }

  private init(capacity: Int) {
    self = ""
    text.reserveCapacity(capacity)
  }

  /// The statement with other values in place of some of its own; the text stays.
  public func replacingBinds(_ replacement: (Bind) -> Bind) -> SQL {
    if binds.isEmpty { return self }
    var replaced = self
    replaced.binds = binds.map(replacement)
    return replaced
  }

  /// Appends another statement's pieces.
  public static func += (left: inout SQL, right: SQL) {
    let length = left.text.count
    left.text += right.text
    guard !right.binds.isEmpty else { return }
    for place in right.places { left.places.append(length + place) }
    left.binds += right.binds
  }

  /// Two statements, one after the other.
  public static func + (left: SQL, right: SQL) -> SQL {
    var sum = left
    sum += right
    return sum
  }

  private mutating func append(_ literal: String) { text.append(contentsOf: literal.utf8) }

  private mutating func append(_ bind: Bind) {
    places.append(text.count)
    binds.append(bind)
  }

  /// Whether there is nothing in it.
  public var isEmpty: Bool { text.isEmpty && binds.isEmpty }

  /// Collects the pieces of an interpolated literal.
  public struct StringInterpolation: StringInterpolationProtocol, Sendable {
    fileprivate var sql: SQL

    /// Starts empty; the capacities are hints.
    public init(literalCapacity: Int, interpolationCount: Int) {
      sql = SQL(capacity: literalCapacity + 32 * interpolationCount)
    }

    /// Text of the literal itself.
    public mutating func appendLiteral(_ literal: String) { sql.append(literal) }

    /// A bound value.
    public mutating func appendInterpolation(_ bind: Bind) { sql.append(bind) }

    /// A bound text.
    public mutating func appendInterpolation(_ text: String) {
      sql.append(.text(text))
    }

    /// A bound integer (int8).
    public mutating func appendInterpolation(_ number: Int64) {
      sql.append(.integer(number))
    }

    /// A bound integer (int8).
    public mutating func appendInterpolation(_ number: Int) {
      sql.append(.integer(Int64(number)))
    }

    /// A bound float8.
    public mutating func appendInterpolation(_ number: Double) {
      sql.append(.double(number))
    }

    /// A bound bool.
    public mutating func appendInterpolation(_ flag: Bool) {
      sql.append(.boolean(flag))
    }

    /// A bound PostGIS geometry as EWKB, typed by a cast.
    public mutating func appendInterpolation(ewkb: [UInt8]) {
      sql.append(.ewkb(ewkb))
      sql.append("::geometry")
    }

    /// A quoted name.
    public mutating func appendInterpolation(identifier: String) {
      sql.append(SQL.quoted(identifier: identifier))
    }

    /// A text as a quoted constant: for a name that an index is over, which one plan for all values must know.
    public mutating func appendInterpolation(constant: String) {
      sql.append(SQL.quoted(constant: constant))
    }

    /// A nested statement with its own binds.
    public mutating func appendInterpolation(_ other: SQL) {
      sql += other
    }

    /// Text made at run time, sent as it stands: never anything a user wrote.
    public mutating func appendInterpolation(unsafeSQL text: String) {
      sql.append(text)
    }
  }
}

extension SQL {
  /// A statement as it goes over the wire.
  public struct Rendered: Sendable, Equatable {
    /// The text with `$1`, `$2`, ….
    public let text: String
    /// The values in order of their numbers.
    public let binds: [Bind]
  }

  /// The text with numbered parameters, and the values; equal values are bound once each time they occur.
  public func rendered() -> Rendered {
    var output: [UInt8] = []
    output.reserveCapacity(text.count + 4 * places.count)
    var start = 0
    for (index, place) in places.enumerated() {
      output += text[start..<place]
      output += "$\(index + 1)".utf8
      start = place
    }
    output += text[start...]
    return Rendered(text: String(decoding: output, as: UTF8.self), binds: binds)
  }

  /// A text as a constant whose backslashes count as written, whatever the session's settings are.
  static func quoted(constant text: String) -> String {
    var quoted = "E'"
    for character in text.unicodeScalars {
      if character == "'" || character == "\\" { quoted.unicodeScalars.append(character) }
      quoted.unicodeScalars.append(character)
    }
    return quoted + "'"
  }

  /// A name in double quotes, inner quotes doubled.
  static func quoted(identifier name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}

extension Sequence where Element == SQL {
  /// The statements with a separator between each two.
  public func joined(separator: SQL) -> SQL {
    var sum: SQL = ""
    var first = true
    for part in self {
      if !first { sum += separator }
      sum += part
      first = false
    }
    return sum
  }
}
