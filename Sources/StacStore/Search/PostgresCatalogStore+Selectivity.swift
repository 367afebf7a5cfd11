import CQL2
import Postgres
import StacModel
import StacSearch

/// What share of items meets conditions on their properties.
struct Selectivity: Sendable {
  let share: Double
  /// What share meets those of them alone that indexes over properties serve, nil where there are none.
  let indexed: Double?

  static let all = Selectivity(share: 1, indexed: nil)
}

extension PostgresCatalogStore {
  /// The share of items that meet conditions on their properties, looked at in a sample once in a while.
  func selectivity(
    _ question: SelectivityMemory.Question, in sample: CatalogSample, _ queryables: Queryables
  ) async throws(StoreError) -> Selectivity {
    if question.conditions.isEmpty, question.freeText == nil { return .all }
    let searched = question.collections.map { sample.count($0) } ?? sample.total
    if let known = memory.selectivities.share(question, among: searched) { return known }
    let isSmall = sample.isSmall(question.collections)
    let count = isSmall ? searched : sample.total
    let hasMany = isSmall ? count > 1_024 : count > 2 * CatalogSample.size
    // Most of what the larger sample costs is unpacking properties: where a smaller one holds enough, it is enough.
    let parts = hasMany ? [8, 1] : [1]
    let statements = try Self.parameter { () throws(ParameterError) in
      // An index leads to what matches of few items; at worst it is looked for among as many as a sample holds.
      if isSmall, question.isIndexed, count <= CatalogSample.size {
        return [try Self.countStatement(question, queryables, in: sample, of: count)]
      }
      return try parts.map { part throws(ParameterError) in
        try Self.selectivityStatement(question, queryables, in: sample, isSmall: isSmall, part: part)
      }
    }
    let settled = try await settled(statements)
    let found = try await read { session throws(PostgresError) -> Selectivity in
      var found = Selectivity.all
      for statement in settled {
        guard let row = try session.query(statement).first else { return .all }
        let (matches, all) = (Double(try row.integer(0)), Double(try row.integer(1)))
        func share(_ number: Double) -> Double { all == 0 ? 0.1 : max(number, 0.3) / all }
        let indexed = question.isIndexed ? matches : row.isNull(2) ? nil : Double(try row.integer(2))
        found = Selectivity(share: share(matches), indexed: indexed.map(share))
        if matches >= Self.enoughMatches { break }
      }
      return found
    }
    memory.selectivities.remember(found, for: question, among: searched)
    return found
  }

  /// How many matches in a sample tell their share well enough: to some 15 % (one standard deviation).
  private static let enoughMatches = 40.0

  /// What matches in collections that hold `all` items, beside their number.
  private static func countStatement(
    _ question: SelectivityMemory.Question, _ queryables: Queryables, in sample: CatalogSample, of all: Int
  ) throws(ParameterError) -> SQL {
    let condition = try condition(question, queryables, .items)
    let items = try items(of: question, queryables, in: sample, where: condition, size: all)
    return "SELECT count(*), \(Int64(all))::int8 FROM (SELECT FROM \(items)) i"
  }

  /// - Parameter part: 1 for the whole sample, 8 for an eighth of it.
  private static func selectivityStatement(
    _ question: SelectivityMemory.Question, _ queryables: Queryables, in sample: CatalogSample, isSmall: Bool, part: Int
  ) throws(ParameterError) -> SQL {
    let matches = try condition(question, queryables, .itemsWithoutPlace)
    let indexed: SQL =
      try question.indexed.isEmpty || question.isIndexed
      ? "NULL::int8" : "count(*) FILTER (WHERE \(all(question.indexed, queryables, .itemsWithoutPlace)))"
    let counts: SQL = "count(*) FILTER (WHERE \(matches)), count(*), \(indexed)"
    let size = CatalogSample.size / part
    guard isSmall else {
      let within = try within(question, queryables, .items)
      return """
        SELECT \(counts) FROM gnomon.items i \(Self.sampled(of: sample.total, rows: size)) WHERE \(within)
        """
    }
    // A sample of all items would hold none of a collection that is small among them: it is looked at itself.
    // Those of an eighth are drawn by their identifiers, since the first ones are like each other.
    let drawn: SQL = part == 1 ? "true" : "hashtext(i.id) % \(part) = 0"
    let items = try items(of: question, queryables, in: sample, where: drawn, size: size)
    return "SELECT \(counts) FROM (SELECT i.* FROM \(items)) i"
  }

  /// What stands behind FROM for some items of a question's collections: of several each has its share of them.
  private static func items(
    of question: SelectivityMemory.Question, _ queryables: Queryables, in sample: CatalogSample, where condition: SQL,
    size: Int
  ) throws(ParameterError) -> SQL {
    guard let collections = question.collections, collections.count > 1 else {
      return """
        gnomon.items i WHERE \(try within(question, queryables, .items)) AND (\(condition)) LIMIT \(Int64(size))
        """
    }
    let portions = sample.portions(of: collections, size: size)
    return """
      unnest(\(SQL.Bind.integerArray(portions.map { Int64($0.key) }))::int4[], \
      \(SQL.Bind.integerArray(portions.map { Int64($0.count) }))) searched (key, count) CROSS JOIN LATERAL \
      (SELECT * FROM gnomon.items i WHERE \(try within(question, queryables, .itemsOfEach)) AND (\(condition)) \
      LIMIT searched.count) i
      """
  }

  /// The conditions of a question.
  private static func condition(
    _ question: SelectivityMemory.Question, _ queryables: Queryables, _ columns: FilterColumns
  ) throws(ParameterError) -> SQL {
    let condition = try all(question.conditions, queryables, columns)
    return question.freeText.map { "\(condition) AND \(FreeTextCondition($0).sql)" } ?? condition
  }

  private static func all(
    _ conditions: [Expression], _ queryables: Queryables, _ columns: FilterColumns
  ) throws(ParameterError) -> SQL {
    try PropertyConditions.sql(
      .operation(.and, conditions + [.boolean(true), .boolean(true)]), on: columns, queryables)
  }

  /// What holds for all items that a question is asked of.
  private static func within(
    _ question: SelectivityMemory.Question, _ queryables: Queryables, _ columns: FilterColumns
  ) throws(ParameterError) -> SQL {
    try SearchConditions(SearchRequest(collections: question.collections), queryables: queryables, columns: columns)
      .condition
  }
}
