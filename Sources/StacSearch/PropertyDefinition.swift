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
  /// The JSON types that the schema names; whole numbers are numbers.
  public let jsonTypes: Set<JSONType>
  /// Whether items can be sorted by it.
  public let isSortable: Bool

  public init(name: String, type: ValueType, schema: JSONObject, isSortable: Bool) {
    self.name = name
    self.type = type
    self.schema = schema
    jsonTypes = Self.types(named: schema["type"])
    self.isSortable = isSortable
  }

  private static func types(named json: JSONValue?) -> Set<JSONType> {
    let names = json?.array?.compactMap(\.string) ?? json?.string.map { [$0] } ?? []
    return Set(names.compactMap { $0 == "integer" ? .number : JSONType(rawValue: $0) })
  }
}

/// The properties that searches of items, or of collections, may name.
public struct Queryables: Sendable, Hashable {
  /// What the properties are of.
  public enum Resource: Sendable, Hashable {
    case items, collections
  }

  /// Those that occur, in the order in which they are shown.
  public let definitions: [PropertyDefinition]
  /// Whether a filter may name properties that neither the definitions nor a specification know
  /// (`additionalProperties`).
  public let allowsOthers: Bool
  private let resource: Resource?

  /// - Parameter resource: whose specifications are known besides the definitions; nil for none.
  public init(definitions: [PropertyDefinition], allowsOthers: Bool, resource: Resource? = nil) {
    self.definitions = definitions
    self.allowsOthers = allowsOthers
    self.resource = resource
  }

  /// The definition of a property that occurs, or of one that a specification declares though no document has it yet.
  public subscript(name: String) -> PropertyDefinition? {
    if let definition = definitions.first(where: { $0.name == name }) { return definition }
    return switch resource {
    case .items: WellKnownProperties.ofItems(name)
    case .collections: WellKnownProperties.ofCollections(name)
    case nil: nil
    }
  }
}

extension Queryables: PropertyTypes {
  public func type(ofProperty name: String) -> ValueType? { self[name]?.type ?? (allowsOthers ? .any : nil) }
}
