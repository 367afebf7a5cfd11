import StacModel

/// A JSON schema of draft-07, read once and ready to judge values.
///
/// Read are the keywords that the schemas of STAC use; `format` is an annotation in draft-07 and judges nothing.
final class JSONSchema: Sendable {
  /// The last part of the address under which others refer to this schema, nil where none does.
  let definition: String?
  let rules: [SchemaRule]

  init(definition: String? = nil, rules: [SchemaRule] = []) {
    self.definition = definition
    self.rules = rules
  }
}

/// One demand of a schema; a value of a kind that a demand does not speak of meets it.
enum SchemaRule: Sendable {
  case never
  case type([JSONKind])
  case constant(JSONValue)
  case oneOfValues([JSONValue])
  case pattern(SchemaPattern)
  case length(minimum: Int, maximum: Int)
  case range(minimum: Double, maximum: Double)
  case elementCount(minimum: Int, maximum: Int)
  case uniqueElements
  case elements(JSONSchema)
  case tuple([JSONSchema], rest: JSONSchema?)
  case contains(JSONSchema)
  case memberCount(minimum: Int, maximum: Int)
  case required([String])
  case members(MemberSchemas)
  case dependencies([Dependency])
  case all([JSONSchema])
  case any([JSONSchema])
  case exactlyOne([JSONSchema])
  case not(JSONSchema)
  case condition(if: JSONSchema, then: JSONSchema?, else: JSONSchema?)
}

/// What a schema demands of the members of an object, by name, by pattern, and of all others.
struct MemberSchemas: Sendable {
  var named: [String: JSONSchema] = [:]
  var patterns: [(pattern: SchemaPattern, schema: JSONSchema)] = []
  var others: JSONSchema?
}

/// What the presence of one member asks for.
struct Dependency: Sendable {
  let member: String
  let required: [String]
  let schema: JSONSchema?
}

/// A kind of value by its word in JSON Schema.
enum JSONKind: String, Sendable {
  case null, boolean, integer, number, string, array, object

  func holds(_ value: JSONValue) -> Bool {
    switch (self, value) {
    case (.null, .null), (.boolean, .bool), (.number, .number), (.string, .string), (.array, .array): true
    case (.object, .object): true
    case (.integer, .number(let number)): number.integer != nil || number.double.rounded() == number.double
    default: false
    }
  }

  /// The kind with its article, for sentences.
  var words: String {
    switch self {
    case .null: "null"
    case .boolean: "true or false"
    case .integer: "an integer"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// A regular expression of a schema.
enum SchemaPattern: Sendable, Hashable {
  /// Names that do not begin with a prefix: `^(?!mlm:)`, which is asked of every member.
  case withoutPrefix(String)
  case expression(String)

  init(_ text: String) {
    let inner = text.hasPrefix("^(?!") && text.hasSuffix(":)") ? text.dropFirst(4).dropLast(1) : ""
    let isPlain = inner.allSatisfy { $0.isLetter || $0 == ":" }
    self = !inner.isEmpty && isPlain ? .withoutPrefix(String(inner)) : .expression(text)
  }
}

extension JSONValue {
  /// A text that values have in common if, and only if, they are the same to JSON Schema.
  var canonical: String {
    switch self {
    case .number(let number): "\(number.double)"
    case .array(let elements): "[" + elements.map(\.canonical).joined(separator: ",") + "]"
    case .object(let object):
      "{"
        + object.members.map { JSONSerializer.text(.string($0.name)) + ":" + $0.value.canonical }.sorted()
        .joined(separator: ",") + "}"
    default: JSONSerializer.text(self)
    }
  }

  /// Whether two values are the same to JSON Schema: numbers by value, members in any order.
  func isSame(as other: JSONValue) -> Bool {
    switch (self, other) {
    case (.number(let left), .number(let right)): left.double == right.double
    case (.array, .array), (.object, .object): canonical == other.canonical
    default: self == other
    }
  }
}
