/// A JSON value that loses nothing a document says: member order and the text of numbers survive.
public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

/// A JSON number as it was written: `1.0`, `1` and `1e0` stay apart.
public struct JSONNumber: Sendable, Hashable {
  /// The number's text, valid under the grammar of RFC 8259 section 6.
  public let text: String

  /// Wraps text that the parser has already checked.
  init(checkedText text: String) { self.text = text }

  /// An integer's number.
  public init(_ value: some BinaryInteger) { text = String(value) }

  /// A finite number's shortest text that reads back the same; nil for NaN and the infinities, which JSON has not.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    text = value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
  }

  /// The nearest IEEE 754 double; the parser has refused what overflows it.
  public var double: Double { Double(text) ?? .nan }

  /// The value when the text is a plain integer (no fraction, no exponent) that fits 64 bits, else nil.
  public var integer: Int64? { Int64(text) }
}

extension JSONValue {
  /// The string, or nil for every other kind.
  public var string: String? { if case .string(let value) = self { value } else { nil } }
  /// The array, or nil for every other kind.
  public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  /// The object, or nil for every other kind.
  public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
  /// The boolean, or nil for every other kind.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The number as a double, or nil for every other kind.
  public var double: Double? { if case .number(let value) = self { value.double } else { nil } }
  /// The number as an integer when it is written as one, or nil.
  public var integer: Int64? { if case .number(let value) = self { value.integer } else { nil } }
  /// The number as an integer where it is whole, however it is written (`13`, `13.0`, `1.3e1`), or nil.
  public var wholeNumber: Int64? {
    guard case .number(let value) = self else { return nil }
    return value.integer ?? Int64(exactly: value.double)
  }
  /// Whether this is the literal `null`.
  public var isNull: Bool { self == .null }

  /// The kind in words, for messages: "a string", "an array", "null".
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(nilLiteral: ()) { self = .null }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { JSONObject.Member(name: $0.0, value: $0.1) }))
  }

  /// A double's value, `null` where JSON has no number for it.
  public init(_ value: Double) { self = JSONNumber(value).map(JSONValue.number) ?? .null }
  /// An integer's value.
  public init(_ value: some BinaryInteger) { self = .number(JSONNumber(value)) }
}
