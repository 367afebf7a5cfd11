import CQL2
import Postgres
import StacModel
import StacSearch

/// The tables that can be searched, each of which statements call `i`, and how their properties are sorted by.
public enum SearchTable: Sendable {
  case items, collections

  /// The terms of one sort key: one for each kind of value that the property has.
  func terms(_ key: SortKey, queryables: Queryables) throws(ParameterError) -> [SearchOrder.Term] {
    let isAscending = key.direction == .ascending
    if let term = column(key.property, isAscending: isAscending) { return [term] }
    guard let definition = queryables[key.property], definition.isSortable else {
      throw ParameterError(
        "sortby", "'\(key.property.prefix(64))' is no property that can be sorted by; /sortables lists those that can")
    }
    return definition.sortKinds.map { kind in
      .init(
        name: key.property, kind: kind, expression: expression(key.property, kind), isAscending: isAscending,
        isNullable: true)
    }
  }

  /// The terms, and behind them those that make the order total.
  func completed(_ terms: [SearchOrder.Term]) -> [SearchOrder.Term] {
    var terms = terms
    let names = Set(terms.map(\.name))
    let isAscending =
      terms.last.map { ["datetime", "id"].contains($0.name) && $0.isAscending } ?? (self == .collections)
    let missing =
      self == .collections
      ? ["id"]
      : names.contains("id")
        ? ["collection key"]
        : [
          "datetime", "collection key", "id",
        ]
    for name in missing where !names.contains(name) {
      if let term = column(name, isAscending: isAscending) { terms.append(term) }
    }
    return terms
  }

  /// The term of a property that has a column of its own and is never null.
  private func column(_ name: String, isAscending: Bool) -> SearchOrder.Term? {
    let column: (kind: SearchOrder.Kind, expression: SQL)? =
      switch (self, name) {
      case (.items, "id"): (.text, "i.id")
      case (.items, "datetime"): (.timestamp, "i.datetime")
      case (.items, "collection key"): (.key, "i.collection_key")
      case (.items, "collection"):
        (.text, "(SELECT c.id FROM gnomon.collections c WHERE c.key = i.collection_key)")
      case (.collections, "id"): (.text, "i.id")
      default: nil
      }
    return column.map {
      .init(name: name, kind: $0.kind, expression: $0.expression, isAscending: isAscending, isNullable: false)
    }
  }

  /// A property's value as one kind; long texts count by their beginning, so that tokens stay short.
  private func expression(_ name: String, _ kind: SearchOrder.Kind) -> SQL {
    let property: SQL = "(i.properties -> \(name))"
    return switch kind {
    case .number, .key: "gnomon.number\(property)"
    case .timestamp: "gnomon.instant\(property)"
    case .boolean: "gnomon.boolean\(property)"
    case .text: "(left(gnomon.text\(property), 200) COLLATE \"C\")"
    }
  }
}

extension PropertyDefinition {
  /// The kinds of values to sort by: the declared one, else all, so that a walk goes on when a value of a new type comes.
  fileprivate var sortKinds: [SearchOrder.Kind] {
    switch type {
    case .number: [.number]
    case .string: [.text]
    case .boolean: [.boolean]
    case .timestamp, .date: [.timestamp]
    case .any, .array, .geometry, .interval: [.number, .text, .boolean]
    }
  }
}
