import CQL2
import Foundation
import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

/// The plans of the searches that a catalog answers all day.
@Suite(.ownDatabases) struct HotSearchTests {
  /// A search, how it is come by, and the index that each of its branches reads.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let request: SearchRequest
    let strategy: SearchStrategy
    let indexes: [String]
    var order = SearchOrder.newestFirst
    /// What the condition of an index is over, as PostgreSQL writes it.
    var inIndex: String?
    var token: PageToken?
    /// What cuts the time of several collections.
    var cuts: [Timestamp] = []
  }

  @Test(arguments: try cases())
  func `Reads the index that is meant for it`(search: Case) async throws {
    let catalog = try await Self.filled.value
    let plan = try SearchPlan(
      search.request, strategy: search.strategy, token: search.token, order: search.order,
      queryables: Queryables(definitions: [], allowsOthers: true), cuts: search.cuts)
    for page in plan.pages {
      let lines = try await catalog.pool.withSession { session throws(PostgresError) in
        try session.query("EXPLAIN \(page)", plan: plan.mode).map { row throws(PostgresError) in try row.text(0) }
      }
      let text = lines.joined(separator: "\n")
      let read = Set(lines.compactMap(Self.index))
      #expect(Set(search.indexes).isSubset(of: read), "\(text)")
      #expect(read.isSubset(of: search.indexes + ["collections_id_key", "collections_pkey"]), "\(text)")
      #expect(!text.contains("Seq Scan on items"), "\(text)")
      // What is read in order stops at a full page, where what is fetched by a bitmap is all there is.
      #expect(search.strategy.isPlannedForValues || !text.contains("Bitmap Heap Scan on items"), "\(text)")
      // Nothing is sorted between each collection's index and its limit.
      for (parent, line) in zip(lines, lines.dropFirst()) where [.walkEach, .inTurn].contains(search.strategy) {
        #expect(!line.contains("on items i") || parent.contains("Limit"), "\(text)")
      }
      #expect(search.strategy != .sorted || !text.contains("Sort  ("), "\(text)")
      if let inIndex = search.inIndex {
        #expect(lines.contains { $0.contains("Index Cond: ") && $0.contains(inIndex) }, "\(text)")
      }
    }
  }

  @Test(arguments: ["1899-01-01T00:00:00Z", "2100-06-01T00:00:00Z", "2021-01-01T00:00:00Z"], [true, false])
  func `Finds items of one instant, or beyond the years that the index tells apart`(
    start: String, isOneInstant: Bool
  ) async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    let first = try #require(Timestamp(start))
    let items = try (0..<1_080).map { number in
      let hours = isOneInstant ? 0 : Int64(number) * 3_600_000_000
      let time = Timestamp(microseconds: first.microseconds + hours)
      let place = number < 80 ? "1,1" : "\(50 + number % 30),50"
      return try CatalogFixture.item(
        "i\(String(number + 10_000))", in: "a", geometry: #"{"type":"Point","coordinates":[\#(place)]}"#,
        properties: #"{"datetime":"\#(time)"}"#)
    }
    try await catalog.store.upsert(items.shuffled())
    let expected = (0..<80).map { "i\($0 + 10_000)" }
    for direction in [SortKey.Direction.ascending, .descending] {
      // A store of its own, which draws its sample of what is there now.
      let store = try await PostgresCatalogStore(pool: catalog.pool)
      var request = SearchRequest(
        collections: ["a"], boundingBox: try BoundingBox(parsing: "0,0,2,2"),
        sortBy: [SortKey(property: "datetime", direction: direction)], limit: 7)
      var found: [String] = []
      repeat {
        let page = try await store.search(request)
        found += page.documents.map(\.id)
        request.token = page.next
      } while request.token != nil && found.count < 200
      #expect(found == (direction == .ascending ? expected : expected.reversed()))
    }
  }

  /// The name of the index that a line of a plan reads.
  private static func index(_ line: String) -> String? {
    guard let range = line.range(of: "using ") ?? line.range(of: "Bitmap Index Scan on ") else { return nil }
    return line[range.upperBound...].split(separator: " ").first.map(String.init)
  }

  static func cases() throws -> [Case] {
    let box = try BoundingBox(parsing: "10,10,12,12")
    let years = try DatetimeInterval(parsing: "2001-01-01T00:00:00Z/2003-01-02T00:00:00Z")
    let byIdentifier = try SearchOrder([SortKey(property: "id", direction: .ascending)], queryables: .none)
    let byCollection = try SearchOrder(
      [SortKey(property: "collection", direction: .ascending)], queryables: .none)
    let cover = "items_property_db02f0b0b31f0397d2d704a0_number"
    let queryables = Queryables(
      definitions: [PropertyDefinition(name: "eo:cloud_cover", type: .number, schema: [:], isSortable: true)],
      allowsOthers: true)
    let clearest = try SearchOrder([SortKey(property: "eo:cloud_cover", direction: .ascending)], queryables: queryables)
    let cloudiest = try SearchOrder(
      [SortKey(property: "eo:cloud_cover", direction: .descending)], queryables: queryables)
    return [
      Case(
        testDescription: "everything", request: SearchRequest(), strategy: .walk, indexes: ["items_datetime"]),
      Case(
        testDescription: "a collection", request: SearchRequest(collections: ["c3"]), strategy: .walk,
        indexes: ["items_collection_datetime"]),
      Case(
        testDescription: "a collection in some years", request: SearchRequest(collections: ["c3"], datetime: years),
        strategy: .walk, indexes: ["items_collection_datetime", "items_collection_stretches"]),
      Case(
        testDescription: "a large box", request: SearchRequest(collections: ["c3"], boundingBox: box), strategy: .walk,
        indexes: ["items_collection_datetime"], inIndex: "st_ymin"),
      Case(
        testDescription: "a large box in some years of all collections",
        request: SearchRequest(boundingBox: box, datetime: years), strategy: .walk,
        indexes: ["items_datetime", "items_stretches"], inIndex: "st_ymin"),
      Case(
        testDescription: "a large box in several collections",
        request: SearchRequest(collections: ["c3", "c4"], boundingBox: box), strategy: .walkAmongOthers,
        indexes: ["items_datetime"], inIndex: "st_ymin"),
      Case(
        testDescription: "a large box in some years of several collections",
        request: SearchRequest(collections: ["c3", "c4"], boundingBox: box, datetime: years),
        strategy: .walkAmongOthers,
        indexes: ["items_datetime", "items_stretches"], inIndex: "st_ymin"),
      Case(
        testDescription: "several collections", request: SearchRequest(collections: ["c3", "c4"]), strategy: .walkEach,
        indexes: ["items_collection_datetime"], inIndex: "(collection_key = c.key)"),
      Case(
        testDescription: "a page within several collections", request: SearchRequest(collections: ["c3", "c4"]),
        strategy: .walkEach, indexes: ["items_collection_datetime"], inIndex: "ROW(datetime, id) < ROW(",
        token: PageToken(direction: .forward, order: "", values: ["1000000000000000", "3", "i77"])),
      Case(
        testDescription: "stretches of several collections",
        request: SearchRequest(collections: ["c3", "c4"], boundingBox: box, filter: try Filter(text: "p = 'a'")),
        strategy: .walkEach, indexes: ["items_collection_datetime"], inIndex: "datetime",
        cuts: ["2004-01-01T00:00:00Z", "2003-01-01T00:00:00Z"].compactMap { Timestamp($0) }),
      Case(
        testDescription: "several collections by identifier", request: SearchRequest(collections: ["c3", "c4"]),
        strategy: .walkEach, indexes: ["items_pkey"],
        order: byIdentifier),
      Case(
        testDescription: "years of several collections by identifier",
        request: SearchRequest(collections: ["c3", "c4"], datetime: years), strategy: .walkEach,
        indexes: ["items_pkey"], order: byIdentifier),
      Case(
        testDescription: "a day of several collections by identifier",
        request: SearchRequest(
          collections: ["c3", "c4"],
          datetime: try DatetimeInterval(parsing: "2003-01-01T00:00:00Z/2003-01-02T00:00:00Z")),
        strategy: .fetched, indexes: ["items_datetime", "items_stretches"], order: byIdentifier),
      Case(
        testDescription: "one collection after the other", request: SearchRequest(datetime: years), strategy: .inTurn,
        indexes: ["items_collection_datetime", "items_collection_stretches"],
        order: byCollection, inIndex: "datetime"),
      Case(
        testDescription: "a page within one collection after the other", request: SearchRequest(), strategy: .inTurn,
        indexes: ["items_collection_datetime"], order: byCollection, inIndex: "ROW(datetime, id) < ROW(",
        token: PageToken(direction: .forward, order: "", values: ["c3", "1000000000000000", "3", "i77"])),
      Case(
        testDescription: "one collection after the other, by identifier", request: SearchRequest(datetime: years),
        strategy: .inTurn, indexes: ["items_pkey"],
        order: try SearchOrder(
          ["collection", "id"].map { SortKey(property: $0, direction: .ascending) }, queryables: .none)),
      Case(
        testDescription: "most collections by identifier",
        request: SearchRequest(collections: (1...19).map { "c\($0)" }, datetime: years), strategy: .walk,
        indexes: ["items_id"], order: byIdentifier),
      Case(
        testDescription: "a large box in some years of each of several collections",
        request: SearchRequest(collections: ["c3", "c4"], boundingBox: box, datetime: years), strategy: .walkEach,
        indexes: ["items_collection_datetime", "items_collection_stretches"], inIndex: "st_ymin"),
      Case(
        testDescription: "a small box in several collections",
        request: SearchRequest(collections: ["c3", "c4"], boundingBox: box), strategy: .nearest,
        indexes: ["items_space_time"]),
      Case(
        testDescription: "a small box", request: SearchRequest(collections: ["c3"], boundingBox: box),
        strategy: .nearest, indexes: ["items_space_time"]),
      Case(
        testDescription: "a small box in all collections", request: SearchRequest(boundingBox: box), strategy: .nearest,
        indexes: ["items_space_time"]),
      Case(
        testDescription: "a small box in some years",
        request: SearchRequest(collections: ["c3"], boundingBox: box, datetime: years), strategy: .nearest,
        indexes: ["items_space_time", "items_stretches_space_time"]),
      Case(
        testDescription: "properties of a collection's items",
        request: SearchRequest(collections: ["c3"], filter: try Filter(text: "p = 'a' AND q < 3 AND s = 'b'")),
        strategy: .walk, indexes: ["items_collection_datetime"]),
      Case(
        testDescription: "properties of items in a small box",
        request: SearchRequest(
          collections: ["c3"], boundingBox: box, filter: try Filter(text: "p = 'a' AND q < 3 AND s = 'b'")),
        strategy: .nearest, indexes: ["items_space_time"]),
      Case(
        testDescription: "properties and time by a filter",
        request: SearchRequest(
          collections: ["c3"], filter: try Filter(text: "p = 'a' AND datetime < TIMESTAMP('2002-01-01T00:00:00Z')")),
        strategy: .walk, indexes: ["items_collection_datetime"]),
      Case(
        testDescription: "identifiers", request: SearchRequest(ids: ["i77", "i78"]), strategy: .planned,
        indexes: ["items_id"]),
      Case(
        testDescription: "the clearest of a collection", request: SearchRequest(collections: ["c3"]),
        strategy: .sorted, indexes: [cover], order: clearest),
      Case(
        testDescription: "the cloudiest of all", request: SearchRequest(), strategy: .sorted, indexes: [cover],
        order: cloudiest),
    ]
  }

  /// A catalog that all cases share.
  // Detached, for the test that asks first does not own it.
  private static let filled = Task.detached {
    let catalog = try await CatalogFixture()
    try await catalog.pool.withSession { session throws(PostgresError) in
      try session.run(unsafeScript: filling)
    }
    return catalog
  }

  /// 20,000 items in 20 collections, of the size that items have, one in a thousand of them a stretch of time.
  private static let filling = """
    INSERT INTO gnomon.collections (id, links_position, document) SELECT 'c' || n, 1, '{}' FROM generate_series(1, 20) n;
    INSERT INTO gnomon.items
      (collection_key, id, datetime, start_datetime, end_datetime, geometry, properties, links_position, packed)
    SELECT n % 20 + 1, 'i' || n, t, t, CASE WHEN n % 1000 = 0 THEN t + interval '1 day' ELSE t END,
      ST_SetSRID(ST_MakePoint(n * 7919 % 360 - 180, n::bigint * 104729 % 180 - 90), 4326),
      jsonb_build_object('eo:cloud_cover', n % 101), 1, decode(repeat(md5(n::text), 125), 'hex')
    FROM generate_series(1, 20000) n, LATERAL (SELECT timestamptz '2000-01-01' + n * interval '2 hours' AS t) x;
    ANALYZE gnomon.items
    """
}
