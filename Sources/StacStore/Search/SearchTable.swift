import CQL2
import Postgres
import StacModel
import StacSearch

/// The tables that can be searched, each of which statements call `i`, and how their properties are sorted by.
public enum SearchTable: Sendable {
  case items, collections

  /// The term that makes orders total, under a name that no request can hold.
  private static let collectionKey = "\0collection key"

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
    // Newest first, but behind a property that descends: then the order is that of its ascent reversed, and one index
    // serves both.
    let isAscending =
      terms.last.map { ["datetime", "id"].contains($0.name) == $0.isAscending } ?? (self == .collections)
    let missing =
      self == .collections
      ? ["id"]
      : names.contains("id")
        ? [Self.collectionKey]
        : [
          "datetime", Self.collectionKey, "id",
        ]
    for name in missing where !names.contains(name) {
      if let term = column(name, isAscending: isAscending) { terms.append(term) }
    }
    return terms
  }

  /// The term of a property that has a column of its own.
  private func column(_ name: String, isAscending: Bool) -> SearchOrder.Term? {
    var isNullable = false
    let column: (kind: SearchOrder.Kind, expression: SQL)?
    switch (self, name) {
    case (.items, "id"), (.collections, "id"): column = (.text, "i.id")
    case (.items, "datetime"): column = (.timestamp, "i.datetime")
    case (.items, Self.collectionKey): column = (.key, "i.collection_key")
    case (.items, "collection"):
      column = (.text, "(SELECT c.id FROM gnomon.collections c WHERE c.key = i.collection_key)")
    case (.collections, "datetime"), (.collections, "start_datetime"):
      isNullable = true
      column = (.timestamp, "nullif(i.start_datetime, '-infinity')")
    case (.collections, "end_datetime"):
      isNullable = true
      column = (.timestamp, "nullif(i.end_datetime, 'infinity')")
    default: column = nil
    }
    return column.map {
      .init(name: name, kind: $0.kind, expression: $0.expression, isAscending: isAscending, isNullable: isNullable)
    }
  }

  /// A property's value as one kind; long texts count by their beginning, so that tokens stay short.
  ///
  /// - Parameter isIndexed: whether an index is over the property, so that its name is written out: then one plan for all
  ///   values knows the index.
  func expression(_ name: String, _ kind: SearchOrder.Kind, isIndexed: Bool = false) -> SQL {
    let columns = self == .items ? FilterColumns.items : .collections
    let property: SQL =
      isIndexed ? "(i.\(unsafeSQL: columns.source(of: name)) -> \(constant: name))" : columns.json(name)
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
