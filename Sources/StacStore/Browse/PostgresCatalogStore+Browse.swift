import Postgres
public import StacModel

extension PostgresCatalogStore {
  public func browsedCollections(limit: Int, after: String?) async throws(StoreError) -> [BrowsedCollection] {
    try await read { session throws(PostgresError) in
      var query: SQL = """
        SELECT id, CASE jsonb_typeof(properties -> 'title') WHEN 'string' THEN properties ->> 'title' END \
        FROM gnomon.collections
        """
      if let after { query += " WHERE id > \(after)" }
      query += " ORDER BY id LIMIT \(limit)"
      return try session.query(query).map { row throws(PostgresError) in
        BrowsedCollection(id: try row.text(0), title: row.isNull(1) ? nil : try row.text(1))
      }
    }
  }

  public func years(ofCollection collection: String) async throws(StoreError) -> [Int] {
    let starts = try await starts(of: .year, collection: collection, from: nil, before: nil)
    return starts.map(\.year)
  }

  public func months(ofCollection collection: String, year: Int) async throws(StoreError) -> [CalendarMonth] {
    guard 0...9_999 ~= year else { return [] }
    let starts = try await starts(
      of: .month, collection: collection, from: CalendarMonth.instant(year, 1),
      before: CalendarMonth.instant(year + 1, 1))
    return starts.compactMap { CalendarMonth(year: $0.year, month: $0.numbers.month) }
  }

  public func days(ofCollection collection: String, month: CalendarMonth) async throws(StoreError) -> [CalendarDay] {
    let starts = try await starts(of: .day, collection: collection, from: month.start, before: month.end)
    return starts.compactMap { CalendarDay(month, day: $0.numbers.day) }
  }

  public func items(
    ofCollection collection: String, from start: Timestamp, before end: Timestamp, after place: BrowsePlace?,
    limit: Int
  ) async throws(StoreError) -> [BrowsedItem] {
    try await inCollection(collection) { session, key throws(PostgresError) in
      var query: SQL = """
        SELECT i.id, i.datetime, CASE jsonb_typeof(i.properties -> 'title') WHEN 'string' THEN \
        i.properties ->> 'title' END FROM gnomon.items i WHERE i.collection_key = \(key)::int4 \
        AND i.datetime >= \(timestamp: start) AND i.datetime < \(timestamp: end)
        """
      if let place { query += " AND (i.datetime, i.id) > (\(timestamp: place.datetime), \(place.id))" }
      query += " ORDER BY i.datetime, i.id LIMIT \(limit)"
      return try session.query(query).map { row throws(PostgresError) in
        let id = try row.text(0)
        return BrowsedItem(
          id: id, title: row.isNull(2) ? nil : try row.text(2),
          place: BrowsePlace(datetime: Timestamp(microseconds: try row.timestamp(1)), id: id))
      }
    }
  }

  private enum Span {
    case year
    case month
    case day

    var name: SQL {
      switch self {
      case .year: "'year'"
      case .month: "'month'"
      case .day: "'day'"
      }
    }

    var step: SQL { "('1 ' || \(name))::interval" }
  }

  /// The first instants of the years, months or days that have items, by one step through the index for each.
  private func starts(
    of span: Span, collection: String, from: Timestamp?, before: Timestamp?
  ) async throws(StoreError) -> [Timestamp] {
    try await inCollection(collection) { session, key throws(PostgresError) in
      var bound: SQL = ""
      if let before { bound = " AND i.datetime < \(timestamp: before)" }
      let first: SQL = from.map { " AND i.datetime >= \(timestamp: $0)" } ?? ""
      let next: SQL = " AND i.datetime >= (s.start AT TIME ZONE 'UTC' + \(span.step)) AT TIME ZONE 'UTC'"
      let earliest = { (lower: SQL) -> SQL in
        """
        (SELECT date_trunc(\(span.name), i.datetime, 'UTC') FROM gnomon.items i \
        WHERE i.collection_key = \(key)::int4\(lower)\(bound) ORDER BY i.datetime LIMIT 1)
        """
      }
      let rows = try session.query(
        """
        WITH RECURSIVE starts (start) AS (SELECT \(earliest(first)) UNION ALL SELECT \(earliest(next)) \
        FROM starts s WHERE s.start IS NOT NULL) SELECT start FROM starts WHERE start IS NOT NULL ORDER BY start
        """)
      return try rows.map { row throws(PostgresError) in Timestamp(microseconds: try row.timestamp(0)) }
    }
  }

  /// Runs a body with the key of a collection; ``StoreError/notFound(_:)`` where there is none.
  func inCollection<Result: Sendable>(
    _ id: String, _ body: @Sendable (isolated PostgresSession, Int64) throws(PostgresError) -> Result
  ) async throws(StoreError) -> Result {
    let result = try await read { session throws(PostgresError) -> Result? in
      let rows = try session.query("SELECT key FROM gnomon.collections WHERE id = \(id)", plan: .generic)
      guard let key = try rows.first?.integer(0) else { return nil }
      return try body(session, key)
    }
    guard let result else { throw .notFound("collection '\(id)'") }
    return result
  }
}

extension Timestamp {
  /// The month, 1 to 12, and the day of the month in UTC.
  fileprivate var numbers: (month: Int, day: Int) {
    let digits = description.prefix { $0 != "T" }.split(separator: "-").compactMap { Int($0) }
    return digits.count == 3 ? (digits[1], digits[2]) : (1, 1)
  }
}
