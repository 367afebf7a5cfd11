import CQL2
import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

@Suite(.ownDatabases) struct PropertyIndexTests {
  /// 20,000 items with a property of each kind.
  private static func catalog() async throws -> CatalogFixture {
    let catalog = try await CatalogFixture()
    try await catalog.run(StatisticsTests.filling(collections: 2, items: 20_000))
    try await catalog.run(
      """
      UPDATE gnomon.items SET properties = jsonb_build_object(
        'eo:cloud_cover', (properties -> 'n')::int % 1000 / 10.0, 'tile', 'T' || (properties ->> 'n'),
        'it''s "odd" \\ %I', (properties -> 'n')::int % 500, 'created', datetime,
        'deprecated', (properties -> 'n')::int = 7, 'list', jsonb_build_array((properties -> 'n')::int % 1000, 'x'),
        'mixed', CASE WHEN (properties -> 'n')::int % 2 = 0 THEN '1'::jsonb ELSE '"1"' END, 'object', '{"a":1}'::jsonb,
        'long', repeat(properties ->> 'n', CASE WHEN (properties -> 'n')::int = 1 THEN 500000 ELSE 1 END));
      ANALYZE gnomon.items
      """)
    // The one that every catalog has.
    let had = try await PropertyIndexes(pool: catalog.pool).remove("eo:cloud_cover")
    #expect(had.map(\.kind) == [.number])
    return catalog
  }

  @Test func `Filters read the index that was made for their property`() async throws {
    let catalog = try await Self.catalog()
    let indexes = PropertyIndexes(pool: catalog.pool)
    let cases: [(property: String, kind: PropertyIndex.Kind, filters: [String])] = [
      ("eo:cloud_cover", .number, [#""eo:cloud_cover" < 0.5"#, #""eo:cloud_cover" IN (1, 2)"#]),
      ("tile", .text, ["tile = 'T17'", "tile IN ('T17','T18')", "tile LIKE 'T123%'", "tile > 'T9999'"]),
      ("created", .instant, ["created < TIMESTAMP('2000-01-02T00:00:00Z')"]),
      ("deprecated", .boolean, ["deprecated = true"]), ("list", .array, ["A_CONTAINS(list, (7))"]),
      (#"it's "odd" \ %I"#, .number, [#""it's ""odd"" \ %I" = 3"#]), ("long", .text, ["long = '17'"]),
    ]
    for (property, kind, filters) in cases {
      for filter in filters { #expect(try await catalog.plan(filter).contains("Seq Scan"), "\(filter)") }
      let outcome = try await indexes.add(property)
      guard case .made(let index) = outcome else { return #expect(Bool(false), "\(outcome)") }
      #expect(index.property == property && index.kind == kind && index.isValid && index.bytes > 0)
      for filter in filters {
        let plan = try await catalog.plan(filter)
        #expect(plan.contains(index.name), "\(filter): \(plan)")
      }
      // Its size and the number of its scans may have changed in the meantime.
      guard case .found(let again) = try await indexes.add(property) else { return #expect(Bool(false), "made twice") }
      #expect(again.name == index.name && again.isValid)
    }
    let listed = try await indexes.list()
    #expect(Set(listed.map(\.property)) == Set(cases.map { $0.property }))
    #expect(try await indexes.remove("tile").map(\.property) == ["tile"])
    #expect(try await indexes.list().count == cases.count - 1)
    #expect(try await catalog.plan("tile = 'T17'").contains("Seq Scan"))
  }

  @Test func `What cannot be indexed is refused with what would help`() async throws {
    let catalog = try await Self.catalog()
    let indexes = PropertyIndexes(pool: catalog.pool)
    func refusal(_ property: String, as kind: PropertyIndex.Kind? = nil) async throws -> String {
      let refusal = await #expect(throws: PropertyIndexes.Refusal.self) { try await indexes.add(property, as: kind) }
      return refusal?.description ?? ""
    }
    #expect(try await refusal("cloud_cover") == "no item has a property 'cloud_cover'; did you mean eo:cloud_cover?")
    #expect(try await refusal("zzz").contains("there are: created, deprecated"))
    #expect(try await refusal("'; DROP TABLE gnomon.items; --").hasPrefix("no item has"))
    #expect(try await refusal("datetime").contains("column of its own"))
    #expect(try await refusal("mixed").contains("several types (number, string)"))
    #expect(try await refusal("object").contains("objects"))
    await #expect(throws: PropertyIndexes.Refusal.self) { try await indexes.remove("tile") }
    #expect(try await indexes.list().isEmpty)
    guard case .made(let index) = try await indexes.add("mixed", as: .number) else { return #expect(Bool(false)) }
    #expect(index.kind == .number)
    #expect(try await indexes.add("tile", declared: .string) != .found(index))
  }

  @Test func `The leftover of a failed build is replaced`() async throws {
    let catalog = try await Self.catalog()
    let indexes = PropertyIndexes(pool: catalog.pool)
    guard case .made(let made) = try await indexes.add("tile") else { return #expect(Bool(false)) }
    try await catalog.run("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'gnomon.\(made.name)'::regclass")
    #expect(try await indexes.list().map(\.isValid) == [false])
    guard case .made(let again) = try await indexes.add("tile") else { return #expect(Bool(false)) }
    #expect(again.isValid && again.name == made.name)
  }

  @Test func `A build takes longer than the session's statements may, reports itself, and is alone`() async throws {
    let catalog = try await Self.catalog()
    let pool = PostgresPool(connectionURL: catalog.url, size: 3, statementTimeout: .milliseconds(300))
    let indexes = PropertyIndexes(pool: pool)
    // A transaction that writes items holds the build up until it ends.
    let writer = try await PostgresSession(connectionURL: catalog.url)
    try await writer.run(unsafeScript: "BEGIN; DELETE FROM gnomon.items WHERE id = 'i1'")
    let (reports, continuation) = AsyncStream.makeStream(of: IndexBuildProgress.self)
    let start = ContinuousClock.now
    let build = Task {
      defer { continuation.finish() }
      return try await indexes.add("tile") { continuation.yield($0) }
    }
    for await report in reports where ContinuousClock.now - start > .milliseconds(600) {
      #expect(report.phase.hasPrefix("waiting for writers"))
      break
    }
    let second = await #expect(throws: PropertyIndexes.Refusal.self) { try await indexes.add("eo:cloud_cover") }
    #expect(second?.description.contains("at work") == true)
    try await writer.run(unsafeScript: "COMMIT")
    guard case .made(let index) = try await build.value else { return #expect(Bool(false)) }
    #expect(index.isValid)
    await writer.close()
    let timeouts = try await pool.withSession { session throws(PostgresError) in
      try session.query("SELECT current_setting('statement_timeout')").first?.text(0)
    }
    #expect(timeouts == "300ms")
    await pool.shutdown()
  }
}
