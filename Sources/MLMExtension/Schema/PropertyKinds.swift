public import StacModel

/// Which kinds of value the properties of an item take, as STAC and the embedded schemas have it.
enum PropertyKinds {
  /// The kinds of a property; none where nothing is known of it.
  static func of(_ name: String) -> Set<JSONKind> { known[name] ?? [] }

  /// The names of which something is known.
  static var names: [String] { Array(known.keys) }

  /// Source: STAC common metadata 1.1.0.
  private static let core: [String: Set<JSONKind>] = [
    "title": [.string], "description": [.string], "license": [.string], "keywords": [.array],
    "datetime": [.string, .null], "start_datetime": [.string], "end_datetime": [.string],
  ]

  private static let known: [String: Set<JSONKind>] = {
    var kinds = core
    var seen: Set<ObjectIdentifier> = []
    for schema in SchemaLibrary.all { collect(schema, into: &kinds, seen: &seen) }
    return kinds
  }()

  /// Adds what a schema says of members with a prefix, wherever it speaks of them.
  private static func collect(
    _ schema: JSONSchema, into kinds: inout [String: Set<JSONKind>], seen: inout Set<ObjectIdentifier>
  ) {
    guard seen.insert(ObjectIdentifier(schema)).inserted else { return }
    for rule in schema.rules {
      if case .members(let members) = rule {
        for (name, member) in members.named where name.contains(":") {
          kinds[name, default: []].formUnion(Self.kinds(of: member))
        }
      }
      for part in rule.parts { collect(part, into: &kinds, seen: &seen) }
    }
  }

  private static func kinds(of schema: JSONSchema) -> Set<JSONKind> {
    schema.rules.reduce(into: []) { kinds, rule in
      switch rule {
      case .type(let named): kinds.formUnion(named)
      case .oneOfValues(let values): kinds.formUnion(values.contains { $0.string != nil } ? [.string] : [])
      case .all(let forms), .any(let forms), .exactlyOne(let forms):
        for form in forms { kinds.formUnion(Self.kinds(of: form)) }
      default: break
      }
    }
  }
}

extension SchemaRule {
  /// The schemas within a rule.
  fileprivate var parts: [JSONSchema] {
    switch self {
    case .elements(let schema), .contains(let schema), .not(let schema): [schema]
    case .tuple(let list, let rest): list + (rest.map { [$0] } ?? [])
    case .members(let members):
      Array(members.named.values) + members.patterns.map(\.schema) + (members.others.map { [$0] } ?? [])
    case .dependencies(let list): list.compactMap(\.schema)
    case .all(let list), .any(let list), .exactlyOne(let list): list
    case .condition(let schema, let then, let otherwise): [schema, then, otherwise].compactMap(\.self)
    default: []
    }
  }
}

extension MLMExtension {
  /// The value that a text stands for where it becomes a property of an item, as tags of MLflow do, which are all texts.
  ///
  /// What the property's schema takes decides: a property of texts keeps the text, whatever it reads as; one of numbers, lists
  /// or objects gets what it is as JSON, and `True`, `False` and `None` as Python writes them. A property of which no schema is
  /// known gets what the text is as JSON, else the text.
  public static func property(_ name: String, fromText text: String) -> JSONValue {
    let json = try? JSONParser.parse(text, limits: JSONLimits(depth: 16, values: 10_000))
    let kinds = PropertyKinds.of(name)
    guard !kinds.isEmpty else { return json ?? .string(text) }
    let python: [String: JSONValue] = ["True": true, "False": false, "None": .null]
    let fitting = [json, python[text]].compactMap(\.self).first { value in
      value.string == nil && kinds.contains { $0.holds(value) }
    }
    if let fitting { return fitting }
    return kinds.contains(.string) ? .string(text) : json ?? .string(text)
  }
}
