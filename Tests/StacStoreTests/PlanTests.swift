import CQL2
import Foundation
import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

@Suite(.ownDatabases) struct PlanTests {
  @Test func `A search without conditions is one ordered read, planned once`() throws {
    let plan = try SearchPlan(SearchRequest(), strategy: .walk, token: nil)
    let page = plan.pages[0].rendered()
    #expect(
      page.text == """
        SELECT i.collection_key, i.id, i.links_position, i.packed, i.dictionary_key, i.document, i.is_model, \
        i.k0, i.k1, i.k2, i.branch \
        FROM ((SELECT i.collection_key, i.id, i.links_position, i.packed, i.dictionary_key, i.document, i.is_model, \
        i.datetime AS k0, i.collection_key AS k1, i.id AS k2, 0 AS branch FROM gnomon.items i \
        WHERE i.links_position >= 0 ORDER BY i.datetime DESC, i.collection_key DESC, i.id DESC LIMIT 11)) i \
        ORDER BY i.k0 DESC, i.k1 DESC, i.k2 DESC LIMIT 11
        """)
    #expect(page.binds.isEmpty)
    #expect(plan.pages.count == 1)
    #expect(plan.mode == .generic)
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
    let plan = try SearchPlan(request, strategy: .planned, token: token, order: order, queryables: queryables)
    let page = plan.pages[0].rendered()
    #expect(!page.text.contains("DROP"))
    #expect(page.text.contains("i.collection_key = (SELECT c.key FROM gnomon.collections c WHERE c.id = $"))
    #expect(page.text.contains("AND (i.datetime, i.id) > ("))
    #expect(page.binds.contains(.textArray([evil])))
    #expect(page.binds.contains(.text(evil)))
    #expect(plan.isReversed)
  }

  @Test func `What is fetched and sorted is counted with its first page, which alone has documents`() throws {
    func text(_ strategy: SearchStrategy, _ token: PageToken? = nil, counting: Int) throws -> String {
      try SearchPlan(SearchRequest(limit: 10), strategy: strategy, token: token, counting: counting).pages[0].rendered()
        .text
    }
    let counted = try text(.planned, counting: 50)
    #expect(counted.hasSuffix("LIMIT 51") && counted.contains("<= 10 THEN i.packed END"))
    let token = PageToken(direction: .forward, order: "", values: ["5", "7", "x"])
    for plain in [
      try text(.planned, counting: 0), try text(.planned, token, counting: 50), try text(.walk, counting: 50),
    ] { #expect(plain.hasSuffix("LIMIT 11") && !plain.contains("THEN i.packed")) }
  }

  @Test func `A box across the antimeridian becomes two`() throws {
    let request = SearchRequest(boundingBox: try BoundingBox(parsing: "170,-10,-170,10"))
    let text = try SearchPlan(request, strategy: .planned, token: nil).pages[0].rendered().text
    #expect(text.components(separatedBy: "s_intersects").count == 3)
  }

  @Test func `Tokens round trip, and only under their key and for their order`() throws {
    for (includesPlace, direction) in [(true, PageToken.Direction.forward), (false, .backward)] {
      let token = PageToken(
        direction: direction, order: "a asc", values: ["é", nil, ""], includesPlace: includesPlace, seen: 70_000,
        known: 1)
      let text = try token.text(signedWith: [1, 2, 3])
      #expect(PageToken(text, signedWith: [1, 2, 3], order: "a asc", count: 3) == token)
      #expect(PageToken(text, signedWith: [1, 2, 4], order: "a asc", count: 3) == nil)
      #expect(PageToken(text, signedWith: [1, 2, 3], order: "a desc", count: 3) == nil)
      #expect(PageToken(text, signedWith: [1, 2, 3], order: "a asc", count: 2) == nil)
    }
  }

  @Test func `Tokens of the version before are read, and numbers that are too large become the largest`() throws {
    let old = "AoIpzWGmF6OQWAEAAALDqQBntbzPLwUH6xX40vcEMt0Z"
    let token = PageToken(direction: .backward, order: "a asc", values: ["é", nil], includesPlace: true)
    #expect(PageToken(old, signedWith: [1, 2, 3], order: "a asc", count: 2) == token)
    let far = PageToken(direction: .forward, order: "", values: [], seen: -1, known: .max)
    let read = PageToken(try far.text(signedWith: [1]), signedWith: [1], order: "", count: 0)
    #expect(read?.seen == 0)
    #expect(read?.known == Int(UInt32.max))
  }
}

@Suite(.ownDatabases) struct CatalogDatabaseTests {
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
