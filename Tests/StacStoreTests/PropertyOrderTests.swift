import CQL2
import Postgres
import StacModel
import StacSearch
import StacStore
import Synchronization
import TestSupport
import Testing

/// Orders by a property that has an index, whichever way they are come by.
@Suite(.ownDatabases) struct PropertyOrderTests {
  /// 4,000 items all over the world, small and large, instants and stretches, with values that many, few or no items have.
  // Detached, for the test that asks first does not own it.
  private static let catalog = Task.detached {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    let items = try (0..<4_000).map { number in
      let (x, y) = (Double(number * 7_919 % 3_600) / 10 - 180, Double(number * 104_729 % 1_700) / 10 - 85)
      let size = number % 50 == 0 ? 20.0 : number % 7 == 0 ? 2.5 : 0.5
      let (east, north) = (min(180, x + size), min(90, y + size))
      let time = Timestamp(microseconds: 1_500_000_000_000_000 + Int64(number % 900) * 86_400_000_000)
      let end = Timestamp(microseconds: time.microseconds + 5 * 86_400_000_000)
      let datetime =
        number % 9 == 0
        ? #""datetime":null,"start_datetime":"\#(time)","end_datetime":"\#(end)""# : #""datetime":"\#(time)""#
      let cover =
        number % 11 == 0 ? "" : #","eo:cloud_cover":\#(number % 3 == 0 ? 0 : Double(number % 1_000) / 10 - 5)"#
      let platform = number % 13 == 0 ? "" : #","platform":"\#(["x", "y", "z\(number % 700)"][number % 3])""#
      return try CatalogFixture.item(
        "i\(number)", in: number % 5 == 0 ? "b" : "a",
        geometry: """
          {"type":"Polygon","coordinates":[[[\(x),\(y)],[\(east),\(y)],[\(east),\(north)],[\(x),\(north)],[\(x),\(y)]]]}
          """, properties: "{\(datetime)\(cover)\(platform)}")
    }
    try await catalog.store.upsert(items)
    for property in ["eo:cloud_cover", "platform"] {
      _ = try await PropertyIndexes(pool: catalog.pool).add(property)
    }
    return catalog
  }

  /// A search, and whether it is come by in the cells of its place.
  struct Case: Sendable, CustomTestStringConvertible {
    let box: String?
    let time: String?
    let collections: [String]?

    var testDescription: String { "\(box ?? "anywhere"), \(time ?? "at any time"), \(collections ?? ["all"])" }

    func request(_ property: String, _ direction: SortKey.Direction, limit: Int) throws -> SearchRequest {
      SearchRequest(
        collections: collections, boundingBox: try box.map { try BoundingBox(parsing: $0) },
        datetime: try time.map { try DatetimeInterval(parsing: $0) },
        sortBy: [SortKey(property: property, direction: direction)], limit: limit)
    }
  }

  @Test(
    arguments: [
      Case(box: "-40,-40,60,50", time: nil, collections: nil),
      Case(box: "170,-60,-150,60", time: "2017-09-01T00:00:00Z/2019-06-01T00:00:00Z", collections: ["a"]),
      Case(box: "0,0,40,40", time: "2018-01-01T00:00:00Z/..", collections: ["a", "b"]),
      Case(box: nil, time: "../2018-06-01T00:00:00Z", collections: ["b"]), Case(box: nil, time: nil, collections: nil),
      Case(box: "10,10,10.2,10.2", time: nil, collections: nil),
      Case(box: "-180,-90,180,90", time: nil, collections: nil),
    ], ["eo:cloud_cover", "platform"])
  func `Pages both ways are the parts of what is fetched whole and sorted`(search: Case, property: String)
    async throws
  {
    let catalog = try await Self.catalog.value
    let store = try await PostgresCatalogStore(pool: catalog.pool)
    for direction in [SortKey.Direction.ascending, .descending] {
      let whole = try await store.search(try search.request(property, direction, limit: 10_000)).documents.map(\.id)
      var request = try search.request(property, direction, limit: 17)
      var found: [String] = []
      var pages: [[String]] = []
      var last: SearchPage
      repeat {
        last = try await store.search(request)
        pages.append(last.documents.map(\.id))
        found += pages[pages.count - 1]
        request.token = last.next
      } while request.token != nil && found.count <= whole.count
      #expect(found == whole)
      while let token = last.previous {
        pages.removeLast()
        request.token = token
        last = try await store.search(request)
        #expect(last.documents.map(\.id) == pages.last)
      }
      #expect(pages.count == 1)
    }
  }

  @Test func `Values that came after the sample are found between those that it knows`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    // A thousand in a place, a third of which have one value, and forty thousand elsewhere.
    try await catalog.run(
      Self.filling(1_000, "n % 110 / 10.0, n % 11", "CASE WHEN n % 3 = 0 THEN 50 ELSE n % 103 - 1 END", named: "p")
        + Self.filling(40_000, "n % 300 - 170, n % 80 - 85", "n % 100", named: "q") + Self.shuffling)
    let statements = RecordedStatements()
    let pool = PostgresPool(connectionURL: catalog.url, observer: statements)
    let store = try await PostgresCatalogStore(pool: pool)
    var request = SearchRequest(
      boundingBox: try BoundingBox(parsing: "0,0,11,11"),
      sortBy: [SortKey(property: "eo:cloud_cover", direction: .ascending)], limit: 20)
    _ = try await store.search(request)
    #expect(statements.texts.withLock { $0.contains { $0.contains("gnomon.cell(") } })
    try await catalog.run(
      Self.filling(60, "5, 5", "49.97 + n / 1000.0", named: "late")
        + Self.filling(9, "6, 6", "(ARRAY[-7, 8.5, 9.5, 10.5, 99.5, 100.5, 101.5, 1000, 1e9])[n]", named: "odd"))
    for direction in [SortKey.Direction.ascending, .descending] {
      let order = direction == .ascending ? "" : "DESC"
      let wanted = try await catalog.pool.withSession { session throws(PostgresError) in
        try session.query(
          """
          SELECT id FROM gnomon.items WHERE id !~ 'q' ORDER BY gnomon.number(properties -> 'eo:cloud_cover') \
          \(unsafeSQL: order), datetime \(unsafeSQL: order.isEmpty ? "DESC" : ""), id COLLATE "C" \
          \(unsafeSQL: order.isEmpty ? "DESC" : "")
          """
        ).map { row throws(PostgresError) in try row.text(0) }
      }
      request.sortBy = [SortKey(property: "eo:cloud_cover", direction: direction)]
      request.token = nil
      var found: [String] = []
      repeat {
        let page = try await store.search(request)
        found += page.documents.map(\.id)
        request.token = page.next
      } while request.token != nil && found.count <= wanted.count
      #expect(found == wanted)
    }
    // What one statement did not fill is read from one snapshot.
    #expect(statements.texts.withLock { $0.contains { $0.contains("REPEATABLE READ READ ONLY") } })
    await pool.shutdown()
  }

  /// A search in an order, and the condition that what it finds meets.
  struct Order: Sendable, CustomTestStringConvertible {
    let time: String?
    let condition: String
    let direction: SortKey.Direction
    let property: String
    let kind: String

    var testDescription: String { "\(property) \(direction), \(time ?? "at any time")" }
  }

  static let orders = [
    (nil, "true"),
    (
      "2000-01-10T00:00:00Z/2000-02-20T00:00:00Z",
      "start_datetime <= '2000-02-20' AND end_datetime >= '2000-01-10'"
    ),
    ("2000-02-01T00:00:00Z/..", "end_datetime >= '2000-02-01'"),
  ].flatMap { time, condition in
    [SortKey.Direction.ascending, .descending].flatMap { direction in
      [("eo:cloud_cover", "number"), ("platform", "text"), ("updated", "instant")].map {
        property, kind in
        Order(
          time: time, condition: condition, direction: direction, property: property, kind: kind)
      }
    }
  }

  @Test(arguments: orders)
  func
    `Items of one value, of one instant, that last or lack the property come in order, both ways`(
      order: Order
    )
    async throws
  {
    let catalog = try await Self.tied.value
    let statements = RecordedStatements()
    let pool = PostgresPool(connectionURL: catalog.url, observer: statements)
    let store = try await PostgresCatalogStore(pool: pool)
    let isAscending = order.direction == .ascending
    let wanted = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query(
        """
        SELECT id FROM gnomon.items WHERE id !~ 'q' AND \(unsafeSQL: order.condition) \
        ORDER BY gnomon.\(unsafeSQL: order.kind)(properties -> \(order.property)) \
        \(unsafeSQL: order.kind == "text" ? "COLLATE \"C\"" : "") \(unsafeSQL: isAscending ? "" : "DESC NULLS LAST"), \
        datetime \(unsafeSQL: isAscending ? "DESC" : ""), collection_key \(unsafeSQL: isAscending ? "DESC" : ""), \
        id COLLATE "C" \(unsafeSQL: isAscending ? "DESC" : "")
        """
      ).map { row throws(PostgresError) in try row.text(0) }
    }
    var request = SearchRequest(
      boundingBox: try BoundingBox(parsing: "0,0,11,11"),
      datetime: try order.time.map { try DatetimeInterval(parsing: $0) },
      sortBy: [SortKey(property: order.property, direction: order.direction)], limit: 10)
    var found: [String] = []
    var pages: [[String]] = []
    var last: SearchPage
    repeat {
      last = try await store.search(request)
      pages.append(last.documents.map(\.id))
      found += pages[pages.count - 1]
      request.token = last.next
    } while request.token != nil && found.count <= wanted.count
    #expect(found == wanted)
    while let token = last.previous, pages.count > 1 {
      pages.removeLast()
      request.token = token
      last = try await store.search(request)
      #expect(last.documents.map(\.id) == pages.last)
    }
    #expect(pages.count == 1 && last.previous == nil)
    let texts = statements.texts.withLock { $0.filter { $0.contains("steps (behind, up_to)") } }
    // One value in parts of its time, the others in parts by value.
    #expect(order.kind != "number" || texts.contains { $0.contains("steps.up_to AT TIME ZONE") })
    #expect(order.kind != "number" || texts.contains { !$0.contains("steps.up_to AT TIME ZONE") })
    await pool.shutdown()
  }

  /// 1,500 items in a place, two thirds of which have one of two values, or none, at one of 40 instants, a few of which last,
  /// and 40,000 elsewhere.
  // Detached, for the test that asks first does not own it.
  private static let tied = Task.detached {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    func items(_ count: Int, _ place: String, named name: String) -> String {
      """
      INSERT INTO gnomon.items
        (collection_key, id, datetime, start_datetime, end_datetime, geometry, properties, links_position, document)
      SELECT 1 + n % 2, '\(name)' || n, t, t, CASE WHEN n % 37 = 0 THEN t + interval '9 days' ELSE t END,
        ST_SetSRID(ST_MakePoint(\(place)), 4326), CASE WHEN n % 5 = 0 THEN '{}' ELSE jsonb_build_object('eo:cloud_cover', v,
          'platform', 'v' || v, 'updated', (timestamptz '2000-01-01Z' + v * interval '1 hour')::date::text) END,
        1, '{"links":[]}'
      FROM generate_series(1, \(count)) n, LATERAL (SELECT timestamptz '2000-01-01Z' + n * 7 % 40 * interval '2 days' AS t,
        CASE n % 3 WHEN 0 THEN 50 WHEN 1 THEN 0 ELSE n * 31 % 1000 / 10.0 END AS v) x;
      """
    }
    try await catalog.run(items(1_500, "n % 110 / 10.0, n % 11", named: "p"))
    try await catalog.run(items(40_000, "n % 300 - 170, n % 80 - 85", named: "q"))
    for (property, kind) in [("platform", PropertyIndex.Kind.text), ("updated", .instant)] {
      _ = try await PropertyIndexes(pool: catalog.pool).add(property, as: kind)
    }
    try await catalog.run(shuffling)
    return catalog
  }

  /// Lets a sample of pages be one of items.
  private static let shuffling = """
    ; CREATE INDEX shuffled ON gnomon.items (md5(id)); CLUSTER gnomon.items USING shuffled; DROP INDEX gnomon.shuffled;
    ANALYZE gnomon.items
    """

  private static func filling(_ count: Int, _ place: String, _ value: String, named name: String) -> String {
    """
    ; INSERT INTO gnomon.items
      (collection_key, id, datetime, start_datetime, end_datetime, geometry, properties, links_position, document)
    SELECT 1, '\(name)' || n, t, t, t, ST_SetSRID(ST_MakePoint(\(place)), 4326),
      jsonb_build_object('eo:cloud_cover', \(value)), 1, '{"links":[]}'
    FROM generate_series(1, \(count)) n, LATERAL (SELECT timestamptz '2000-01-01' + n % 977 * interval '2 hours' AS t) x
    """
  }

  @Test func `Items without the property are read in the order of its index`() async throws {
    let queryables = Queryables(
      definitions: [PropertyDefinition(name: "eo:cloud_cover", type: .number, schema: [:], isSortable: true)],
      allowsOthers: true)
    let order = try SearchOrder([SortKey(property: "eo:cloud_cover", direction: .descending)], queryables: queryables)
    let plan = try SearchPlan(SearchRequest(limit: 10), strategy: .sorted, token: nil, order: order)
    let catalog = try await Self.catalog.value
    let last = try #require(plan.pages.last)
    let lines = try await catalog.pool.withSession { session throws(PostgresError) in
      _ = try session.query("SET enable_seqscan = off")
      return try session.query("EXPLAIN \(last)", plan: plan.mode).map {
        row throws(PostgresError) in try row.text(0)
      }
    }
    #expect(lines.contains { $0.contains("items_property_db02f0b0b31f0397d2d704a0_number ") }, "\(lines)")
    #expect(!lines.contains { $0.contains("Sort Key") && !$0.contains("branch") }, "\(lines)")
  }

  @Test func `Small pages in a place read the index of its cells, in parts of the values`()
    async throws
  {
    let queryables = Queryables(
      definitions: [
        PropertyDefinition(name: "eo:cloud_cover", type: .number, schema: [:], isSortable: true)
      ],
      allowsOthers: true)
    let box = try BoundingBox(parsing: "0,0,10,10")
    let groups = (0..<100).map { PropertySample.Group(value: "\($0)", count: $0 == 50 ? 100 : 10) }
    let cells = try #require(PlaceCells([box]))
    let years: ClosedRange<Int64> = 1_400_000_000_000_000...1_600_000_000_000_000
    let ordering = PropertyOrdering(
      sample: PropertySample(groups: groups, absent: 10), cells: cells, wanted: 11, matches: 10_000,
      walked: 500, times: years)
    let order = try SearchOrder(
      [SortKey(property: "eo:cloud_cover", direction: .ascending)], queryables: queryables)
    let plan = try SearchPlan(
      SearchRequest(boundingBox: box), strategy: .sorted, token: nil, order: order,
      ordering: ordering)
    // Before 50, all of 50, to 97, the rest, and those without; what holds many in parts, 50 and none by their time.
    #expect(plan.pages.count == 5)
    let catalog = try await Self.catalog.value
    for (page, (value, parts)) in zip(plan.pages, [("50", 12), ("50", 12), ("97.0", 0), ("97.0", 0), ("", 12)]) {
      let text = page.rendered().text
      #expect(value.isEmpty || page.binds.contains(.text(value)), "\(text)")
      let rows =
        text.contains(" steps (")
        ? text.split(separator: "(VALUES ")[1].split(separator: ") steps (")[0] : ""
      #expect(rows.split(separator: "), (").count == parts, "\(text)")
      let lines = try await catalog.pool.withSession { session throws(PostgresError) in
        _ = try session.query("SET enable_seqscan = off")
        return try session.query("EXPLAIN \(page)", plan: plan.mode).map {
          row throws(PostgresError) in try row.text(0)
        }
      }
      let plan = lines.joined(separator: "\n")
      // The ends of parts are looked for in the index, and items are not sorted by them.
      if parts > 0 {
        #expect(
          plan.contains("using items_property_db02f0b0b31f0397d2d704a0_number_place "), "\(plan)")
        let conditions = lines.filter { $0.contains("Index Cond") }
        #expect(conditions.contains { $0.contains("\"*VALUES*\".column") }, "\(plan)")
        #expect(
          lines.first { $0.contains("Sort") || $0.contains("Nested Loop") }?.contains("Nested Loop")
            == true, "\(plan)")
      }
    }
  }

  @Test(arguments: ["0,0,0,0", "-180,-90,180,90", "179,-1,-179,1", "-33.3,-70,5.6,-3"])
  func `The cells of a place hold every item that meets it`(box: String) async throws {
    let catalog = try await Self.catalog.value
    let box = try BoundingBox(parsing: box)
    guard let cells = PlaceCells(box.parts) else { return #expect(box.east - box.west > 100) }
    let numbers = Set(cells.numbers)
    let filed = try await catalog.pool.withSession { session throws(PostgresError) -> [(Int, Int64)] in
      var filed: [(Int, Int64)] = []
      for part in box.parts {
        for row in try session.query(
          """
          SELECT gnomon.cell(geometry), 1::int8 FROM gnomon.items WHERE ST_Intersects(geometry, \
          ST_MakeEnvelope(\(part.west), \(part.south), \(part.east), \(part.north), 4326))
          """)
        { filed.append((Int(try row.integer(0)), try row.integer(1))) }
      }
      return filed
    }
    #expect(filed.allSatisfy { numbers.contains($0.0) })
  }
}
