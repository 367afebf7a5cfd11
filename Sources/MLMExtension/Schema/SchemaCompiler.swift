import StacModel

/// Reads the text of schemas into ``JSONSchema``, references resolved.
///
/// A reference to a schema that is not embedded, or one that comes back to itself, demands nothing.
struct SchemaCompiler {
  private let texts: [String: String]
  private var documents: [String: JSONValue] = [:]
  private var definitions: [String: JSONSchema] = [:]
  private var open: Set<String> = []

  init(texts: [String: String]) { self.texts = texts }

  /// The schema of a document by its key (`mlm/1.5.2`), nil where there is none.
  mutating func schema(_ key: String) -> JSONSchema? { document(key).map { compile($0, in: key) } }

  private mutating func document(_ key: String) -> JSONValue? {
    if let known = documents[key] { return known }
    guard let text = texts[key], let document = try? JSONParser.parse(Array(text.utf8)) else { return nil }
    documents[key] = document
    return document
  }

  private mutating func compile(_ json: JSONValue?, in key: String, definition: String? = nil) -> JSONSchema {
    if case .bool(false)? = json { return JSONSchema(definition: definition, rules: [.never]) }
    guard let object = json?.object else { return JSONSchema(definition: definition) }
    // In draft-07 a reference stands alone: what is written beside it is passed over.
    if let reference = object["$ref"]?.string { return resolve(reference, from: key) }
    var rules = Self.valueRules(object)
    rules += partRules(object, in: key)
    rules += combinations(object, in: key)
    return JSONSchema(definition: definition, rules: rules)
  }

  private mutating func resolve(_ reference: String, from key: String) -> JSONSchema {
    let parts = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let target = parts[0].isEmpty ? key : Self.key(ofAddress: String(parts[0])) ?? ""
    let path = parts.count > 1 ? parts[1].split(separator: "/").map(String.init) : []
    let address = target + "#" + path.joined(separator: "/")
    if let known = definitions[address] { return known }
    guard open.insert(address).inserted, var place = document(target) else { return JSONSchema() }
    for name in path { place = place.object?[name] ?? .bool(true) }
    let compiled = compile(place, in: target, definition: path.last)
    open.remove(address)
    definitions[address] = compiled
    return compiled
  }

  /// The key of a published address, such as `eo/1.1.0`; nil for addresses of another form.
  static func key(ofAddress address: String) -> String? {
    let prefix = "https://stac-extensions.github.io/"
    let suffix = "/schema.json"
    guard address.hasPrefix(prefix), address.hasSuffix(suffix) else { return nil }
    let parts = address.dropFirst(prefix.count).dropLast(suffix.count).split(separator: "/")
    guard parts.count == 2, parts[1].hasPrefix("v") else { return nil }
    return "\(parts[0])/\(parts[1].dropFirst())"
  }

  private static func valueRules(_ object: JSONObject) -> [SchemaRule] {
    var rules: [SchemaRule] = []
    func count(_ name: String) -> Int? { object[name]?.integer.map(Int.init) }
    if let type = object["type"] {
      rules.append(.type((type.array ?? [type]).compactMap { $0.string.flatMap(JSONKind.init(rawValue:)) }))
    }
    if let constant = object["const"] { rules.append(.constant(constant)) }
    if let values = object["enum"]?.array { rules.append(.oneOfValues(values)) }
    if let pattern = object["pattern"]?.string { rules.append(.pattern(SchemaPattern(pattern))) }
    if object["minLength"] != nil || object["maxLength"] != nil {
      rules.append(.length(minimum: count("minLength") ?? 0, maximum: count("maxLength") ?? .max))
    }
    if object["minimum"] != nil || object["maximum"] != nil {
      let (least, most) = (object["minimum"]?.double, object["maximum"]?.double)
      rules.append(.range(minimum: least ?? -.infinity, maximum: most ?? .infinity))
    }
    if object["minItems"] != nil || object["maxItems"] != nil {
      rules.append(.elementCount(minimum: count("minItems") ?? 0, maximum: count("maxItems") ?? .max))
    }
    if object["uniqueItems"]?.bool == true { rules.append(.uniqueElements) }
    if object["minProperties"] != nil || object["maxProperties"] != nil {
      rules.append(.memberCount(minimum: count("minProperties") ?? 0, maximum: count("maxProperties") ?? .max))
    }
    if let names = object["required"]?.array { rules.append(.required(names.compactMap(\.string))) }
    return rules
  }

  private mutating func partRules(_ object: JSONObject, in key: String) -> [SchemaRule] {
    var rules: [SchemaRule] = []
    if let list = object["items"]?.array {
      let rest = object["additionalItems"].map { compile($0, in: key) }
      rules.append(.tuple(list.map { compile($0, in: key) }, rest: rest))
    } else if let items = object["items"] {
      rules.append(.elements(compile(items, in: key)))
    }
    if let contained = object["contains"] { rules.append(.contains(compile(contained, in: key))) }
    var members = MemberSchemas()
    for member in object["properties"]?.object?.members ?? [] {
      members.named[member.name] = compile(member.value, in: key)
    }
    for member in object["patternProperties"]?.object?.members ?? [] {
      members.patterns.append((SchemaPattern(member.name), compile(member.value, in: key)))
    }
    members.others = object["additionalProperties"].map { compile($0, in: key) }
    if !members.named.isEmpty || !members.patterns.isEmpty || members.others != nil { rules.append(.members(members)) }
    let dependencies = (object["dependencies"]?.object?.members ?? []).map { member in
      let names = member.value.array?.compactMap(\.string)
      return Dependency(
        member: member.name, required: names ?? [], schema: names == nil ? compile(member.value, in: key) : nil)
    }
    if !dependencies.isEmpty { rules.append(.dependencies(dependencies)) }
    return rules
  }

  private mutating func combinations(_ object: JSONObject, in key: String) -> [SchemaRule] {
    var rules: [SchemaRule] = []
    if let list = object["allOf"]?.array { rules.append(.all(list.map { compile($0, in: key) })) }
    if let list = object["anyOf"]?.array { rules.append(.any(list.map { compile($0, in: key) })) }
    if let list = object["oneOf"]?.array { rules.append(.exactlyOne(list.map { compile($0, in: key) })) }
    if let schema = object["not"] { rules.append(.not(compile(schema, in: key))) }
    if let condition = object["if"] {
      let then = object["then"].map { compile($0, in: key) }
      let otherwise = object["else"].map { compile($0, in: key) }
      rules.append(.condition(if: compile(condition, in: key), then: then, else: otherwise))
    }
    return rules
  }
}
