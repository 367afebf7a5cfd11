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
/// surrogates, U+0000, invalid UTF-8, a byte order mark and numbers beyond an IEEE 754 double are refused. ``JSONText``
/// reads the same without making values of it.
public enum JSONParser {
  /// Parses one whole text.
  ///
  /// - Throws: ``JSONSyntaxError`` with the byte offset of the first fault.
  public static func parse(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) -> JSONValue {
    try JSONText(bytes, limits: limits).root.value
  }

  /// Parses one whole text.
  public static func parse(_ text: String, limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) -> JSONValue {
    try parse(Array(text.utf8), limits: limits)
  }
}
