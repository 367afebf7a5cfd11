import CQL2
import Postgres
import StacModel
public import StacSearch

extension PostgresCatalogStore {
  public func aggregate(_ request: AggregationRequest) async throws(StoreError) -> [AggregationResult] {
    let queryables = try await searchQueryables(request.search)
    let condition = try Self.parameter { () throws(ParameterError) in
      try SearchConditions(request.search, queryables: queryables).condition
    }
    let settled = try await settled([condition])
    let search = request.search
    let whole = search.asksForWholeCollections ? AggregationPlan.WholeCollections(ids: search.collections) : nil
    var results: [AggregationResult] = []
    for aggregation in request.aggregations {
      let plan = AggregationPlan(
        aggregation: aggregation, condition: settled[0], whole: whole, queryables: queryables)
      results.append(try await result(plan))
    }
    return results
  }

  private func result(_ plan: AggregationPlan) async throws(StoreError) -> AggregationResult {
    let name = plan.aggregation.name
    switch plan.aggregation.kind {
    case .totalCount:
      let count = try await rows(plan.total) { row throws(PostgresError) in try row.integer(0) }.first ?? 0
      return AggregationResult(name: name, dataType: "integer", value: .init(count))
    case .minimum(let property): return try await extreme(plan, property) { $0.least }
    case .maximum(let property): return try await extreme(plan, property) { $0.greatest }
    case .frequency("collection"): return try await counted(plan, plan.terms(Self.collectionOfItem), "string")
    case .frequency(let property): return try await frequency(plan, property)
    case .centroids(let grid):
      let precision = plan.aggregation.precision ?? grid.usualPrecision
      return try await counted(plan, plan.cells(grid, precision: precision), "string")
    }
  }

  private static let collectionOfItem: SQL =
    "(SELECT c.id FROM gnomon.collections c WHERE c.key = i.collection_key)"

  /// The least and the greatest value of a property.
  private struct ValueRange: Sendable {
    let kind: SearchOrder.Kind
    let least: String?
    let greatest: String?
    let count: Int
  }

  /// The ranges of the kinds of values that the items found have; one without values where they have none.
  private func ranges(_ plan: AggregationPlan, _ property: String) async throws(StoreError) -> [ValueRange] {
    let kinds = try Self.parameter { () throws(ParameterError) in try plan.kinds(of: property) }
    var ranges: [ValueRange] = []
    for kind in kinds {
      let value = try Self.parameter { () throws(ParameterError) in try plan.value(of: property, as: kind) }
      ranges += try await rows(plan.range(of: value, as: kind)) { row throws(PostgresError) in
        ValueRange(
          kind: kind, least: row.isNull(0) ? nil : try row.text(0), greatest: row.isNull(1) ? nil : try row.text(1),
          count: Int(try row.integer(2)))
      }
    }
    let filled = ranges.filter { $0.count > 0 }
    return filled.isEmpty ? Array(ranges.prefix(1)) : filled
  }

  private func extreme(
    _ plan: AggregationPlan, _ property: String, _ choose: (ValueRange) -> String?
  ) async throws(StoreError) -> AggregationResult {
    guard let range = try await ranges(plan, property).first else {
      return AggregationResult(name: plan.aggregation.name, dataType: "string", value: .null)
    }
    let value = choose(range).map { range.kind.json($0) } ?? .null
    return AggregationResult(name: plan.aggregation.name, dataType: range.kind.dataType, value: value)
  }

  private func frequency(_ plan: AggregationPlan, _ property: String) async throws(StoreError) -> AggregationResult {
    if plan.queryables[property]?.holdsArrays == true {
      return try await counted(plan, plan.elements(property), "string")
    }
    let ranges = try await ranges(plan, property)
    guard let range = ranges.first, ranges.count == 1 else {
      // Values of several types have no common range; each is counted by its text.
      let value = try Self.parameter { () throws(ParameterError) in try plan.text(of: property) }
      return try await counted(plan, plan.terms(value), "string")
    }
    let value = try Self.parameter { () throws(ParameterError) in try plan.value(of: property, as: range.kind) }
    switch range.kind {
    case .timestamp:
      let unit = plan.aggregation.interval ?? CalendarUnit(from: range.least, to: range.greatest)
      var result = try await counted(plan, plan.calendar(value, unit: unit), "interval_\(unit.rawValue)")
      result.buckets = result.buckets?.map { .init(key: Self.instant($0.key), frequency: $0.frequency) }
      return result
    case .number:
      let histogram = Histogram(
        definition: plan.queryables[property], least: range.least.flatMap(Double.init) ?? 0,
        greatest: range.greatest.flatMap(Double.init) ?? 0)
      let statement = plan.histogram(
        value, start: histogram.start, width: histogram.width, count: histogram.count)
      var result = try await counted(plan, statement, "numeric")
      result.buckets = result.buckets?.map { histogram.bucket(Int($0.key) ?? 0, frequency: $0.frequency) }
      return result
    case .boolean: return try await counted(plan, plan.terms(value), "boolean")
    case .text, .key: return try await counted(plan, plan.terms(value), "string")
    }
  }

  /// Runs a statement whose rows are a key, a count, and the sum of all counts.
  private func counted(
    _ plan: AggregationPlan, _ statement: SQL, _ dataType: String
  ) async throws(StoreError) -> AggregationResult {
    let found = try await rows(statement) { row throws(PostgresError) in
      (try row.text(0), Int(try row.integer(1)), Int(try row.integer(2)))
    }
    let buckets = found.map { AggregationResult.Bucket(key: $0.0, frequency: $0.1) }
    let total = found.first?.2 ?? 0
    return AggregationResult(
      name: plan.aggregation.name, dataType: dataType, buckets: buckets,
      overflow: total - buckets.reduce(0) { $0 + $1.frequency })
  }

  private func rows<Value: Sendable>(
    _ statement: SQL, _ read: @Sendable (Row) throws(PostgresError) -> Value
  ) async throws(StoreError) -> [Value] {
    try await self.read { session throws(PostgresError) in
      try session.query(statement).map { row throws(PostgresError) in try read(row) }
    }
  }

  private static func instant(_ microseconds: String) -> String {
    Timestamp(microseconds: Int64(microseconds) ?? 0).description
  }
}

extension SearchOrder.Kind {
  fileprivate var dataType: String {
    switch self {
    case .timestamp: "datetime"
    case .number, .key: "numeric"
    case .text: "string"
    case .boolean: "boolean"
    }
  }

  /// A value that a statement gave as text.
  fileprivate func json(_ text: String) -> JSONValue {
    switch self {
    case .timestamp: .string(Timestamp(microseconds: Int64(text) ?? 0).description)
    case .number, .key: (try? JSONParser.parse(text)) ?? .null
    case .text: .string(text)
    case .boolean: .bool(text == "true")
    }
  }
}

extension PropertyDefinition {
  /// Whether the values are arrays, by the declaration or by the data.
  fileprivate var holdsArrays: Bool { type == .array || type == .any && jsonTypes.contains(.array) }
}

extension GeographicGrid {
  /// The fineness where none is asked for: cells of about a thousand kilometres.
  fileprivate var usualPrecision: Int { self == .geohash ? 2 : 5 }
}

extension CalendarUnit {
  /// The finest unit that cuts a stretch of time into not more than about sixty buckets.
  init(from least: String?, to greatest: String?) {
    let seconds = Double((Int64(greatest ?? "") ?? 0) - (Int64(least ?? "") ?? 0)) / 1_000_000
    let lengths: [(CalendarUnit, Double)] = [
      (.second, 1), (.minute, 60), (.hour, 3_600), (.day, 86_400), (.month, 2_629_746),
    ]
    self = lengths.first { seconds / $0.1 <= 60 }?.0 ?? .year
  }
}
