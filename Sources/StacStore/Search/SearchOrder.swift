import CQL2
import Digests
import Postgres
public import StacModel
public import StacSearch

/// The total order of a search: the keys it asks for, and behind them what makes it total.
///
/// Items that lack a key come last in both directions. Behind the keys come datetime, collection and identifier, newest
/// first (or in the direction of the datetime, where that is the last key).
public struct SearchOrder: Sendable {
  /// One key of the order.
  struct Term: Sendable {
    /// What the key is, for the fingerprint: `eo:cloud_cover number`.
    let name: String
    let kind: Kind
    /// The value in the table, which a statement calls by its alias.
    var expression: SQL
    let isAscending: Bool
    let isNullable: Bool
    /// Whether the search has only one value of the key, so that it decides nothing.
    var isFixed = false
  }

  /// How a key's value is compared, and carried in a token.
  enum Kind: String, Sendable {
    case timestamp, number, text, boolean, key

    fileprivate var isReadAsText: Bool { self == .number || self == .boolean }
  }

  private(set) var terms: [Term]

  /// The order of items in every direction that the keys ask for.
  ///
  /// - Throws: ``ParameterError`` naming `sortby` where a key is no sortable property.
  public init(_ keys: [SortKey], queryables: Queryables, table: SearchTable = .items) throws(ParameterError) {
    var terms: [Term] = []
    for key in keys { terms += try table.terms(key, queryables: queryables) }
    self.terms = table.completed(terms)
  }

  /// The order of items where nothing is asked for: newest first.
  public static let newestFirst = SearchOrder(terms: SearchTable.items.completed([]))

  private init(terms: [Term]) { self.terms = terms }

  /// The order within one collection: its key stays in tokens, and decides nothing.
  var inOneCollection: SearchOrder {
    var order = self
    for index in terms.indices where terms[index].kind == .key { order.terms[index].isFixed = true }
    return order
  }

  /// The order within each collection, where items are in the order of their collections' identifiers first: what tells the
  /// collection decides nothing. Nil where no index of a collection has the rest.
  var inEachCollection: SearchOrder? {
    guard terms[0].name == "collection" else { return nil }
    var order = inOneCollection
    order.terms[0].isFixed = true
    return order.isByDatetime || order.isByIdentifier ? order : nil
  }

  /// The terms but for the collection's identifier where that decides nothing.
  private var rest: ArraySlice<Term> {
    terms[0].name == "collection" && terms[0].isFixed ? terms.dropFirst() : terms[...]
  }

  /// Whether items are in order of time, all keys in one direction, as the indexes over time have them.
  var isByDatetime: Bool {
    rest.map(\.name) == Self.newestFirst.terms.map(\.name) && Set(rest.map(\.isAscending)).count == 1
  }

  /// Whether the first key ascends on the way that a page is read.
  func isAscending(to token: PageToken?) -> Bool { terms[0].isAscending != (token?.direction == .backward) }

  /// Whether items are in order of their identifiers, as the primary key has those of a collection.
  var isByIdentifier: Bool {
    rest.count == 2 && rest.first?.name == "id" && rest.last?.kind == .key && Set(rest.map(\.isAscending)).count == 1
  }

  /// What tells this order from others, for tokens: a token of one order is none of another.
  var fingerprint: String {
    terms.map { "\($0.name) \($0.kind.rawValue) \($0.isAscending ? "asc" : "desc")" }.joined(separator: ",")
  }

  /// The key of the collection in which a token's place is.
  func collectionKey(of token: PageToken) -> Int32? {
    zip(terms, token.values).first { $0.0.kind == .key }?.1.flatMap { Int32($0) }
  }

  /// The columns of a page that hold the keys of each row, `k0`, `k1`, …: numbers and booleans as text.
  var keyColumns: SQL {
    terms.indices.map { index in
      let column: SQL = "i.\(unsafeSQL: "k\(index)")"
      return terms[index].kind.isReadAsText ? "\(column)::text" : column
    }.joined(separator: ", ")
  }

  /// The keys of the table under their names `k0`, `k1`, ….
  var keyExpressions: SQL {
    terms.indices.map { "\(terms[$0].expression) AS \(unsafeSQL: "k\($0)")" as SQL }.joined(separator: ", ")
  }

  /// What stands behind ORDER BY: of the table's expressions, or of the names that ``keyExpressions`` gave them.
  ///
  /// - Parameter isPresent: whether the rows all have the keys, or all lack the first one.
  func orderBy(isReversed: Bool, named: Bool, isPresent: Bool = false) -> SQL {
    // The key of one collection stays, for an index over a property has it, and the planner need not know that it decides
    // nothing.
    terms.indices.filter { !terms[$0].isFixed || terms[$0].kind == .key }.map { index in
      let term = terms[index]
      let value: SQL = named ? "i.\(unsafeSQL: "k\(index)")" : term.expression
      let direction: SQL = term.isAscending != isReversed ? "" : " DESC"
      // NULLS LAST is what ascending order does by itself, and its reverse; said only where it must be.
      let isPlain = isPresent || !term.isNullable || term.isAscending
      let nulls: SQL = isPlain ? "" : isReversed ? " NULLS FIRST" : " NULLS LAST"
      return "\(value)\(direction)\(nulls)"
    }.joined(separator: ", ")
  }

  /// The condition that a row lies beyond the token's place.
  func beyond(_ token: PageToken) -> SQL {
    let isReversed = token.direction == .backward
    var alternatives: [SQL] = []
    var equal: [SQL] = []
    let tail = uniformTail
    for index in terms.indices.prefix(tail) where !terms[index].isFixed {
      if let after = after(terms[index], token.values[index], isReversed) {
        alternatives.append((equal + [after]).joined(separator: " AND "))
      }
      equal.append(Self.equality(terms[index], token.values[index]))
    }
    alternatives.append((equal + [rowComparison(from: tail, token, isReversed)]).joined(separator: " AND "))
    return "(\(alternatives.map { "(\($0))" as SQL }.joined(separator: " OR ")))"
  }

  /// The same as ``beyond(_:)`` for an order by datetime in one collection of `searched`, whose index tells where to begin
  /// also among items of one instant.
  func beyondInEach(_ token: PageToken) -> SQL {
    guard isByDatetime, let instant = token.values[0].flatMap({ Int64($0) }), let key = token.values[1] else {
      return beyond(token)
    }
    var comparison: SQL = isAscending(to: token) ? ">" : "<"
    if token.includesPlace { comparison += "=" }
    let keyValue = Self.value(terms[1], key)
    // Of the instant itself all are beyond the place in collections on one side of its own, and none on the other. No
    // identifier is empty.
    return """
      (i.datetime, i.id) \(comparison) \
      (CASE WHEN searched.key < \(keyValue) THEN \(timestamp: Timestamp(microseconds: instant == .max ? instant : instant + 1)) \
      ELSE \(timestamp: Timestamp(microseconds: instant)) END, \
      CASE WHEN searched.key = \(keyValue) THEN \(Self.value(terms[2], token.values[2] ?? "")) ELSE '' END)
      """
  }

  /// The order of an index over one property: its name and kind. Nil for every other order.
  var property: (name: String, kind: PropertyIndex.Kind)? {
    guard let first = terms.first, first.isNullable, uniformTail == 1, terms.count == 4,
      terms[1...].map(\.name) == Self.newestFirst.terms.map(\.name), terms[1].isAscending != first.isAscending
    else { return nil }
    switch first.kind {
    case .number: return (first.name, .number)
    case .timestamp: return (first.name, .instant)
    case .boolean: return (first.name, .boolean)
    case .text: return (first.name, .text)
    case .key: return nil
    }
  }

  /// The same order by a property that an index is over, for statements that have one plan for all values.
  var withIndexedProperty: SearchOrder {
    guard property != nil else { return self }
    var order = self
    let term = order.terms[0]
    order.terms[0].expression = SearchTable.items.expression(term.name, term.kind, isIndexed: true)
    return order
  }

  /// Where the last terms begin that are never null and go in one direction, so that one row comparison serves them.
  private var uniformTail: Int {
    var start = terms.count - 1
    while start > 0, !terms[start - 1].isNullable, terms[start - 1].isAscending == terms[start].isAscending {
      start -= 1
    }
    return start
  }

  func rowComparison(from start: Int, _ token: PageToken, _ isReversed: Bool) -> SQL {
    let compared = terms.indices[start...].filter { !terms[$0].isFixed }
    // What decides nothing lies beyond no place but as part of it.
    if compared.isEmpty { return token.includesPlace ? "true" : "false" }
    let columns = compared.map { terms[$0].expression }.joined(separator: ", ")
    let values = compared.map { Self.value(terms[$0], token.values[$0] ?? "") }.joined(separator: ", ")
    var comparison: SQL = terms[start].isAscending != isReversed ? ">" : "<"
    if token.includesPlace { comparison += "=" }
    return "(\(columns)) \(comparison) (\(values))"
  }

  /// The condition that a key comes behind the value, nil where nothing does.
  private func after(_ term: Term, _ value: String?, _ isReversed: Bool) -> SQL? {
    guard let value else { return isReversed ? "\(term.expression) IS NOT NULL" : nil }
    let comparison: SQL = term.isAscending != isReversed ? ">" : "<"
    let compared: SQL = "\(term.expression) \(comparison) \(Self.value(term, value))"
    return term.isNullable && !isReversed ? "(\(compared) OR \(term.expression) IS NULL)" : compared
  }

  static func equality(_ term: Term, _ value: String?) -> SQL {
    guard let value else { return "\(term.expression) IS NULL" }
    return "\(term.expression) = \(Self.value(term, value))"
  }

  static func value(_ term: Term, _ text: String) -> SQL {
    switch term.kind {
    case .timestamp: "\(timestamp: Timestamp(microseconds: Int64(text) ?? 0))"
    case .number: "\(text)::numeric"
    case .boolean: "\(text)::boolean"
    case .key: "\(Int64(text) ?? 0)"
    case .text: "\(text)"
    }
  }
}
