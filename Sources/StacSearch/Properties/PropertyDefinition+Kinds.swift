import CQL2
import StacModel

// The kinds of properties that specifications declare, each with its schema (JSON Schema 2020-12).
extension PropertyDefinition {
  /// A text, one of `values` where they are given.
  static func text(_ name: String, _ title: String, _ description: String, among values: [String] = []) -> Self {
    var schema = described(title, description, type: "string")
    if !values.isEmpty { schema["enum"] = .array(values.map(JSONValue.string)) }
    return Self(name: name, type: .string, schema: schema, isSortable: true)
  }

  /// A number within bounds, both included.
  static func number(
    _ name: String, _ title: String, _ description: String, from minimum: Double? = nil, to maximum: Double? = nil
  ) -> Self {
    numeric("number", name, title, description, minimum, maximum)
  }

  /// A whole number within bounds, both included.
  static func integer(
    _ name: String, _ title: String, _ description: String, from minimum: Double? = nil, to maximum: Double? = nil
  ) -> Self {
    numeric("integer", name, title, description, minimum, maximum)
  }

  private static func numeric(
    _ type: String, _ name: String, _ title: String, _ description: String, _ minimum: Double?, _ maximum: Double?
  ) -> Self {
    var schema = described(title, description, type: type)
    if let minimum { schema["minimum"] = .init(minimum) }
    if let maximum { schema["maximum"] = .init(maximum) }
    return Self(name: name, type: .number, schema: schema, isSortable: true)
  }

  static func flag(_ name: String, _ title: String, _ description: String) -> Self {
    Self(name: name, type: .boolean, schema: described(title, description, type: "boolean"), isSortable: true)
  }

  /// An RFC 3339 date-time; `role` is what OGC API - Features - Part 5 calls it (`x-ogc-role`).
  static func instant(_ name: String, _ title: String, _ description: String, role: String? = nil) -> Self {
    var schema = described(title, description, type: "string")
    schema["format"] = "date-time"
    if let role { schema["x-ogc-role"] = .string(role) }
    return Self(name: name, type: .timestamp, schema: schema, isSortable: true)
  }

  /// A list of texts, each one of `values` where they are given.
  static func texts(_ name: String, _ title: String, _ description: String, among values: [String] = []) -> Self {
    var items: JSONObject = ["type": "string"]
    if !values.isEmpty { items["enum"] = .array(values.map(JSONValue.string)) }
    return list(name, title, description, of: items)
  }

  static func numbers(_ name: String, _ title: String, _ description: String) -> Self {
    list(name, title, description, of: ["type": "number"])
  }

  static func objects(_ name: String, _ title: String, _ description: String) -> Self {
    list(name, title, description, of: ["type": "object"])
  }

  private static func list(_ name: String, _ title: String, _ description: String, of items: JSONObject) -> Self {
    var schema = described(title, description, type: "array")
    schema["items"] = .object(items)
    return Self(name: name, type: .array, schema: schema, isSortable: false)
  }

  static func object(_ name: String, _ title: String, _ description: String) -> Self {
    Self(name: name, type: .any, schema: described(title, description, type: "object"), isSortable: false)
  }

  /// A geometry in WGS 84; it has a format and no type (OGC API - Features - Part 3, queryables, response D and E).
  static func geometry(_ name: String, _ title: String, _ description: String, role: String? = nil) -> Self {
    var schema: JSONObject = ["title": .string(title), "description": .string(description), "format": "geometry-any"]
    if let role { schema["x-ogc-role"] = .string(role) }
    return Self(name: name, type: .geometry, schema: schema, isSortable: false)
  }

  private static func described(_ title: String, _ description: String, type: String) -> JSONObject {
    ["title": .string(title), "description": .string(description), "type": .string(type)]
  }
}
