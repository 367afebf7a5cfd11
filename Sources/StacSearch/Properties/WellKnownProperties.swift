import CQL2
import StacModel

/// What specifications declare about properties: STAC common metadata, the MLM extension and the common extensions.
public enum WellKnownProperties {
  /// What every item can be asked for, in the order in which it is shown.
  public static let ofEveryItem: [PropertyDefinition] = CoreProperties.items
  /// What every collection can be asked for.
  public static let ofEveryCollection: [PropertyDefinition] = CoreProperties.collections

  /// The declaration of an item's property, nil where no specification that is known here declares it.
  public static func ofItems(_ name: String) -> PropertyDefinition? { items[name] ?? DerivedProperties.named(name) }
  /// The declaration of a collection's property; what extensions add to collections is what they add to items.
  public static func ofCollections(_ name: String) -> PropertyDefinition? { collections[name] ?? items[name] }

  /// Every declaration for items.
  public static var allOfItems: [PropertyDefinition] {
    CoreProperties.items + CoreProperties.common + ModelItemProperties.all + MLflowProperties.declared
      + ImageryProperties.all + ProductProperties.all + MissionProperties.all + DerivedProperties.all
  }

  private static let items = byName(allOfItems)
  private static let collections = byName(CoreProperties.collections)

  private static func byName(_ definitions: [PropertyDefinition]) -> [String: PropertyDefinition] {
    Dictionary(definitions.map { ($0.name, $0) }) { first, _ in first }
  }
}

extension PropertyDefinition {
  /// A property that only the data know: it takes the type of what it is compared with.
  ///
  /// - Parameter found: the JSON types that occur.
  public init(name: String, found: Set<JSONType>) {
    let shown = JSONType.allCases.filter { $0 != .null && (found.isSubset(of: [.null]) || found.contains($0)) }
    let names = shown.map { JSONValue.string($0.rawValue) }
    self.init(
      name: name, type: .any, schema: ["title": .string(name), "type": names.count == 1 ? names[0] : .array(names)],
      isSortable: !found.isDisjoint(with: [.boolean, .number, .string]))
  }
}

extension PropertyDefinition {
  /// Whether values as declared occur; where every value is of another type, the data know better.
  fileprivate func agrees(with found: Set<JSONType>) -> Bool {
    found.isSubset(of: [.null]) || jsonTypes.isSubset(of: found)
  }
}

extension Queryables {
  /// What items can be asked for: what every item has, then what occurs in the data, in order of name.
  ///
  /// - Parameter found: the names that occur in the items, each with its JSON types.
  public static func ofItems(found: [String: Set<JSONType>], allowsOthers: Bool) -> Queryables {
    queryables(.items, WellKnownProperties.ofEveryItem, found: found, allowsOthers, WellKnownProperties.ofItems)
  }

  /// What collections can be asked for, likewise.
  public static func ofCollections(found: [String: Set<JSONType>], allowsOthers: Bool) -> Queryables {
    queryables(
      .collections, WellKnownProperties.ofEveryCollection, found: found, allowsOthers,
      WellKnownProperties.ofCollections)
  }

  private static func queryables(
    _ resource: Resource, _ always: [PropertyDefinition], found: [String: Set<JSONType>], _ allowsOthers: Bool,
    _ declaration: (String) -> PropertyDefinition?
  ) -> Queryables {
    let known = Set(always.map(\.name))
    let names = found.keys.filter { !known.contains($0) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let more = names.map { name in
      let types = found[name] ?? []
      if let declared = declaration(name), declared.agrees(with: types) { return declared }
      return PropertyDefinition(name: name, found: types)
    }
    return Queryables(definitions: always + more, allowsOthers: allowsOthers, resource: resource)
  }

  /// The definitions that results can be sorted by.
  public var sortables: [PropertyDefinition] { definitions.filter(\.isSortable) }
}
