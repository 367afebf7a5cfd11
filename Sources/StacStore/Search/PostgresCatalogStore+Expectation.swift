import CQL2
import Postgres
import StacModel
import StacSearch

extension PostgresCatalogStore {
  /// What a search is expected to find, and how it is best come by.
  struct SearchExpectation: Sendable {
    let outlook: SearchOutlook
    let strategy: SearchStrategy
    /// Whether an index over a property leads to what matches, and to little else.
    let isFoundByIndex: Bool
    /// Whether what matches is quickly counted, as long as it is little.
    let isCountable: Bool
    /// How many items of all collections a walk looks at for those of several.
    var looked = SearchCosts.leastLooked
    /// How an order by a property is come by, where the strategy is ``SearchStrategy/sorted``.
    var ordering: PropertyOrdering?
  }

  /// How many items may be read for a count.
  private static let mostCounted = 500.0

  /// Reads the catalog's sample, so that the first search need not wait for it.
  public func readAhead() async { _ = try? await sample() }

  private func sample() async throws(StoreError) -> CatalogSample {
    try await memory.sample.value { () async throws(StoreError) in try await readSample() }
  }

  /// The same search in those collections alone that can have what it looks for; nil where these are not much less.
  func narrowing(
    _ request: SearchRequest, order: SearchOrder, token: PageToken?, queryables: Queryables
  ) async throws(StoreError) -> CollectionNarrowing? {
    let conditions = try Self.parameter { () throws(ParameterError) in
      try request.remainder(SearchWindow(request), queryables)
    }
    if conditions.isEmpty || request.collections?.isEmpty == true { return nil }
    let indexed = Set(try await indexes().values)
    var (served, others): (Set<[UInt8]>, Set<[UInt8]>) = ([], [])
    for condition in conditions {
      if condition.isServed(by: indexed) {
        served.formUnion(condition.requiredProperties)
      } else {
        others.formUnion(condition.requiredProperties)
      }
    }
    return CollectionNarrowing(
      request, to: others, served: served, order: order, token: token, in: try await sample())
  }

  /// Judges a search by the catalog's sample.
  func expectation(
    _ request: SearchRequest, counting: CountPreference, order: SearchOrder, token: PageToken?, queryables: Queryables
  ) async throws(StoreError) -> SearchExpectation {
    let sample = try await sample()
    let window = SearchWindow(request)
    let expected = sample.expectation(window, in: request.collections)
    let conditions = try Self.parameter { () throws(ParameterError) in try request.remainder(window, queryables) }
    let indexes = conditions.isEmpty && order.property == nil ? [:] : try await indexes()
    let names = Set(indexes.values)
    let indexed = conditions.filter { $0.isOfModels || $0.isServed(by: names) }
    let question = SelectivityMemory.Question(
      conditions: conditions, indexed: indexed, freeText: request.freeText, collections: request.collections)
    let holding = indexed.compactMap {
      $0.comparedProperties.intersection(names).map { sample.count(with: Array($0.utf8)) }.max()
    }
    let outlook = SearchOutlook(
      request: request, order: order, token: token, window: window, sample: sample, expected: expected,
      conditions: conditions, selectivity: try await selectivity(question, in: sample, queryables),
      most: request.collections.map { sample.count($0) } ?? sample.total, mostIndexed: holding.min())
    let isFoundByIndex = outlook.indexed.map { $0 <= max(2 * Double(countLimit), Self.mostCounted) } ?? false
    let isCountable =
      isFoundByIndex || outlook.isPointed
      || min(Double(countLimit), outlook.matches) / outlook.share < Self.mostCounted
    guard order.isByDatetime, !outlook.isPointed else {
      let ordering = try await ordering(outlook, indexes: indexes)
      return SearchExpectation(
        outlook: outlook, strategy: ordering == nil ? outlook.strategyOutOfTime : .sorted,
        isFoundByIndex: isFoundByIndex, isCountable: isCountable, ordering: ordering)
    }
    // The first page alone is counted with what it reads, where it is not walked.
    let isFirst = request.token == nil && counting == .quick
    let isCounted = isFirst && countLimit > 0 && isCountable && outlook.matches <= Double(countLimit)
    let costs = outlook.costs(counted: isCounted ? countLimit : nil)
    // Identifiers have an index, and so have properties for conditions that it is not known of here. That of place and time
    // serves with others, as long as none leads to nearly all.
    let mayHaveBetter =
      conditions.contains { !indexed.contains($0) && !$0.namedProperties.isDisjoint(with: names.union(["id"])) }
      || indexed.isEmpty && !conditions.isEmpty && window.boxes != nil
    let strategy = costs.best(
      hasPlace: window.boxes != nil, mayHaveBetter: mayHaveBetter, indexed: outlook.indexed)
    return SearchExpectation(
      outlook: outlook, strategy: strategy, isFoundByIndex: isFoundByIndex, isCountable: isCountable,
      looked: costs.looked)
  }

  /// How a search in the order of a property is best come by; nil where what matches is fetched and sorted.
  private func ordering(
    _ outlook: SearchOutlook, indexes: [String: String]
  ) async throws(StoreError) -> PropertyOrdering? {
    let (request, order, window) = (outlook.request, outlook.order, outlook.window)
    let (expected, sample, selectivity) = (outlook.expected, outlook.sample, outlook.share)
    guard !outlook.isPointed, let (property, kind) = order.property else { return nil }
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
      return CatalogSample(counts: counts, keys: keys, places: places, holders: try PropertyHolders(on: session))
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
