import StacModel

/// Writes schemas of JSON Schema 2020-12, as OpenAPI 3.1 has them, in the dialect of OpenAPI 3.0 too.
///
/// Schemas here use of what the dialects differ in only lists of types and `const`.
struct SchemaDialect {
  private let version: OpenAPIVersion

  init(_ version: OpenAPIVersion) { self.version = version }

  /// The schema, or whatever holds schemas, in the dialect.
  func converted(_ value: JSONValue) -> JSONValue {
    guard version == .v30 else { return value }
    switch value {
    case .array(let elements): return .array(elements.map(converted))
    case .object(let object): return .object(converted(object))
    default: return value
    }
  }

  private func converted(_ object: JSONObject) -> JSONObject {
    if let types = object["type"]?.array?.compactMap(\.string), types.count(where: { $0 != "null" }) > 1 {
      return choice(of: types, object)
    }
    var result: [JSONObject.Member] = []
    for member in object.members {
      switch (member.name, member.value) {
      case ("type", .array(let types)):
        result.append(.init(name: "type", value: types.first { $0 != "null" } ?? "string"))
        result.append(.init(name: "nullable", value: true))
      case ("const", let value): result.append(.init(name: "enum", value: [value]))
      case ("example", _), ("enum", _), ("default", _): result.append(member)
      default: result.append(.init(name: member.name, value: converted(member.value)))
      }
    }
    return JSONObject(result)
  }

  /// What only arrays have.
  private static let ofArrays: Set<String> = ["items", "minItems", "maxItems"]

  /// A choice of types, each with the keywords that are for it; the first takes null where it is one of them.
  private func choice(of types: [String], _ object: JSONObject) -> JSONObject {
    var rest = JSONObject(object.members.filter { $0.name != "type" && !Self.ofArrays.contains($0.name) })
    let named = types.filter { $0 != "null" }
    rest["anyOf"] = .array(
      named.map { name in
        var schema: JSONObject = ["type": .string(name)]
        if name == named.first, types.contains("null") { schema["nullable"] = true }
        if name == "array" {
          for member in object.members where Self.ofArrays.contains(member.name) {
            schema[member.name] = converted(member.value)
          }
        }
        return .object(schema)
      })
    return rest
  }
}
