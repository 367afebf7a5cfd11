import CQL2
import Foundation
import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

@Suite struct UpgradeTests {
  private static let migrations = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../sql/migrations").standardizedFileURL

  /// A database of the first release with a collection and two items.
  private static func firstRelease() async throws -> PostgresPool {
    let names = ["0001_catalog.sql", "0002_stretches_of_time.sql"]
    let files = try names.map { name in
      Migrator.File(
        name: "migrations/\(name)",
        text: try String(contentsOf: migrations.appendingPathComponent(name), encoding: .utf8))
    }
    let pool = PostgresPool(connectionURL: try await TestCluster.shared.emptyDatabase(), size: 2)
    let result: Result<Migrator.Outcome, any Error> = try await pool.withSession { session in
      Result {
        _ = try session.query("CREATE EXTENSION postgis")
        return try Migrator(schema: "gnomon", once: files, always: []).run(on: session)
      }
    }
    _ = try result.get()
    try await pool.withSession { session throws(PostgresError) in try session.run(unsafeScript: content) }
    return pool
  }

  private static let content = """
    INSERT INTO gnomon.collections (id, links_position, document) VALUES ('a', 1, '{"type":"Collection","id":"a",
      "title":"Fields of wheat","extent":{"spatial":{"bbox":[[170,-10,-170,10]]},"temporal":{"interval":[["2020-01-01T00:00:00Z",null]]}}}'),
      ('empty', 1, '{"type":"Collection","id":"empty","extent":{"spatial":{"bbox":[[5,5,5,5]]},"temporal":{"interval":[[null,null]]}}}');
    INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, geometry, links_position, document)
    SELECT 1, id, t, t, t, ST_SetSRID(ST_MakePoint(x, 0), 4326), 1,
      '{"type":"Feature","id":"' || id || '","properties":{"title":"The field ' || id || '","eo:cloud_cover":' || x || '}}'
    FROM (VALUES ('x', 10, timestamptz '2021-05-01'), ('y', 20, timestamptz '2022-05-01')) AS rows (id, x, t)
    """

  @Test func `A catalog of the release before has, after it, all that a new one has`() async throws {
    let pool = try await Self.firstRelease()
    #expect(try await CatalogDatabase.migrate(pool).first == "migrations/0003_properties.sql")
    let store = try await PostgresCatalogStore(pool: pool, countLimit: 100_000)
    let clear = try SearchRequest(query: [("filter", "eo:cloud_cover < 15")])
    #expect(try await store.search(clear).documents.map(\.id) == ["x"])
    #expect(try await store.search(SearchRequest(query: [("q", "field")])).numberMatched == .exact(2))
    #expect(try await store.search(SearchRequest(collections: ["a"], limit: 1)).numberMatched == .exact(2))
    let wheat = try await store.searchCollections(CollectionSearchRequest(query: [("q", "wheat")]))
    #expect(wheat.documents.map(\.id) == ["a"])
    let kept = try #require(try await store.collection(id: "a")?.document.bytes)
    let extent = try JSONParser.parse(kept).object?["extent"]?.object
    #expect(extent?["spatial"]?.object?["bbox"] == [[10, 0, 20, 0]])
    let far = try await store.searchCollections(CollectionSearchRequest(query: [("bbox", "4,4,6,6")]))
    #expect(far.documents.map(\.id) == ["empty"])
    await pool.shutdown()
  }

  @Test func `An upgraded database has the schema of a new one`() async throws {
    let upgraded = try await Self.firstRelease()
    _ = try await CatalogDatabase.migrate(upgraded)
    let new = try await CatalogFixture().pool
    #expect(try await Self.schema(upgraded) == Self.schema(new))
    await upgraded.shutdown()
  }

  /// Columns, indexes, views, functions and triggers, one line each.
  private static func schema(_ pool: PostgresPool) async throws -> [String] {
    try await pool.withSession { session throws(PostgresError) in
      try session.query(
        """
        SELECT line FROM (
          SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS line
          FROM information_schema.columns WHERE table_schema = 'gnomon'
          UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'gnomon'
          UNION ALL SELECT definition FROM pg_views WHERE schemaname = 'gnomon'
          UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'gnomon'::regnamespace AND prokind = 'f'
          UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE c.relnamespace = 'gnomon'::regnamespace AND NOT t.tgisinternal
        ) AS lines ORDER BY line COLLATE "C"
        """
      ).map { row throws(PostgresError) in try row.text(0) }
    }
  }
}
