import CQL2
import StacModel

/// Properties of items that no document holds: what the catalog keeps beside an item, which filters, orders and aggregations
/// name like any other property.
///
/// A store knows how each is computed; here is what each is called and which values it has.
public enum DerivedProperties {
  /// Those of one name.
  public static let all: [PropertyDefinition] = MLflowProperties.derived + PromotionProperties.derived
  /// Those whose name begins with a text: what follows it names one of many, as in `mlflow:metrics.accuracy`.
  static let families: [DerivedPropertyFamily] = MLflowProperties.families

  private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

  /// The definition of a derived property, nil for every other name.
  public static func named(_ name: String) -> PropertyDefinition? {
    byName[name] ?? families.lazy.compactMap { $0.member(named: name) }.first
  }
}

/// Derived properties that share the beginning of their names.
struct DerivedPropertyFamily: Sendable {
  /// What the names begin with, with the dot: `mlflow:metrics.`.
  let prefix: String
  /// The definition of one of them, from its whole name and what follows the prefix.
  let definition: @Sendable (_ name: String, _ rest: String) -> PropertyDefinition

  /// The definition of a property whose name begins with the prefix and goes on, nil for every other name.
  func member(named name: String) -> PropertyDefinition? {
    guard name.utf8.count > prefix.utf8.count, name.utf8.starts(with: prefix.utf8) else { return nil }
    return definition(name, String(decoding: name.utf8.dropFirst(prefix.utf8.count), as: UTF8.self))
  }
}
