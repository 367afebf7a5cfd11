/// A statement in which user values can only be bound, never printed.
///
/// A string literal with interpolations: `"SELECT id FROM items WHERE id = \(id) LIMIT \(limit)"` becomes
/// `SELECT id FROM items WHERE id = $1 LIMIT $2` with two binds. Identifiers are quoted by `\(identifier: name)`,
/// statements are nested by `\(other)`. The one door for text made at run time is `\(unsafeSQL: text)`.
public struct SQL: Sendable, Equatable, ExpressibleByStringInterpolation {
  /// One piece of a statement.
  public enum Segment: Sendable, Equatable {
    /// Text that is sent as it stands.
    case text(String)
    /// A value that is sent beside the text as a numbered parameter.
    case bind(Bind)
    /// A value that is sent as a numbered parameter followed by `::type`.
    case castBind(Bind, type: String)
    /// A name that is sent in double quotes.
    case identifier(String)
  }

  /// The pieces in order.
  public private(set) var segments: [Segment]

  /// A statement without values.
  public init(stringLiteral value: String) {
    segments = value.isEmpty ? [] : [.text(value)]
  }

  /// A statement from an interpolated literal.
  public init(stringInterpolation: StringInterpolation) {
    segments = stringInterpolation.segments
  }

  /// The statement with other values in place of some of its own; the text stays.
  public func replacingBinds(_ replacement: (Bind) -> Bind) -> SQL {
    var replaced = self
    replaced.segments = segments.map { segment in
      switch segment {
      case .bind(let bind): .bind(replacement(bind))
      case .castBind(let bind, let type): .castBind(replacement(bind), type: type)
      case .text, .identifier: segment
      }
    }
    return replaced
  }

  /// The values in the order of the text.
  public var binds: [Bind] {
    segments.compactMap { segment in
      switch segment {
      case .bind(let bind), .castBind(let bind, _): bind
      case .text, .identifier: nil
      }
    }
  }

  /// Appends another statement's pieces.
  public static func += (left: inout SQL, right: SQL) {
    left.segments += right.segments
  }

  /// Two statements, one after the other.
  public static func + (left: SQL, right: SQL) -> SQL {
    var sum = left
    sum += right
    return sum
  }

  /// Whether there is nothing in it.
  public var isEmpty: Bool { segments.isEmpty }

  /// Collects the pieces of an interpolated literal.
  public struct StringInterpolation: StringInterpolationProtocol, Sendable {
    var segments: [Segment] = []

    /// Starts empty; the capacities are hints.
    public init(literalCapacity: Int, interpolationCount: Int) {
      segments.reserveCapacity(2 * interpolationCount + 1)
    }

    /// Text of the literal itself.
    public mutating func appendLiteral(_ literal: String) {
      if !literal.isEmpty { segments.append(.text(literal)) }
    }

    /// A bound value.
    public mutating func appendInterpolation(_ bind: Bind) {
      segments.append(.bind(bind))
    }

    /// A bound text.
    public mutating func appendInterpolation(_ text: String) {
      segments.append(.bind(.text(text)))
    }

    /// A bound integer (int8).
    public mutating func appendInterpolation(_ number: Int64) {
      segments.append(.bind(.integer(number)))
    }

    /// A bound integer (int8).
    public mutating func appendInterpolation(_ number: Int) {
      segments.append(.bind(.integer(Int64(number))))
    }

    /// A bound float8.
    public mutating func appendInterpolation(_ number: Double) {
      segments.append(.bind(.double(number)))
    }

    /// A bound bool.
    public mutating func appendInterpolation(_ flag: Bool) {
      segments.append(.bind(.boolean(flag)))
    }

    /// A bound PostGIS geometry as EWKB, typed by a cast.
    public mutating func appendInterpolation(ewkb: [UInt8]) {
      segments.append(.castBind(.ewkb(ewkb), type: "geometry"))
    }

    /// A quoted name.
    public mutating func appendInterpolation(identifier: String) {
      segments.append(.identifier(identifier))
    }

    /// A nested statement with its own binds.
    public mutating func appendInterpolation(_ sql: SQL) {
      segments += sql.segments
    }

    /// Text made at run time, sent as it stands: never anything a user wrote.
    public mutating func appendInterpolation(unsafeSQL text: String) {
      segments.append(.text(text))
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
    var text = ""
    text.reserveCapacity(segments.reduce(0) { $0 + $1.lengthHint })
    var binds: [Bind] = []
    binds.reserveCapacity(segments.count)
    for segment in segments {
      switch segment {
      case .text(let literal): text += literal
      case .identifier(let name): text += Self.quoted(identifier: name)
      case .bind(let bind):
        binds.append(bind)
        text += "$"
        text += String(binds.count)
      case .castBind(let bind, let type):
        binds.append(bind)
        text += "$"
        text += String(binds.count)
        text += "::"
        text += type
      }
    }
    return Rendered(text: text, binds: binds)
  }

  /// A name in double quotes, inner quotes doubled.
  static func quoted(identifier name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}

extension SQL.Segment {
  /// About how many bytes it renders to.
  fileprivate var lengthHint: Int {
    switch self {
    case .text(let literal): literal.utf8.count
    case .identifier(let name): name.utf8.count + 2
    case .bind: 4
    case .castBind(_, let type): type.utf8.count + 6
    }
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
