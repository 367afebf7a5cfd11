import CQL2
import Postgres
import StacModel
import StacSearch
import StacStore
import Synchronization
import TestSupport
import Testing

/// Catalogs of very many collections with few items each.
@Suite(.ownDatabases) struct ManyCollectionsTests {
  /// Items of collections `c0`, `c1`, … dealt out in turn.
  private static func items(collections: Int, each: Int, words: (Int) -> String) throws -> [Item] {
    try (0..<each).flatMap { number in
      try (0..<collections).map { collection in
        try CatalogFixture.item(
          "i\(number)", in: "c\(collection)",
          properties: #"{"datetime":"2020-01-01T00:00:00Z","number":\#(number),"description":"\#(words(collection))"}"#)
      }
    }
  }

  /// Two kilobytes that are different for every number, and the same each time.
  private static func noise(_ number: Int) -> String {
    var state = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    return (0..<128).map { _ -> String in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return String(state, radix: 16)
    }.joined(separator: " ")
  }

  private static func number(_ statement: SQL, _ catalog: CatalogFixture) async throws -> Int64 {
    let rows = try await catalog.pool.withSession { session throws(PostgresError) in try session.query(statement) }
    return try #require(rows.first).integer(0)
  }

  @Test func `All items of very many collections are counted once for many searches, and anew after a write`()
    async throws
  {
    let catalog = try await CatalogFixture()
    try await catalog.store.upsert((0..<1_100).map { try CatalogFixture.collection("c\($0)") })
    let items = try Self.items(collections: 1_100, each: 1) { _ in "" }
    try await catalog.store.upsert(items)
    let statements = RecordedStatements()
    let pool = PostgresPool(connectionURL: catalog.url, observer: statements)
    let store = try await PostgresCatalogStore(pool: pool)
    for number in 0..<50 {
      #expect(try await store.search(SearchRequest(limit: 1)).numberMatched == .exact(1_100 + number / 25))
      if number == 24 { try await store.upsert([CatalogFixture.item("late", in: "c7")]) }
    }
    #expect(statements.texts.withLock { $0.count { $0.contains("sum(items)") } } < 50)
    // What another store has written is seen a moment later.
    try await catalog.store.upsert([CatalogFixture.item("later", in: "c8")])
    try await eventually { try await store.search(SearchRequest(limit: 1)).numberMatched == .exact(1_102) }
    await pool.shutdown()
  }

  @Test func `The count of all items holds as long as nothing is committed, whatever the time`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    try await catalog.store.upsert((0..<5).map { try CatalogFixture.item("i\($0)", in: "a") })
    let session = try await PostgresSession(connectionURL: catalog.url)
    #expect(try await session.countsInOneSnapshot(ItemCountMemory()) == [5, 5, 12, 5])
    await session.close()
  }

  @Test func `What an index finds in a small collection is counted, and no sample of it is looked through`()
    async throws
  {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "models")
    try await catalog.store.upsert(
      (0..<1_600).map {
        try CatalogFixture.item("i\($0)", in: "a", properties: #"{"datetime":"2020-01-01T00:00:00Z"}"#)
      })
    let mlm = "https://stac-extensions.github.io/mlm/v1.5.2/schema.json"
    let models = try (0..<40).map { number in
      let framework = number % 4 == 0 ? "XGBoost" : "PyTorch"
      var document = try CatalogFixture.item(
        "m\(number)", in: "models",
        properties: #"{"datetime":"2020-01-01T00:00:00Z","mlm:framework":"\#(framework)"}"#
      ).document
      document["stac_extensions"] = [.string(mlm)]
      return try Item(.object(document))
    }
    try await catalog.store.upsert(models)
    let statements = RecordedStatements()
    let pool = PostgresPool(connectionURL: catalog.url, observer: statements)
    let store = try await PostgresCatalogStore(pool: pool)
    let filter = try Filter(text: "\"mlm:framework\" = 'XGBoost'")
    let found = try await store.search(SearchRequest(collections: ["models"], filter: filter, limit: 3))
    #expect(found.numberMatched == .exact(10))
    #expect(!statements.texts.withLock { $0.contains { $0.contains("count(*) FILTER") } })
    await pool.shutdown()
  }

  @Test func `Items of hundreds of collections are written by a few statements, against one dictionary`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.store.upsert((0..<300).map { try CatalogFixture.collection("c\($0)") })
    let statements = RecordedStatements()
    let pool = PostgresPool(connectionURL: catalog.url, observer: statements)
    let store = try await PostgresCatalogStore(pool: pool)
    let items = try Self.items(collections: 300, each: 5) { _ in Self.noise(0) }
    for start in stride(from: 0, to: items.count, by: 500) { try await store.upsert(Array(items[start..<start + 500])) }
    await pool.shutdown()
    #expect(statements.texts.withLock(\.count) < 60)
    #expect(try await Self.number("SELECT count(*) FROM gnomon.dictionaries", catalog) == 1)
    #expect(try await Self.number("SELECT count(*) FROM gnomon.items WHERE dictionary_key IS NULL", catalog) == 0)
    #expect(try await Self.number("SELECT sum(items)::int8 FROM gnomon.collection_sums", catalog) == 1_500)
    // Three names each, once.
    #expect(try await Self.number("SELECT count(*) FROM gnomon.collection_properties", catalog) == 900)
    let names = try await catalog.store.queryables(collection: "c299").definitions.map(\.name)
    #expect(names.contains("number"))
  }

  @Test
  func `Each of some collections unlike each other gets a dictionary of its own`()
    async throws
  {
    let catalog = try await CatalogFixture()
    try await catalog.store.upsert((0..<70).map { try CatalogFixture.collection("c\($0)") })
    let items = try Self.items(collections: 70, each: 2, words: Self.noise)
    try await catalog.store.upsert(items)
    #expect(try await Self.number("SELECT count(*) FROM gnomon.dictionaries", catalog) == 70)
    let found = try await catalog.store.search(SearchRequest(limit: 200)).documents
    #expect(found.count == 140)
    for stored in found {
      let written = items.first { $0.id == stored.id && $0.collectionID == stored.collectionID }
      #expect(try stored.document == SerializedDocument(try #require(written).document))
    }
  }

  @Test func `The first searches draw one sample, and read what a page refers to by one statement`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.store.upsert((0..<150).map { try CatalogFixture.collection("c\($0)") })
    try await catalog.store.upsert(try Self.items(collections: 150, each: 1) { _ in "" })
    let statements = RecordedStatements()
    let pool = PostgresPool(connectionURL: catalog.url, observer: statements)
    let store = try await PostgresCatalogStore(pool: pool)
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<12 {
        group.addTask { try await store.search(SearchRequest(limit: 150)).documents.count }
      }
      for try await count in group { #expect(count == 150) }
    }
    await pool.shutdown()
    let texts = statements.texts.withLock(\.self)
    #expect(texts.count { $0.contains("LEFT JOIN gnomon.collection_changes") } == 1)
    #expect(texts.count { $0.contains("SELECT key, id FROM gnomon.collections") } <= 12)
  }

  @Test func `Small documents of many collections share a dictionary`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.store.upsert((0..<50).map { try CatalogFixture.collection("c\($0)") })
    let items = try Self.items(collections: 50, each: 2) { "\($0 * 7_919 % 50)" }
    for item in items { try await catalog.store.upsert([item]) }
    #expect(try await Self.number("SELECT count(*) FROM gnomon.dictionaries", catalog) == 1)
    #expect(try await Self.number("SELECT max(octet_length(packed)) FROM gnomon.items", catalog) < 160)
  }

  @Test func `A search in a small collection reads its items, not those of all others`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.pool.withSession { session throws(PostgresError) in try session.run(unsafeScript: Self.filling) }
    let statements = RecordedStatements()
    let pool = PostgresPool(connectionURL: catalog.url, observer: statements)
    let store = try await PostgresCatalogStore(pool: pool)
    let page = try await store.search(
      SearchRequest(collections: ["c7"], boundingBox: try BoundingBox(parsing: "0,0,2,2"), limit: 100))
    #expect(page.documents.count == 5)
    await pool.shutdown()
    let search = statements.texts.withLock { $0.filter { $0.contains("AS branch") } }
    #expect(search.count == 1)
    #expect(!search.contains { $0.contains("<->") }, "\(search)")
  }

  /// 15,000 items in 3,000 collections, all at one place.
  private static let filling = """
    INSERT INTO gnomon.collections (id, links_position, document)
    SELECT 'c' || n, 1, '{}' FROM generate_series(1, 3000) n;
    INSERT INTO gnomon.items
      (collection_key, id, datetime, start_datetime, end_datetime, geometry, properties, links_position, document)
    SELECT n % 3000 + 1, 'i' || n, t, t, t, ST_SetSRID(ST_MakePoint(1, 1), 4326), '{}', 1, '{"links":[]}'
    FROM generate_series(1, 15000) n, LATERAL (SELECT timestamptz '2000-01-01' + n * interval '2 hours' AS t) x;
    ANALYZE gnomon.items
    """
}

extension PostgresSession {
  /// The number of items in a transaction that is shown the same all along, but for seven items that it adds itself: at first,
  /// when it is time to look again, and when it is forgotten; and once that is rolled back.
  fileprivate func countsInOneSnapshot(_ memory: ItemCountMemory) throws(PostgresError) -> [Int] {
    _ = try query("BEGIN ISOLATION LEVEL REPEATABLE READ")
    var counts = [try memory.value(on: self)]
    let looked = ContinuousClock.now
    _ = try query("INSERT INTO gnomon.collection_changes SELECT key, 7, false FROM gnomon.collections")
    while ContinuousClock.now - looked <= ItemCountMemory.life * 2 { _ = try query("SELECT") }
    counts.append(try memory.value(on: self))
    memory.forget()
    counts.append(try memory.value(on: self))
    _ = try query("ROLLBACK")
    memory.forget()
    return counts + [try memory.value(on: self)]
  }
}
