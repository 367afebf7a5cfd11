import CQL2
import Postgres
import StacModel
import StacSearch

extension PostgresCatalogStore {
  /// What a search is expected to find, and how it is best come by.
  struct SearchExpectation: Sendable {
    let matches: Double
    /// How many items the collections of the search had when the sample was drawn.
    let most: Int
    let strategy: SearchStrategy
    /// Whether what matches is quickly counted, as long as it is little.
    let isCountable: Bool
    /// Whether an index over a property finds it, where PostgreSQL knows the value.
    let isIndexed: Bool
    /// Whether the catalog has so many collections that what is kept of them takes time to sum up.
    let hasManyCollections: Bool
    /// How an order by a property is come by, where the strategy is ``SearchStrategy/sorted``.
    var ordering: PropertyOrdering?
    /// How many items of all collections a walk looks at for those of several.
    var looked = SearchCosts.leastLooked
    /// What cuts the times of items in several collections, for ``SearchStrategy/walkEach``.
    let cuts: @Sendable () -> [Timestamp]
  }

  /// How many items may be read for a count.
  private static let mostCounted = 500.0

  /// Judges a search by the catalog's sample.
  func expectation(
    _ request: SearchRequest, counting: CountPreference, order: SearchOrder, token: PageToken?, queryables: Queryables
  ) async throws(StoreError) -> SearchExpectation {
    let sample = try await memory.sample.value { () async throws(StoreError) in try await readSample() }
    let window = SearchWindow(request)
    let expected = sample.expectation(window, in: request.collections)
    let conditions = try Self.parameter { () throws(ParameterError) in try request.remainder(window, queryables) }
    let question = SelectivityMemory.Question(
      conditions: conditions, freeText: request.freeText, collections: request.collections)
    // Words and identifiers have indexes of their own, and their matches are few.
    let isPointed = request.ids != nil || request.freeText != nil
    let indexes = conditions.isEmpty && order.property == nil ? [:] : try await indexes()
    let hasIndex =
      !Set(indexes.values).isDisjoint(with: conditions.compactMap(\.comparedProperty))
      || conditions.contains(where: \.isOfModels)
    let share = try await selectivity(question, in: sample, queryables, isIndexed: hasIndex)
    let isCountable =
      hasIndex || isPointed || min(Double(countLimit), expected.matches * share) / share < Self.mostCounted
    let matches = min(expected.matches * share, request.ids.map { Double($0.count) } ?? .infinity)
    let most = request.collections.map { sample.count($0) } ?? sample.total
    // Where not all items match, one of several collections may have none that do, and would be read to its end.
    let isNarrowed =
      window.boxes != nil || !conditions.isEmpty || request.freeText != nil
      || window.interval != nil && expected.lasting > 0
    let wanted = SearchCosts.wantedInFirst(request.limit + 1)
    let cuts = { @Sendable () -> [Timestamp] in
      guard let collections = request.collections, isNarrowed, order.isByDatetime else { return [] }
      return sample.cuts(
        window, in: collections, wanted: wanted, share: matches / max(expected.inTime, 1),
        from: token?.values.first?.flatMap { Int64($0) }, isAscending: order.isAscending(to: token))
    }
    // One of two indexes is read, over the property or of space and time, to more than what matches.
    let indexed = hasIndex ? min(Double(most) * share, (expected.matches + expected.mostMatches) / 2) : nil
    guard order.isByDatetime, !isPointed else {
      let ordering =
        try await isPointed
        ? nil : ordering(request, order, window, expected, selectivity: share, indexes: indexes, in: sample)
      let strategy: SearchStrategy
      if ordering != nil {
        strategy = .sorted
      } else if order.isByIdentifier, !isPointed {
        strategy = SearchCosts.bestByIdentifier(
          matches: matches, of: Double(most), among: Double(sample.total), count: request.limit + 1,
          collections: request.collections?.count,
          fetched: indexed ?? (window.isOpen ? .infinity : expected.matches))
      } else if request.isInSeveralCollections || order.property != nil {
        // Of several collections, what is fetched is all that matches: it may be more than a walk looks at to find a page.
        let isMuch = matches > Self.manyMatches && matches * matches > wanted * expected.inTime
        strategy = order.isByDatetime && request.ids == nil && isMuch ? .walkEach : .fetched
      } else {
        strategy = .planned
      }
      return SearchExpectation(
        matches: matches, most: most, strategy: strategy, isCountable: isCountable, isIndexed: hasIndex,
        hasManyCollections: sample.hasManyCollections, ordering: ordering, cuts: cuts)
    }
    // The first page alone is counted with what it reads, where it is not walked.
    let isFirst = request.token == nil && counting == .quick
    let isCounted = isFirst && countLimit > 0 && isCountable && matches <= Double(countLimit)
    let costs = SearchCosts(
      expected, in: window, selectivity: share, count: request.limit + 1,
      collections: request.collections?.count, isNarrowed: isNarrowed, counted: isCounted ? countLimit : nil)
    let strategy = costs.best(
      hasPlace: window.boxes != nil, hasOtherConditions: !conditions.isEmpty, indexed: indexed)
    return SearchExpectation(
      matches: matches, most: most, strategy: strategy, isCountable: isCountable, isIndexed: hasIndex,
      hasManyCollections: sample.hasManyCollections, looked: costs.looked,
      cuts: cuts)
  }

  /// How a search in the order of a property is best come by; nil where what matches is fetched and sorted.
  private func ordering(
    _ request: SearchRequest, _ order: SearchOrder, _ window: SearchWindow, _ expected: CatalogSample.Expectation,
    selectivity: Double, indexes: [String: String], in sample: CatalogSample
  ) async throws(StoreError) -> PropertyOrdering? {
    guard let (property, kind) = order.property else { return nil }
    let name = PropertyIndex.name(property, kind)
    let cells = indexes[name + PropertyIndex.Kind.placeSuffix] == nil ? nil : window.boxes.flatMap { PlaceCells($0) }
    let hasOrder = indexes[name + kind.orderSuffix] != nil
    let costs = PropertyOrdering.Costs(
      expected, selectivity: selectivity, count: request.limit + 1, total: sample.total, cells: cells,
      hasOrder: hasOrder)
    if costs.isFetchBest { return nil }
    let values = try await propertySample(order, named: name, total: sample.total, hasEnds: hasOrder)
    let matches = max(expected.matches * selectivity, 1e-3)
    // Where the sample knows of hardly any, there may be some hundreds: stretches begin as if there were.
    let few = Double(sample.total) / Double(4 * CatalogSample.size)
    let wanted = Double(request.limit + 1)
    let withValue = Double(values.stretches) / Double(max(values.present + values.absent, 1)) * Double(sample.total)
    let stretches = min(matches * expected.stretchShare, withValue)
    return PropertyOrdering(
      sample: values, cells: costs.inCells < costs.walked ? cells : nil, wanted: wanted,
      matches: max(matches, few), walked: wanted * Double(sample.total) / matches, times: expected.times,
      hasManyStretches: wanted * Double(sample.total) < stretches * stretches)
  }

  /// How the values of a property are spread over some thousand items.
  private func propertySample(
    _ order: SearchOrder, named name: String, total: Int, hasEnds: Bool
  ) async throws(StoreError) -> PropertySample {
    try await memory.propertySample(named: name).value { () async throws(StoreError) in
      try await read { session throws(PostgresError) in
        let order = order.withIndexedProperty
        return try PropertySample(
          session.query(PropertySample.statement(order, sampled: Self.sampled(of: total), hasEnds: hasEnds)))
      }
    }
  }

  /// The indexes over properties, by name.
  private func indexes() async throws(StoreError) -> [String: String] {
    try await memory.indexes.value { () async throws(StoreError) in
      try await read { session throws(PostgresError) in
        let rows = try session.query(
          """
          SELECT c.relname::text, obj_description(c.oid, 'pg_class') FROM pg_index i \
          JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 'gnomon.items'::regclass AND i.indisvalid \
          AND obj_description(c.oid, 'pg_class') IS NOT NULL
          """)
        var indexes: [String: String] = [:]
        for row in rows { indexes[try row.text(0)] = try row.text(1) }
        return indexes
      }
    }
  }

  /// Reads how many items collections have, and some of them at random.
  private func readSample() async throws(StoreError) -> CatalogSample {
    try await read { session throws(PostgresError) in
      var counts: [Int32: Int] = [:]
      var keys: [[UInt8]: Int32] = [:]
      let collections = try session.query(
        """
        SELECT c.key, c.id, coalesce(sum(s.items), 0)::int8 FROM gnomon.collections c \
        LEFT JOIN gnomon.collection_changes s ON s.collection_key = c.key GROUP BY c.key
        """)
      for row in collections {
        let key = Int32(truncatingIfNeeded: try row.integer(0))
        keys[try row.bytes(1)] = key
        counts[key] = Int(try row.integer(2))
      }
      let total = counts.values.reduce(0, +)
      let rows = try session.query(
        """
        SELECT i.collection_key, ST_XMin(i.geometry), ST_YMin(i.geometry), ST_XMax(i.geometry), ST_YMax(i.geometry), \
        i.datetime, i.start_datetime, i.end_datetime FROM gnomon.items i \(Self.sampled(of: total))
        """)
      let places = try rows.map { row throws(PostgresError) in try CatalogSample.Place(row) }
      return CatalogSample(counts: counts, keys: keys, places: places)
    }
  }

  /// What draws about as many rows of a table, by whole pages; nothing where there are not many more.
  static func sampled(of total: Int, rows: Int = CatalogSample.size) -> SQL {
    guard total > 2 * rows else { return "" }
    return "TABLESAMPLE SYSTEM (\(100 * Double(rows) / Double(total)))"
  }
}

extension SearchRequest {
  /// The conditions that a window says nothing of, but for words and identifiers.
  fileprivate func remainder(
    _ window: SearchWindow, _ queryables: Queryables
  ) throws(ParameterError) -> [Expression] {
    var conditions = window.remainder
    for parameter in propertyParameters { conditions.append(try parameter.expression(properties: queryables)) }
    return conditions
  }
}

extension CatalogSample.Place {
  /// Reads: collection, the box in degrees, datetime, start, end.
  fileprivate init(_ row: Row) throws(PostgresError) {
    // What has no geometry is nowhere: beyond every box.
    func degrees(_ column: Int) throws(PostgresError) -> Float {
      row.isNull(column) ? .infinity : Float(try row.double(column))
    }
    self.init(
      collection: Int32(truncatingIfNeeded: try row.integer(0)), west: try degrees(1), south: try degrees(2),
      east: row.isNull(3) ? -.infinity : Float(try row.double(3)),
      north: row.isNull(4) ? -.infinity : Float(try row.double(4)), datetime: try row.timestamp(5),
      start: try row.timestamp(6), end: try row.timestamp(7))
  }
}

extension Expression {
  /// The property that a comparison which an index serves is of, nil for every other condition.
  fileprivate var comparedProperty: String? {
    let served: Set<Operator> = [
      .equal, .less, .greater, .lessOrEqual, .greaterOrEqual, .between, .in, .aContains, .aEquals,
    ]
    guard case .operation(let symbol, let operands) = self, served.contains(symbol),
      case .property(let name)? = operands.first
    else { return nil }
    return name
  }
}
