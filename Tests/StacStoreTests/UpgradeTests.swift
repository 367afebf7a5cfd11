import CQL2
import Foundation
import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

@Suite(.ownDatabases) struct UpgradeTests {
  private static let migrations = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../sql/migrations").standardizedFileURL

  /// A database of the first release with a collection and two items.
  private static func firstRelease() async throws -> PostgresPool {
    let pool = try await database(before: "0003")
    try await pool.withSession { session throws(PostgresError) in try session.run(unsafeScript: content) }
    return pool
  }

  /// A database in which the migrations before one have run.
  private static func database(before number: String) async throws -> PostgresPool {
    let names = CatalogDatabase.migrationNames.prefix { !$0.hasPrefix("migrations/\(number)") }
    let files = try names.map { name in
      let file = migrations.deletingLastPathComponent().appendingPathComponent(name)
      return Migrator.File(name: name, text: try String(contentsOf: file, encoding: .utf8))
    }
    let pool = PostgresPool(connectionURL: try await TestCluster.shared.emptyDatabase(), size: 2)
    let result: Result<Migrator.Outcome, any Error> = try await pool.withSession { session in
      Result {
        _ = try session.query("CREATE EXTENSION postgis")
        if names.count > 2 { _ = try session.query("CREATE EXTENSION btree_gist") }
        return try Migrator(schema: "gnomon", once: files, always: []).run(on: session)
      }
    }
    _ = try result.get()
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

  @Test func `What models are searched by gets its column, and nothing is noted of it`() async throws {
    let pool = try await Self.database(before: "0027")
    let filling = """
      INSERT INTO gnomon.collections (id, links_position, document) VALUES ('a', 1, '{}');
      INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, is_model, links_position,
        document, properties)
      SELECT 1, n, now(), now(), now(), n < 3, 1, '{}', p::jsonb FROM (VALUES (1, '{"mlm:name":"n","mlm:tasks":["t"],"x":1}'),
        (2, '{"title":"t"}'), (3, '{"mlm:framework":null}'), (4, '{}')) AS rows (n, p);
      CREATE INDEX items_property_aa_text ON gnomon.items (gnomon.text(properties -> 'mlm:name'));
      -- One whose making was broken off before its comment, and one of another property.
      COMMENT ON INDEX gnomon.items_property_aa_text IS 'mlm:name';
      CREATE INDEX items_property_bb_text_order ON gnomon.items
        ((left(gnomon.text(properties -> 'mlm:framework'), 200) COLLATE "C"), datetime DESC);
      CREATE INDEX items_property_cc_text ON gnomon.items (gnomon.text(properties -> 'mlm:framework_version'))
      """
    func texts(_ query: SQL) async throws -> [String] {
      try await pool.withSession { session throws(PostgresError) in
        try session.query(query).map { row throws(PostgresError) in try row.text(0) }
      }
    }
    try await pool.withSession { session throws(PostgresError) in try session.run(unsafeScript: filling) }
    let noted: SQL = "SELECT id || xact::text || is_model FROM gnomon.model_changes ORDER BY id"
    let before = try await texts(noted)
    _ = try await CatalogDatabase.migrate(pool)
    #expect(try await texts(noted) == before && before.count == 2)
    let kept = try await texts("SELECT coalesce(model_properties::text, '-') FROM gnomon.items ORDER BY id")
    #expect(kept == [#"{"mlm:name": "n", "mlm:tasks": ["t"]}"#, "-", #"{"mlm:framework": null}"#, "-"])
    #expect(try await texts("SELECT tgname::text FROM pg_trigger WHERE tgenabled = 'D'") == [])
    let left = try await texts("SELECT relname::text FROM pg_class WHERE relname ~ '^items_property_[abc]{2}_'")
    #expect(left == ["items_property_cc_text"])
    await pool.shutdown()
  }

  @Test func `Names of properties that were rows become sets, which collections alike share`() async throws {
    let pool = try await Self.database(before: "0012")
    let names: SQL = """
      SELECT string_agg(DISTINCT concat_ws(' ', collection_key, type, name), ',' ORDER BY concat_ws(' ', collection_key, type, name))
      FROM gnomon.collection_properties
      """
    try await pool.withSession { session throws(PostgresError) in
      try session.run(
        unsafeScript: """
          INSERT INTO gnomon.collections (id, links_position, document)
          SELECT 'c' || n, 1, '{}' FROM generate_series(1, 30) n;
          -- Registered twice, no longer in any item, with spaces, and of nothing.
          INSERT INTO gnomon.collection_properties
          SELECT c, name, type FROM generate_series(1, 20) c, (VALUES ('a', 'number'), ('a', 'number'), ('a', 'null'),
            ('b c', 'string'), ('', 'array'), (E'\\u0301', 'object')) AS n (name, type);
          INSERT INTO gnomon.collection_properties SELECT c, 'other', 'boolean' FROM generate_series(20, 25) c
          """)
    }
    let before = try await pool.withSession { session throws(PostgresError) in try session.query(names).first?.text(0) }
    _ = try await CatalogDatabase.migrate(pool)
    let after = try await pool.withSession { session throws(PostgresError) in try session.query(names).first?.text(0) }
    #expect(after == before && before?.isEmpty == false)
    let rows = try await pool.withSession { session throws(PostgresError) in
      try session.query(
        "SELECT (SELECT count(*) FROM gnomon.property_sets), (SELECT count(*) FROM gnomon.collection_property_sets)")
    }
    #expect(try rows.first?.integer(0) == 3)
    #expect(try rows.first?.integer(1) == 25)
    let store = try await PostgresCatalogStore(pool: pool)
    let found = try await store.queryables(collection: "c20").definitions.map(\.name)
    #expect(Set(["a", "b c", "", "\u{301}", "other"]).isSubset(of: found))
    #expect(try await store.queryables(collection: nil).definitions.contains { $0.name == "other" })
    #expect(try await !store.queryables(collection: "c30").definitions.contains { $0.name == "other" })
    await pool.shutdown()
  }

  @Test func `Decisions about documents that have changed since are told from those that hold`() async throws {
    let pool = try await Self.database(before: "0019")
    let decided: SQL = "SELECT string_agg(id, ' ' ORDER BY id) FROM gnomon.model_states WHERE is_current"
    try await pool.withSession { session throws(PostgresError) in
      try session.run(
        unsafeScript: """
          INSERT INTO gnomon.collections (id, links_position, document) VALUES ('a', 1, '{}');
          INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, is_model, links_position,
            document, properties, updated_at)
          SELECT 1, id, now(), now(), now(), true, 1, '{}', '{}', updated
          FROM (VALUES ('changed', timestamptz '2024-01-03'), ('former', '2024-01-03'), ('same', '2024-01-01')) i (id, updated);
          INSERT INTO gnomon.promotions (collection, item, model, from_state, to_state, actor, role, is_person, comment,
            evidence, document_digest, promoted_at)
          SELECT 'a', id, 'm', was, state, 'x', 'admin', true, '', '{}', decode(repeat('00', 32), 'hex'), at
          FROM (VALUES ('changed', 'proposed', 'approved', timestamptz '2024-01-02'), ('same', NULL, 'proposed', '2024-01-02'),
            ('former', 'approved', 'production', '2024-01-02'), ('former', 'production', 'approved', '2024-01-04'))
            p (id, was, state, at);
          INSERT INTO gnomon.model_states
          SELECT DISTINCT ON (item) 1, item, 'm', to_state, number, document_digest
          FROM gnomon.promotions ORDER BY item, number DESC
          """)
    }
    _ = try await CatalogDatabase.migrate(pool)
    let current = try await pool.withSession { session throws(PostgresError) in
      try session.query(decided).first?.text(0)
    }
    #expect(current == "same")
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
