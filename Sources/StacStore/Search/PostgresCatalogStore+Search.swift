import CQL2
import Postgres
import StacModel
public import StacSearch

extension PostgresCatalogStore {
  public func search(_ request: SearchRequest, counting: CountPreference) async throws(StoreError) -> SearchPage {
    let queryables = request.namesProperties ? try await searchQueryables(request) : .none
    let order = try Self.parameter { () throws(ParameterError) in
      try request.sortBy.isEmpty ? .newestFirst : SearchOrder(request.sortBy, queryables: queryables)
    }
    let token = try token(request.token, in: order)
    let keys = try await collectionKeys(request.collections)
    let plan = try Self.parameter { () throws(ParameterError) in
      try SearchPlan(request, collectionKeys: keys, token: token, order: order, queryables: queryables)
    }
    let statements = try await settled([plan.page, plan.count])
    let all = CollectionStatistics.itemCount(ofCollections: keys)
    let kept = request.asksForWholeCollections ? all : nil
    let (rows, count) = try await perform { session throws(PostgresError) -> ([FoundRow], MatchedCount?) in
      let rows = try session.query(statements[0]).map { row throws(PostgresError) in
        try FoundRow(row, keys: order.terms.count)
      }
      if token == nil, rows.count <= request.limit { return (rows, .exact(rows.count)) }
      let count = try session.matched(statements[1], counting, deadline: countDeadline, kept: kept)
      return (rows, try count?.within(atLeast: rows.count, atMost: all, on: session))
    }
    return try page(rows, limit: request.limit, order: order, token: token, numberMatched: count)
  }

  public func searchCollections(_ request: CollectionSearchRequest) async throws(StoreError) -> SearchPage {
    let queryables = request.namesProperties ? try await collectionQueryables() : Queryables.none
    let order = try Self.parameter { () throws(ParameterError) in
      try SearchOrder(request.sortBy, queryables: queryables, table: .collections)
    }
    let token = try token(request.token, in: order)
    let plan = try Self.parameter { () throws(ParameterError) in
      try CollectionSearchPlan(request, token: token, order: order, queryables: queryables)
    }
    let statements = try await settled([plan.page, plan.count])
    let (rows, count) = try await perform { session throws(PostgresError) -> ([FoundRow], Int) in
      let rows = try session.query(statements[0]).map { row throws(PostgresError) in
        try FoundRow(row, keys: order.terms.count).withExtent(
          try CollectionStatistics(row, from: 4 + order.terms.count))
      }
      if token == nil, rows.count <= request.limit { return (rows, rows.count) }
      return (
        rows, try session.query(statements[1]).first.map { row throws(PostgresError) in Int(try row.integer(0)) } ?? 0
      )
    }
    return try page(rows, limit: request.limit, order: order, token: token, numberMatched: .exact(count))
  }

  /// The properties that a search may name; those of all collections where it is not in one that exists.
  func searchQueryables(_ request: SearchRequest) async throws(StoreError) -> Queryables {
    let collection = request.collections.flatMap { $0.count == 1 ? $0.first : nil }
    do throws(StoreError) {
      return try await queryables(collection: collection)
    } catch .notFound {
      return try await queryables(collection: nil)
    }
  }

  /// The keys of the collections that exist, nil where none are named.
  func collectionKeys(_ ids: [String]?) async throws(StoreError) -> [Int64]? {
    guard let ids else { return nil }
    return try await perform { session throws(PostgresError) in
      try session.query("SELECT key FROM gnomon.collections WHERE id = ANY(\(texts: ids))").map {
        row throws(PostgresError) in try row.integer(0)
      }
    }
  }

  /// Runs what can find fault with a parameter.
  static func parameter<Result>(_ body: () throws(ParameterError) -> Result) throws(StoreError) -> Result {
    do throws(ParameterError) {
      return try body()
    } catch {
      throw .parameter(error)
    }
  }

  private func token(_ text: String?, in order: SearchOrder) throws(StoreError) -> PageToken? {
    guard let text else { return nil }
    guard
      let token = PageToken(text, signedWith: tokenKey, order: order.fingerprint, count: order.terms.count)
    else {
      throw .parameter(
        ParameterError("token", "this is not a token that this catalog gave for this order; use the links of a page"))
    }
    return token
  }

  private func page(
    _ rows: [FoundRow], limit: Int, order: SearchOrder, token: PageToken?, numberMatched: MatchedCount?
  ) throws(StoreError) -> SearchPage {
    let isReversed = token?.direction == .backward
    let hasMore = rows.count > limit
    var found = Array(rows.prefix(limit))
    if isReversed { found.reverse() }
    let isFirst = token == nil || isReversed && !hasMore
    let isLast = !isReversed && !hasMore
    // A page that turned out empty leads back to where it began, with the item that is there.
    let edge = { (row: FoundRow?, direction: PageToken.Direction) -> PageToken? in
      if let row { return PageToken(direction: direction, order: order.fingerprint, values: row.keys) }
      var back = token
      back?.direction = direction
      back?.includesPlace = true
      return back
    }
    return SearchPage(
      documents: found.map(\.document), next: isLast ? nil : try text(edge(found.last, .forward)),
      previous: isFirst ? nil : try text(edge(found.first, .backward)), numberMatched: numberMatched)
  }

  private func text(_ token: PageToken?) throws(StoreError) -> String? {
    do {
      return try token?.text(signedWith: tokenKey)
    } catch {
      throw .failed("\(error)")
    }
  }
}

extension MatchedCount {
  /// The count, an estimate at least what was seen and at most what there is.
  ///
  /// - Parameter most: one row with the number of items in the collections of the search.
  fileprivate func within(
    atLeast least: Int, atMost most: SQL, on session: isolated PostgresSession
  ) throws(PostgresError) -> MatchedCount {
    guard case .estimate(let number) = self, let row = try session.query(most).first else { return self }
    return .estimate(max(least, min(number, Int(try row.integer(0)))))
  }
}

extension SearchRequest {
  /// Whether nothing narrows the search but its collections.
  fileprivate var asksForWholeCollections: Bool {
    ids == nil && boundingBox == nil && intersects == nil && datetime == nil && filter == nil && query == nil
      && propertyParameters.isEmpty && freeText == nil
  }

  /// Whether the catalog must know the properties to answer.
  fileprivate var namesProperties: Bool {
    filter != nil || query != nil || !propertyParameters.isEmpty || !sortBy.isEmpty
  }
}

extension CollectionSearchRequest {
  fileprivate var namesProperties: Bool { filter != nil || query != nil || !sortBy.isEmpty }
}

/// One row of a search.
struct FoundRow: Sendable {
  private(set) var document: StoredDocument
  /// The keys of the order as text.
  let keys: [String?]

  /// Reads: collection id, id, links position, document, then as many keys.
  init(_ row: Row, keys count: Int) throws(PostgresError) {
    document = StoredDocument(
      collectionID: try row.text(0), id: try row.text(1),
      document: SerializedDocument(bytes: try row.bytes(3), linksPosition: Int(try row.integer(2))))
    keys = try (0..<count).map { index throws(PostgresError) in
      row.isNull(4 + index) ? nil : try row.text(4 + index)
    }
  }

  /// The collection with the extent of its items.
  func withExtent(_ statistics: CollectionStatistics?) -> FoundRow {
    var row = self
    row.document = StoredDocument(
      collectionID: document.collectionID, id: document.id, document: document.document.withExtent(of: statistics))
    return row
  }
}
