public import CQL2
public import StacModel

/// What is known about a property by its specification or by the data: its type, and how it is shown to people.
public struct PropertyDefinition: Sendable, Hashable {
  /// The name as filters write it: `eo:cloud_cover`, `datetime`, `id`.
  public let name: String
  /// What a filter takes the property for; ``ValueType/any`` where only the data know.
  public let type: ValueType
  /// The JSON schema of its values, as `/queryables` shows it (title, description, type, format, enum …).
  public let schema: JSONObject
  /// Whether items can be sorted by it.
  public let isSortable: Bool

  public init(name: String, type: ValueType, schema: JSONObject, isSortable: Bool) {
    self.name = name
    self.type = type
    self.schema = schema
    self.isSortable = isSortable
  }
}

/// The properties that searches of items, or of collections, may name.
public struct Queryables: Sendable, Hashable {
  /// In the order in which they are shown.
  public let definitions: [PropertyDefinition]
  /// Whether a filter may name properties beyond the definitions (`additionalProperties`).
  public let allowsOthers: Bool

  public init(definitions: [PropertyDefinition], allowsOthers: Bool) {
    self.definitions = definitions
    self.allowsOthers = allowsOthers
  }

  public subscript(name: String) -> PropertyDefinition? { definitions.first { $0.name == name } }
}

extension Queryables: PropertyTypes {
  public func type(ofProperty name: String) -> ValueType? { self[name]?.type ?? (allowsOthers ? .any : nil) }
}
