import CQL2
import Postgres

/// How a property that no document holds is computed for the item that a statement calls `i`.
///
/// What it is called and which type it has is told by ``StacSearch/DerivedProperties``; a name stands in both or in neither.
/// All of them are of models: they are null for every other item, which costs the look at one flag.
struct DerivedProperty: Sendable {
  /// The name, or what the names of a family begin with.
  let name: String
  /// Whether it is a family: what follows the name is handed to `value`.
  var isFamily = false
  /// The value as `jsonb` for the model `i`, NULL where it has none; `rest` is what follows the name of a family, and must
  /// be bound.
  let value: @Sendable (_ rest: String) -> SQL
  /// Rows of one text each: the whole names that occur, in the collection of a key or in all.
  let names: @Sendable (_ collection: Int64?) -> SQL

  /// All of them, by the tables that they are read from.
  static let all: [DerivedProperty] = mlflow + promotion

  private static let byName = Dictionary(all.lazy.filter { !$0.isFamily }.map { ($0.name, $0) }) { first, _ in first }
  private static let families = all.filter(\.isFamily)

  /// The value of the property with a name as `jsonb`, for whatever item; nil where it is no derived one.
  static func json(_ name: String) -> SQL? {
    if let property = byName[name] { return ofModels(property.value("")) }
    for family in families where name.utf8.count > family.name.utf8.count && name.utf8.starts(with: family.name.utf8) {
      let rest = String(decoding: name.utf8.dropFirst(family.name.utf8.count), as: UTF8.self)
      return ofModels(family.value(rest))
    }
    return nil
  }

  /// Whether a name is that of a derived property.
  static func has(_ name: String) -> Bool {
    byName[name] != nil
      || families.contains { name.utf8.count > $0.name.utf8.count && name.utf8.starts(with: $0.name.utf8) }
  }

  private static func ofModels(_ value: SQL) -> SQL { "(CASE WHEN i.is_model THEN \(value) END)" }
}

extension Expression {
  /// Whether only models can meet the condition, since it compares what is null for all other items: then the index over
  /// models leads to them.
  var isOfModels: Bool {
    guard case .operation(let symbol, let arguments) = self else { return false }
    switch symbol.family {
    case .logical where symbol == .and: return arguments.contains(where: \.isOfModels)
    case .logical where symbol == .or: return !arguments.isEmpty && arguments.allSatisfy(\.isOfModels)
    case .comparison, .like: return arguments.contains(where: \.isDerived)
    case .between, .membership: return arguments.first?.isDerived ?? false
    default: return false
    }
  }

  /// Whether it is a derived property, or what is null where that is.
  private var isDerived: Bool {
    switch self {
    case .property(let name): DerivedProperty.has(name)
    case .operation(let symbol, let arguments) where symbol.family == .character || symbol.family == .arithmetic:
      arguments.contains(where: \.isDerived)
    default: false
    }
  }
}
