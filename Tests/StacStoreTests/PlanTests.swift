import CQL2
import Foundation
import Postgres
import StacModel
import StacSearch
import StacStore
import Testing

@Suite struct PlanTests {
  @Test func `A search without conditions is one ordered read`() throws {
    let plan = try SearchPlan(SearchRequest(), collectionKeys: nil, token: nil)
    let page = plan.page.rendered()
    #expect(
      page.text == """
        SELECT c.id, i.id, i.links_position, i.document, (extract(epoch FROM i.k0) * 1000000)::int8::text, i.k1::text, \
        i.k2::text FROM ((SELECT i.collection_key, i.id, i.links_position, i.document, i.datetime AS k0, \
        i.collection_key AS k1, i.id AS k2 FROM gnomon.items i WHERE true ORDER BY i.datetime DESC, \
        i.collection_key DESC, i.id DESC LIMIT $1)) i JOIN gnomon.collections c ON c.key = i.collection_key \
        ORDER BY i.k0 DESC, i.k1 DESC, i.k2 DESC LIMIT $2
        """)
    #expect(page.binds == [.integer(11), .integer(11)])
    #expect(plan.count.rendered().text == "SELECT (SELECT count(*) FROM gnomon.items i WHERE true)")
  }

  @Test func `What a user wrote is bound, never part of the statement`() throws {
    let evil = "'); DROP TABLE gnomon.items; --"
    let request = SearchRequest(
      collections: [evil], ids: [evil], datetime: try DatetimeInterval(parsing: "2020-01-01T00:00:00Z/.."),
      filter: try Filter(json: ["op": "=", "args": [["property": .string(evil)], .string(evil)]]),
      freeText: .phrase(evil), sortBy: [SortKey(property: evil, direction: .ascending)])
    let queryables = Queryables(
      definitions: [PropertyDefinition(name: evil, type: .string, schema: [:], isSortable: true)], allowsOthers: false)
    let order = try SearchOrder(request.sortBy, queryables: queryables)
    let token = PageToken(direction: .backward, order: "", values: [evil, "5", "7", evil])
    let plan = try SearchPlan(
      request, collectionKeys: [7], token: token, order: order, queryables: queryables)
    let page = plan.page.rendered()
    #expect(!page.text.contains("DROP"))
    #expect(page.text.contains("i.collection_key = $"))
    #expect(page.text.contains("AND (i.datetime, i.id) > ("))
    #expect(page.binds.contains(.textArray([evil])))
    #expect(page.binds.contains(.text(evil)))
    #expect(plan.isReversed)
  }

  @Test func `A box across the antimeridian becomes two`() throws {
    let request = SearchRequest(boundingBox: try BoundingBox(parsing: "170,-10,-170,10"))
    let text = try SearchPlan(request, collectionKeys: nil, token: nil).page.rendered().text
    #expect(text.components(separatedBy: "s_intersects").count == 3)
  }

  @Test func `Tokens round trip, and only under their key and for their order`() throws {
    for (includesPlace, direction) in [(true, PageToken.Direction.forward), (false, .backward)] {
      let token = PageToken(direction: direction, order: "a asc", values: ["é", nil, ""], includesPlace: includesPlace)
      let text = try token.text(signedWith: [1, 2, 3])
      #expect(PageToken(text, signedWith: [1, 2, 3], order: "a asc", count: 3) == token)
      #expect(PageToken(text, signedWith: [1, 2, 4], order: "a asc", count: 3) == nil)
      #expect(PageToken(text, signedWith: [1, 2, 3], order: "a desc", count: 3) == nil)
      #expect(PageToken(text, signedWith: [1, 2, 3], order: "a asc", count: 2) == nil)
    }
  }

  @Test func `Hot searches read the index that is meant for them`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.pool.withSession { session throws(PostgresError) in
      try session.run(unsafeScript: Self.filling)
    }
    let small = try BoundingBox(parsing: "10,10,10.5,10.5")
    let old = try DatetimeInterval(parsing: "2001-01-01T00:00:00Z/2001-01-02T00:00:00Z")
    let cases: [(SearchRequest, [Int64]?, String)] = [
      (SearchRequest(), nil, "items_datetime"), (SearchRequest(collections: ["c3"]), [3], "items_collection_datetime"),
      (SearchRequest(boundingBox: small), nil, "items_geometry"), (SearchRequest(ids: ["i77"]), nil, "items_id"),
      (SearchRequest(datetime: old), nil, "items_datetime"),
      (SearchRequest(datetime: old), nil, "items_stretches"),
    ]
    for (request, keys, index) in cases {
      let plan = try SearchPlan(request, collectionKeys: keys, token: nil)
      let lines = try await catalog.pool.withSession { session throws(PostgresError) in
        try session.query("EXPLAIN \(plan.page)").map { row throws(PostgresError) in try row.text(0) }
      }
      #expect(lines.contains { $0.contains(index) }, "\(index): \(lines.joined(separator: "\n"))")
      #expect(!lines.contains { $0.contains("Seq Scan on items") }, "\(lines.joined(separator: "\n"))")
    }
  }

  /// 20,000 items in 20 collections, one in a thousand of them a stretch of time.
  private static let filling = """
    INSERT INTO gnomon.collections (id, links_position, document) SELECT 'c' || n, 1, '{}' FROM generate_series(1, 20) n;
    INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, geometry, links_position, document)
    SELECT n % 20 + 1, 'i' || n, t, t, CASE WHEN n % 1000 = 0 THEN t + interval '1 day' ELSE t END,
      ST_SetSRID(ST_MakePoint(n * 7919 % 360 - 180, n * 104729 % 180 - 90), 4326), 1, '{}'
    FROM generate_series(1, 20000) n, LATERAL (SELECT timestamptz '2000-01-01' + n * interval '4 hours' AS t) x;
    ANALYZE gnomon.items
    """
}

@Suite struct CatalogDatabaseTests {
  @Test func `Every file of the folder sql is in the program`() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../sql")
      .standardizedFileURL
    let onDisk = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("migrations").path)
      .filter { $0.hasSuffix(".sql") }.map { "migrations/\($0)" }.sorted()
    #expect(CatalogDatabase.migrationNames == onDisk)
  }

  @Test func `An empty database is brought to the head once, also by several at a time`() async throws {
    let catalog = try await CatalogFixture()
    #expect(try await CatalogDatabase.isAtHead(catalog.pool))
    #expect(try await CatalogDatabase.migrate(catalog.pool).isEmpty)
    let results = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<4 { group.addTask { try await CatalogDatabase.migrate(catalog.pool) } }
      return try await group.reduce(into: [String]()) { $0 += $1 }
    }
    #expect(results.isEmpty)
  }

  @Test func `A database of a newer program is not at the head and is refused in one line`() async throws {
    let catalog = try await CatalogFixture()
    _ = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query("INSERT INTO gnomon.migrations VALUES (999, 'migrations/0999_later.sql', 'x')")
    }
    #expect(try await CatalogDatabase.isAtHead(catalog.pool) == false)
    let refusal = await #expect(throws: Migrator.Refusal.self) { _ = try await CatalogDatabase.migrate(catalog.pool) }
    #expect(refusal?.description.contains("newer") == true)
  }

  @Test func `The roles may do what they are for and no more`() async throws {
    let catalog = try await CatalogFixture()
    func attempt(_ role: String, _ statement: String) async throws -> SQLState? {
      let session = try await PostgresSession(connectionURL: catalog.url)
      try await session.run(unsafeScript: "SET ROLE \(role)")
      do { try await session.run(unsafeScript: statement) } catch { return error.state }
      return nil
    }
    let insert = "INSERT INTO gnomon.collections (id, links_position, document) VALUES ('r', 1, '{}')"
    #expect(try await attempt("gnomon_reader", "SELECT * FROM gnomon.items, gnomon.settings, gnomon.migrations") == nil)
    #expect(try await attempt("gnomon_reader", insert) == .insufficientPrivilege)
    #expect(try await attempt("gnomon_writer", insert) == nil)
    #expect(try await attempt("gnomon_writer", "DROP TABLE gnomon.items") == .insufficientPrivilege)
  }
}
