import CQL2
import Postgres
import StacModel
import StacStore
import TestSupport
import Testing

/// The indexes that serve filters.
@Suite(.ownDatabases) struct FilterPlanTests {
  /// Twenty thousand items; a property of each kind is indexed as `gnomon index` does it.
  private static func catalog() async throws -> FilterFixture {
    let catalog = try await FilterFixture(declared: ["created": .timestamp])
    _ = try await catalog.pool.withSession { session throws(PostgresError) in
      _ = try session.query(
        """
        INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, geometry, links_position, \
        document, properties)
        SELECT 1, n::text, time, time, time, ST_SetSRID(ST_MakePoint(n % 360 - 180, n % 180 - 90), 4326), 0, '{}',
          jsonb_build_object(
            'datetime', to_char(time, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'created', to_char(time, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'cloud', n % 1000, 'platform', 'p' || n, 'tags', jsonb_build_array('t' || n, 'all'))
        FROM generate_series(1, 20000) AS n, timezone('UTC', timestamp '2020-01-01' + n * interval '1 hour') AS time
        """)
      for expression: SQL in [
        "((gnomon.number(properties -> 'cloud')))", "((gnomon.text(properties -> 'platform') COLLATE \"C\"))",
        "((gnomon.instant(properties -> 'created')))", "USING gin ((gnomon.elements(properties -> 'tags')))",
        "((gnomon.casei(gnomon.text(properties -> 'platform')) COLLATE \"C\"))",
      ] { _ = try session.query("CREATE INDEX ON gnomon.items \(expression)") }
      _ = try session.query("ANALYZE gnomon.items")
    }
    return catalog
  }

  @Test func `Filters are answered from indexes over their properties`() async throws {
    let catalog = try await Self.catalog()
    for (text, count) in [
      ("cloud = 7", 20), ("cloud < 1", 20), ("cloud BETWEEN 5 AND 6", 40), ("cloud IN (1, 2)", 40), ("3 = cloud", 20),
      ("platform = 'p77'", 1), ("platform LIKE 'p1234%'", 11), ("platform IN ('p1', 'p2')", 2),
      ("platform >= 'p9999'", 1), ("CASEI(platform) = CASEI('P77')", 1), ("CASEI(platform) LIKE CASEI('P1234%')", 11),
      ("created < TIMESTAMP('2020-01-01T05:00:00Z')", 4), ("created = '2020-01-01T05:00:00Z'", 1),
      ("T_DURING(created, INTERVAL('2020-01-01T00:00:00Z','2020-01-01T05:00:00Z'))", 4),
      ("T_AFTER(datetime, TIMESTAMP('2022-04-13T00:00:00Z'))", 8), ("datetime < DATE('2020-01-02')", 23),
      ("T_INTERSECTS(datetime, INTERVAL('2020-01-01T00:00:00Z','2020-01-01T05:00:00Z'))", 5),
      ("T_INTERSECTS(datetime, DATE('2020-01-02'))", 24), ("T_EQUALS(datetime, TIMESTAMP('2020-01-02T00:00:00Z'))", 1),
      ("A_CONTAINS(tags, ('t5'))", 1), ("A_OVERLAPS(tags, ('t5', 't6'))", 2), ("A_OVERLAPS(('t7'), tags)", 1),
      ("A_EQUALS(tags, ('t5', 'all'))", 1),
      ("S_WITHIN(geometry, BBOX(9.5,-90,10.5,90))", 56), ("S_EQUALS(geometry, POINT(10 10))", 0),
      ("S_INTERSECTS(BBOX(10,-90,10.5,90), geometry)", 56), ("collection = 'a' AND id = '5'", 1),
      ("id IN ('5', '6')", 2),
    ] {
      let filter = try Filter(text: text)
      #expect(try await catalog.find(filter).count == count, "\(text)")
      let condition = try FilterCompiler.condition(
        filter.expression, columns: .items, properties: catalog.properties)
      let plan = try await catalog.pool.withSession { session throws(PostgresError) in
        try session.query("EXPLAIN SELECT FROM gnomon.items i WHERE \(condition)")
          .map { row throws(PostgresError) in try row.text(0) }
      }
      #expect(!plan.contains { $0.contains("Seq Scan on items") }, "\(text):\n\(plan.joined(separator: "\n"))")
    }
  }

  @Test func `The planner expects as many items in a box as there are`() async throws {
    let catalog = try await Self.catalog()
    let filter = try Filter(text: "S_INTERSECTS(geometry, BBOX(0,-90,60,-30))")
    let found = try await catalog.find(filter).count
    let condition = try FilterCompiler.condition(
      filter.expression, columns: .items, properties: catalog.properties)
    let plan = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query("EXPLAIN SELECT FROM gnomon.items i WHERE \(condition)").first?.text(0) ?? ""
    }
    let rows = try #require(plan.firstMatch(of: #/rows=(\d+)/#).flatMap { Int($0.1) })
    #expect((found * 3 / 4...found * 4 / 3).contains(rows), "\(found) \(plan)")
  }
}
