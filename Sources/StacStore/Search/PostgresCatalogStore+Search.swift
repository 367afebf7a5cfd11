import CQL2
import Postgres
import StacModel
public import StacSearch

extension PostgresCatalogStore {
  public func search(_ request: SearchRequest, counting: CountPreference) async throws(StoreError) -> SearchPage {
    let request = request.withoutRepeatedCollections
    guard request.namesProperties else { return try await search(request, counting: counting, queryables: .none) }
    do throws(StoreError) {
      return try await search(request, counting: counting, queryables: try await searchQueryables(request))
    } catch .parameter {
      // What was not known a second ago may be known now.
      memory.queryables.forget()
      return try await search(request, counting: counting, queryables: try await searchQueryables(request))
    }
  }

  private func search(
    _ request: SearchRequest, counting: CountPreference, queryables: Queryables
  ) async throws(StoreError) -> SearchPage {
    let order = try Self.parameter { () throws(ParameterError) in
      try request.sortBy.isEmpty ? .newestFirst : SearchOrder(request.sortBy, queryables: queryables)
    }
    let token = try token(request.token, in: order)
    let search = Search(request: request, counting: counting, order: order, token: token, queryables: queryables)
    if request.namesProperties,
      let narrowing = try await narrowing(request, order: order, token: token, queryables: queryables),
      let page = try await page(search.narrowed(by: narrowing))
    {
      return page
    }
    guard let page = try await page(search) else { throw .failed("a search in all of its collections was outdated") }
    return page
  }

  /// A search and what goes with it.
  private struct Search: Sendable {
    private(set) var request: SearchRequest
    let counting: CountPreference
    let order: SearchOrder
    let token: PageToken?
    let queryables: Queryables
    private(set) var narrowing: CollectionNarrowing?

    func narrowed(by narrowing: CollectionNarrowing) -> Search {
      var search = self
      search.request = narrowing.request
      search.narrowing = narrowing
      return search
    }
  }

  /// A page; nil where other collections than those that the search was narrowed to may have what it looks for.
  private func page(_ search: Search) async throws(StoreError) -> SearchPage? {
    let request = search.request
    if request.collections?.isEmpty == true {
      if let narrowing = search.narrowing {
        let holds = try await read { session throws(PostgresError) in try narrowing.holds(on: session) }
        guard holds else { return nil }
      }
      return try Self.nothing(search)
    }
    let expected = try await expectation(
      request, counting: search.counting, order: search.order, token: search.token, queryables: search.queryables)
    // Very many items of one instant: where few lie in the window, they are fetched and sorted.
    let isFew = expected.strategy == .nearest && expected.outlook.matches < SearchOutlook.manyMatches
    let surest: SearchStrategy = isFew ? .fetched : request.isInSeveralCollections ? .walkEach : .walk
    for strategy in [expected.strategy, surest] {
      switch try await page(search, strategy, expected) {
      case .found(let page): return page
      case .outdated: return nil
      case .orderUnknown: continue
      }
    }
    throw .failed("a walk in order did not tell its order")
  }

  /// What is found in no collection, where nothing is wrong with the search.
  private static func nothing(_ search: Search) throws(StoreError) -> SearchPage {
    _ = try parameter { () throws(ParameterError) in
      try SearchPlan(
        search.request, strategy: .planned, token: nil, order: search.order, queryables: search.queryables)
    }
    return SearchPage(
      documents: [], next: nil, previous: nil, numberMatched: search.counting == .none ? nil : .exact(0))
  }

  private func page(
    _ search: Search, _ strategy: SearchStrategy, _ expected: SearchExpectation
  ) async throws(StoreError) -> PageReading.Outcome<SearchPage> {
    let (token, queryables) = (search.token, search.queryables)
    let counts = try Self.parameter { () throws(ParameterError) in
      try SearchCounts(
        search.request, search.counting, expected: expected, limit: countLimit,
        isReadWithPage: strategy.countsWithPage && token == nil, queryables: queryables)
    }
    let plan = try Self.parameter { () throws(ParameterError) in
      try SearchPlan(
        search.request, strategy: strategy, token: token, order: search.order, ordering: expected.ordering,
        queryables: queryables, counting: counts.limit ?? 0, looking: expected.looked,
        cuts: strategy == .walkEach ? expected.outlook.cuts : [])
    }
    return try await page(search, plan, counts)
  }

  private func page(
    _ search: Search, _ plan: SearchPlan, _ counts: SearchCounts
  ) async throws(StoreError) -> PageReading.Outcome<SearchPage> {
    let statements = try await settled(plan.pages + counts.statements)
    let pages = Array(statements.prefix(plan.pages.count))
    let reading = PageReading(
      request: search.request, order: search.order, token: search.token, narrowing: search.narrowing, plan: plan,
      pages: pages, counts: counts.replacing(statements.dropFirst(pages.count)), memory: memory)
    switch try await read({ session throws(PostgresError) in try reading.outcome(on: session) }) {
    case .orderUnknown: return .orderUnknown
    case .outdated: return .outdated
    case .found(let found):
      return .found(
        SearchPage(
          documents: found.documents, next: try text(found.next, search.order, known: found.known),
          previous: try text(found.previous, search.order, known: found.known), numberMatched: found.count))
    }
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
    let (rows, count) = try await read { session throws(PostgresError) -> ([FoundCollection], Int) in
      let rows = try session.query(statements[0]).map { row throws(PostgresError) in
        try FoundCollection(row, order: order)
      }
      if token == nil, rows.count <= request.limit { return (rows, rows.count) }
      return (
        rows, try session.query(statements[1]).first.map { row throws(PostgresError) in Int(try row.integer(0)) } ?? 0
      )
    }
    let places = PagePlaces(count: rows.count, limit: request.limit, token: token) { rows[$0].keys }
    return SearchPage(
      documents: places.shown.map { rows[$0].document }, next: try text(places.next, order, known: 0),
      previous: try text(places.previous, order, known: 0), numberMatched: .exact(count))
  }

  /// The properties that a search may name, as they were up to a second ago; those of all collections where it is not in
  /// one that exists.
  func searchQueryables(_ request: SearchRequest) async throws(StoreError) -> Queryables {
    let collection = request.collections.flatMap { $0.count == 1 ? $0.first : nil }
    if let known = memory.queryables[collection] { return known }
    let found: Queryables
    do throws(StoreError) {
      found = try await documentQueryables(collection: collection)
    } catch .notFound {
      found = try await documentQueryables(collection: nil)
    }
    memory.queryables.remember(found, for: collection)
    return found
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

  private func text(_ place: PagePlaces.Place?, _ order: SearchOrder, known: Int) throws(StoreError) -> String? {
    guard let place else { return nil }
    let token = PageToken(
      direction: place.direction, order: order.fingerprint, values: place.values, includesPlace: place.isIncluded,
      seen: place.seen, known: known)
    do {
      return try token.text(signedWith: tokenKey)
    } catch {
      throw .failed("\(error)")
    }
  }
}

extension SearchRequest {
  /// The same with each of its collections named once.
  fileprivate var withoutRepeatedCollections: SearchRequest {
    guard let collections, collections.count > 1 else { return self }
    var request = self
    // Byte by byte: identifiers of different Unicode forms are different ones.
    var known: Set<[UInt8]> = []
    request.collections = collections.filter { known.insert(Array($0.utf8)).inserted }
    return request
  }

  /// Whether the catalog must know the properties to answer.
  fileprivate var namesProperties: Bool {
    filter != nil || query != nil || !propertyParameters.isEmpty || !sortBy.isEmpty
  }
}

extension CollectionSearchRequest {
  fileprivate var namesProperties: Bool { filter != nil || query != nil || !sortBy.isEmpty }
}
