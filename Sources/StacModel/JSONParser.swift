/// Why a text is not the JSON we accept, and where.
public struct JSONSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Zero-based byte offset of the fault.
  public let position: Int
  /// One sentence for the person who wrote the text.
  public let message: String

  public init(position: Int, message: String) {
    self.position = position
    self.message = message
  }

  public var description: String { "\(message) at byte \(position)" }
}

/// What a parser allows before it refuses a text.
public struct JSONLimits: Sendable {
  /// The deepest nesting of arrays and objects.
  public var depth: Int
  /// The most values in one text, so that a small body cannot become a large tree.
  public var values: Int

  public init(depth: Int = 64, values: Int = 5_000_000) {
    self.depth = depth
    self.values = values
  }
}

/// A strict JSON parser (RFC 8259) with limits.
///
/// Stricter than the grammar where a looser reading would lose or confuse something: repeated member names, lone
/// surrogates, U+0000, invalid UTF-8, a byte order mark and numbers beyond an IEEE 754 double are refused.
public struct JSONParser {
  var bytes: [UInt8]
  var position = 0
  private var depth = 0
  private var values = 0
  private let limits: JSONLimits

  private init(_ bytes: [UInt8], limits: JSONLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  /// Parses one whole text.
  ///
  /// - Throws: ``JSONSyntaxError`` with the byte offset of the first fault.
  public static func parse(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) -> JSONValue {
    var parser = JSONParser(bytes, limits: limits)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw parser.error("A byte order mark must not precede JSON") }
    parser.skipWhitespace()
    let value = try parser.value()
    parser.skipWhitespace()
    guard parser.position == bytes.count else { throw parser.error("Text follows the JSON value") }
    return value
  }

  /// Parses one whole text.
  public static func parse(_ text: String, limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) -> JSONValue {
    try parse(Array(text.utf8), limits: limits)
  }

  func error(_ message: String) -> JSONSyntaxError { JSONSyntaxError(position: position, message: message) }

  private mutating func skipWhitespace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func value() throws(JSONSyntaxError) -> JSONValue {
    guard position < bytes.count else { throw error("The JSON text ends too early") }
    values += 1
    guard values <= limits.values else { throw error("The JSON text holds more than \(limits.values) values") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default: throw error("A JSON value was expected")
    }
  }

  private mutating func literal(_ text: String, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
    guard bytes[position...].starts(with: text.utf8) else { throw error("A JSON value was expected") }
    position += text.utf8.count
    return value
  }

  private mutating func enter() throws(JSONSyntaxError) {
    depth += 1
    guard depth <= limits.depth else { throw error("The JSON text is nested deeper than \(limits.depth) levels") }
    position += 1
    skipWhitespace()
  }

  /// Reads the `,` or the closing byte after an element; true when the container ends.
  private mutating func ends(with closing: UInt8) throws(JSONSyntaxError) -> Bool {
    skipWhitespace()
    guard position < bytes.count else { throw error("The JSON text ends too early") }
    let byte = bytes[position]
    guard byte == closing || byte == UInt8(ascii: ",") else {
      throw error("A comma or '\(Character(UnicodeScalar(closing)))' was expected")
    }
    position += 1
    if byte == closing { depth -= 1 } else { skipWhitespace() }
    return byte == closing
  }

  private mutating func array() throws(JSONSyntaxError) -> [JSONValue] {
    try enter()
    var elements: [JSONValue] = []
    if position < bytes.count, bytes[position] == UInt8(ascii: "]") {
      position += 1
      depth -= 1
      return elements
    }
    repeat { elements.append(try value()) } while try !ends(with: UInt8(ascii: "]"))
    return elements
  }

  private mutating func object() throws(JSONSyntaxError) -> JSONObject {
    try enter()
    var members: [JSONObject.Member] = []
    var names: Set<String> = []
    if position < bytes.count, bytes[position] == UInt8(ascii: "}") {
      position += 1
      depth -= 1
      return JSONObject(members)
    }
    repeat {
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw error("A member name in double quotes was expected")
      }
      let start = position
      let name = try string()
      guard names.insert(name).inserted else {
        position = start
        throw error("The member name '\(name)' is repeated")
      }
      skipWhitespace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else { throw error("A colon was expected") }
      position += 1
      skipWhitespace()
      members.append(JSONObject.Member(name: name, value: try value()))
    } while try !ends(with: UInt8(ascii: "}"))
    return JSONObject(members)
  }
}
