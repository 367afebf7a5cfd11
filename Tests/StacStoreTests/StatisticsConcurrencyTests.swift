import Postgres
import StacModel
import StacStore
import TestSupport
import Testing

@Suite(.ownDatabases) struct StatisticsConcurrencyTests {
  /// Eight writers insert, move and delete at random in three collections, in transactions that commit or roll back,
  /// while rows are merged and a reader compares what is kept with what is there, in one snapshot.
  @Test func `No change is lost or doubled, whatever writers and mergers do at once`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.run(StatisticsTests.filling(collections: 3, items: 300))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          let session = try await PostgresSession(connectionURL: catalog.url)
          var random = WriterChoice(state: UInt64(writer + 1))
          for step in 0..<60 { try await Self.write(session, writer: writer, step: step, &random) }
          await session.close()
        }
      }
      group.addTask {
        let session = try await PostgresSession(connectionURL: catalog.url)
        for _ in 0..<60 { try await session.run(unsafeScript: Self.comparison) }
        await session.close()
      }
      group.addTask {
        let session = try await PostgresSession(connectionURL: catalog.url)
        for round in 0..<120 {
          try await session.run(
            unsafeScript: "SELECT gnomon.merge_changes(key, \(round % 2 * 1_000)) FROM gnomon.collections")
        }
        await session.close()
      }
      try await group.waitForAll()
    }
    try await catalog.run(Self.comparison)
    try await catalog.run("SELECT gnomon.merge_changes(key, 100000) FROM gnomon.collections")
    try await catalog.run(Self.comparison)
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_changes") == 3)
  }

  /// One transaction of a writer: some statements, then an end.
  private static func write(
    _ session: PostgresSession, writer: Int, step: Int, _ random: inout WriterChoice
  ) async throws {
    // Writers touch items of their own only: what is tested is that the statistics add no waiting, and no deadlock.
    let own = "id LIKE 'w\(writer)-%' OR id = 'i' || \(writer * 30 + Int.random(in: 1...30, using: &random))"
    let statements = (0..<Int.random(in: 1...4, using: &random)).map { part in
      let longitude = Int.random(in: -170...170, using: &random)
      return switch Int.random(in: 0..<4, using: &random) {
      case 0, 1:
        """
        INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, geometry, links_position,
          document, properties)
        SELECT k, 'w\(writer)-\(step)-\(part)-' || k, now(), now(), now(), ST_SetSRID(ST_MakePoint(\(longitude), k), 4326),
          1, '{}', '{"p\(writer)":\(step)}' FROM (SELECT key AS k FROM gnomon.collections ORDER BY key LIMIT \(part % 3 + 1)) c
        """
      case 2: "UPDATE gnomon.items SET geometry = ST_SetSRID(ST_MakePoint(\(longitude), 50), 4326) WHERE \(own)"
      default: "DELETE FROM gnomon.items WHERE \(own)"
      }
    }
    let end = Int.random(in: 0..<5, using: &random) == 0 ? "ROLLBACK" : "COMMIT"
    try await session.run(unsafeScript: "BEGIN; \(statements.joined(separator: "; ")); \(end)")
  }

  /// Fails where a collection's kept numbers differ from its items, all seen in one snapshot.
  private static let comparison = """
    BEGIN ISOLATION LEVEL REPEATABLE READ;
    DO $$
    DECLARE differences text;
    BEGIN
      SELECT string_agg(format('%s: %s, but %s', c.key, s, i), E'\\n') INTO differences
      FROM gnomon.collections c
      LEFT JOIN gnomon.collection_statistics s ON s.collection_key = c.key
      CROSS JOIN LATERAL (
        SELECT count(*) AS items, min(ST_XMin(geometry)) AS west, max(ST_XMax(geometry)) AS east,
          min(ST_YMin(geometry)) AS south, max(ST_YMax(geometry)) AS north, min(start_datetime) AS first,
          max(end_datetime) AS last
        FROM gnomon.items WHERE collection_key = c.key) i
      WHERE coalesce(s.items, 0) <> i.items OR s.south IS DISTINCT FROM i.south OR s.north IS DISTINCT FROM i.north
        OR s.start_datetime IS DISTINCT FROM i.first OR s.end_datetime IS DISTINCT FROM i.last
        OR s.west <= s.east AND (s.west, s.east) IS DISTINCT FROM (i.west, i.east) OR s.is_loose;
      IF differences IS NOT NULL THEN RAISE EXCEPTION '%', differences; END IF;
    END
    $$;
    COMMIT
    """

  @Test func `A writer waits for no other, and for no merger`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.run(StatisticsTests.filling(collections: 1, items: 100))
    let slow = try await PostgresSession(connectionURL: catalog.url)
    let quick = try await PostgresSession(connectionURL: catalog.url)
    try await slow.run(
      unsafeScript:
        "BEGIN; \(Self.insertion("slow")); SELECT gnomon.merge_changes(1, 1000); DELETE FROM gnomon.items WHERE id = 'i1'"
    )
    // What waits for a lock fails at once.
    try await quick.run(unsafeScript: "SET lock_timeout = '1ms'")
    for number in 0..<200 { try await quick.run(unsafeScript: Self.insertion("quick\(number)")) }
    try await quick.run(unsafeScript: "DELETE FROM gnomon.items WHERE id LIKE 'quick%'")
    let merged = try await quick.query("SELECT gnomon.merge_changes(1, 1000)").first
    #expect(try merged?.boolean(0) == false, "the other merges")
    try await slow.run(unsafeScript: "COMMIT")
    #expect(try await catalog.statistics()["c1"]?.itemCount == 100)
    await slow.close()
    await quick.close()
  }

  @Test func `Writers that bring the same new names at once lose none, and wait for none`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.run(StatisticsTests.filling(collections: 40, items: 40))
    // Has brought all the names, and does not commit before the others are done.
    let slow = try await PostgresSession(connectionURL: catalog.url)
    try await slow.run(
      unsafeScript: """
        BEGIN;
        INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, links_position, document,
          properties)
        SELECT key, 'slow' || round, now(), now(), now(), 1, '{}',
          jsonb_build_object('r' || round, 1, 'c' || key % 3, 'x', 'all', true)
        FROM gnomon.collections, generate_series(0, 5) round
        """)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          let session = try await PostgresSession(connectionURL: catalog.url)
          try await session.run(unsafeScript: "SET lock_timeout = '20s'; SET deadlock_timeout = '10ms'")
          for round in 0..<6 {
            // In orders of their own, by triggers and as a COPY registers them.
            let order = writer % 2 == 0 ? "ASC" : "DESC"
            try await session.run(
              unsafeScript: """
                BEGIN;
                SET LOCAL gnomon.registers_names = '\(writer % 4 < 2 ? "yes" : "no")';
                INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, links_position,
                  document, properties)
                SELECT key, 'w\(writer)-\(round)', now(), now(), now(), 1, '{}',
                  jsonb_build_object('r\(round)', 1, 'c' || key % 3, 'x', 'all', true)
                FROM gnomon.collections ORDER BY key \(order);
                SELECT gnomon.register_properties(array_agg(i.collection_key), array_agg(jsonb_typeof(p.value) || ' ' || p.key))
                FROM gnomon.items i, jsonb_each(i.properties) p WHERE i.id = 'w\(writer)-\(round)';
                COMMIT
                """)
          }
          await session.close()
        }
      }
      try await group.waitForAll()
    }
    try await slow.run(unsafeScript: "COMMIT")
    await slow.close()
    let differences = try await catalog.number(
      """
      WITH found AS (SELECT i.collection_key, p.key AS name, jsonb_typeof(p.value) AS type
        FROM gnomon.items i, jsonb_each(i.properties) p),
      kept AS (SELECT collection_key, name, type FROM gnomon.collection_properties)
      SELECT (SELECT count(*) FROM (TABLE found EXCEPT TABLE kept) x)
        + (SELECT count(*) FROM (TABLE kept EXCEPT TABLE found) x)
      """)
    #expect(differences == 0)
    // A set that is there is used by those who come later.
    let sets = try await catalog.number("SELECT count(*) FROM gnomon.property_sets") ?? 0
    try await catalog.run(
      """
      INSERT INTO gnomon.collections (id, links_position, document) SELECT 'late' || n, 1, '{}' FROM generate_series(1, 50) n;
      INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, links_position, document, properties)
      SELECT key, 'i', now(), now(), now(), 1, '{}', '{"n":1}' FROM gnomon.collections WHERE id LIKE 'late%'
      """)
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.property_sets") == sets)
  }

  @Test func `A collection whose items each have a name of their own keeps every name once`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    for _ in 0..<2 {
      for number in 0..<150 {
        try await catalog.run(
          """
          INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, links_position, document,
            properties)
          SELECT key, 'i\(number)', now(), now(), now(), 1, '{}', '{"same":1,"n\(number)":1,"m\(number)":"x"}'
          FROM gnomon.collections ON CONFLICT (collection_key, id) DO UPDATE SET properties = excluded.properties
          """)
      }
    }
    let counts: SQL = "SELECT count(*) FROM gnomon.collection_properties"
    #expect(try await catalog.number(counts) == 301)
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_property_sets") == 64 + 2 * 86)
    try await catalog.run("SELECT gnomon.rebuild_statistics()")
    #expect(try await catalog.number(counts) == 301)
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.property_sets") == 1)
  }

  @Test func `A transaction that keeps its snapshot writes without merging`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.run(StatisticsTests.filling(collections: 1, items: 10))
    let session = try await PostgresSession(connectionURL: catalog.url)
    try await session.run(unsafeScript: "BEGIN ISOLATION LEVEL REPEATABLE READ; \(Self.insertion("first"))")
    // Another merges what the snapshot still sees.
    try await catalog.run(Self.insertion("second"))
    try await catalog.merge("c1", limit: 1_000)
    for number in 0..<200 { try await session.run(unsafeScript: Self.insertion("n\(number)")) }
    let merged = try await session.query("SELECT gnomon.merge_changes(1, 1000)").first
    #expect(try merged?.boolean(0) == false)
    try await session.run(unsafeScript: "COMMIT")
    await session.close()
    #expect(try await catalog.statistics()["c1"]?.itemCount == 212)
  }

  @Test func `Items and their collection can be deleted at once, without a deadlock and without a trace`() async throws
  {
    let catalog = try await CatalogFixture()
    try await catalog.run(StatisticsTests.filling(collections: 1, items: 100))
    let session = try await PostgresSession(connectionURL: catalog.url)
    try await session.run(unsafeScript: "BEGIN; DELETE FROM gnomon.items WHERE id = 'i1'")
    let deletion = Task { try await catalog.store.deleteCollection(id: "c1") }
    try await eventually {
      try await catalog.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") != 0
    }
    try await session.run(unsafeScript: "DELETE FROM gnomon.items WHERE id = 'i2'; COMMIT")
    try await deletion.value
    await session.close()
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_changes") == 0)
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_properties") == 0)
  }

  @Test func `A merger leaves a collection alone that is being deleted`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.run(StatisticsTests.filling(collections: 1, items: 10))
    let session = try await PostgresSession(connectionURL: catalog.url)
    try await session.run(unsafeScript: "BEGIN; DELETE FROM gnomon.collections")
    let merged = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query("SELECT gnomon.merge_changes(1, 1000)").first?.boolean(0)
    }
    #expect(merged == false)
    try await session.run(unsafeScript: "COMMIT")
    await session.close()
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_changes") == 0)
  }

  private static func insertion(_ id: String) -> String {
    """
    INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, links_position, document, properties)
    SELECT min(key), '\(id)', now(), now(), now(), 1, '{}', '{"p":1}' FROM gnomon.collections
    """
  }
}

/// A generator whose numbers repeat (xorshift64*).
private struct WriterChoice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 2_685_821_657_736_338_717
  }
}
