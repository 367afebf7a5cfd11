import Postgres
import SeededRandom
import StacModel
import StacStore
import TestSupport
import Testing

/// Single items whose properties are registered are added by a statement that notes itself what it changes.
@Suite(.ownDatabases) struct NotedInsertTests {
  @Test func `A second item of the same properties needs no trigger, one of others does`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    try await Self.insert("first", catalog)
    try await catalog.run(
      """
      CREATE OR REPLACE FUNCTION gnomon.note_insert() RETURNS trigger LANGUAGE plpgsql AS
      $$BEGIN IF EXISTS (SELECT FROM added) THEN RAISE 'noted by the trigger'; END IF; RETURN NULL; END$$
      """)
    try await Self.insert("second", catalog)
    await #expect(throws: StoreError.self) { try await Self.insert("third", more: #","other":1"#, catalog) }
    await #expect(throws: StoreError.conflict("item 'second' in collection 'a'")) {
      try await Self.insert("second", catalog)
    }
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.items") == 2)
    #expect(try await catalog.number("SELECT items FROM gnomon.collection_sums") == 2)
  }

  @Test func `What single items change is kept as if it were read from all items`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    let geometries = [
      #"{"type":"Point","coordinates":[10,20]}"#, "null", #"{"type":"Point","coordinates":[-170,-60]}"#,
      #"{"type":"Polygon","coordinates":[[[-5,1],[7,1],[7,8],[-5,8],[-5,1]]]}"#,
      #"{"type":"MultiPoint","coordinates":[[-179,3],[179,4]]}"#,
      #"{"type":"LineString","coordinates":[[100,80],[120,-85]]}"#,
    ]
    let extra = ["", #","x":1"#, #","x":"text""#, #","y":[1],"z":{}"#, #","x":null,"y":true"#]
    var random = SeededGenerator(seed: 11)
    var taken: Set<String> = []
    for _ in 0..<300 {
      let collection = Bool.random(using: &random) ? "a" : "b"
      let year = Int.random(in: 1990...2030, using: &random)
      let id = "i\(Int.random(in: 0..<250, using: &random))"
      let item = try CatalogFixture.item(
        id, in: collection,
        geometry: geometries.randomElement(using: &random) ?? "null",
        properties: #"{"datetime":"\#(year)-01-01T00:00:00Z"\#(extra.randomElement(using: &random) ?? "")}"#)
      if taken.insert("\(collection)/\(id)").inserted {
        try await catalog.store.insert([item], into: collection)
      } else {
        await #expect(throws: StoreError.conflict("item '\(id)' in collection '\(collection)'")) {
          try await catalog.store.insert([item], into: collection)
        }
      }
    }
    let kept = try await Self.statistics(catalog)
    try await catalog.run("SELECT gnomon.rebuild_statistics()")
    #expect(try await Self.statistics(catalog) == kept)
    #expect(kept.count > 10)
  }

  @Test func `Names are registered again in a collection that was deleted, and after a rebuild`() async throws {
    let catalog = try await CatalogFixture()
    let names: SQL = "SELECT count(DISTINCT name) FROM gnomon.collection_properties"
    for _ in 0..<2 {
      try await catalog.add(collections: "a")
      for id in ["1", "2"] { try await Self.insert(id, more: #","deep":{}"#, catalog) }
      #expect(try await catalog.number(names) == 2)
      try await catalog.store.deleteItem(collection: "a", id: "1")
      try await catalog.store.deleteItem(collection: "a", id: "2")
      try await catalog.run("SELECT gnomon.rebuild_statistics()")
      #expect(try await catalog.number(names) == 0)
      try await Self.insert("3", more: #","deep":{}"#, catalog)
      #expect(try await catalog.number(names) == 2)
      try await catalog.store.deleteCollection(id: "a")
      await #expect(throws: StoreError.notFound("collection 'a'")) { try await Self.insert("4", catalog) }
    }
  }

  @Test func `Eight writers of single items among rebuilds and merges lose nothing`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          for step in 0..<60 { try await Self.insert("w\(writer)-\(step)", more: #","p\#(step / 6)":1"#, catalog) }
        }
      }
      group.addTask {
        for _ in 0..<20 {
          try await catalog.run("SELECT gnomon.rebuild_statistics()")
          try await catalog.run("SELECT gnomon.merge_changes(key, 1000) FROM gnomon.collections")
        }
      }
      try await group.waitForAll()
    }
    #expect(try await catalog.number("SELECT items FROM gnomon.collection_sums") == 480)
    #expect(try await catalog.number("SELECT count(DISTINCT name) FROM gnomon.collection_properties") == 11)
  }

  private static func insert(_ id: String, more: String = "", _ catalog: CatalogFixture) async throws {
    let item = try CatalogFixture.item(id, properties: #"{"datetime":"2020-01-01T00:00:00Z"\#(more)}"#)
    try await catalog.store.insert([item], into: "a")
  }

  /// What is kept of all collections, a line for each fact.
  private static func statistics(_ catalog: CatalogFixture) async throws -> [String] {
    try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query(
        """
        SELECT (s.collection_key, items, west, south, east, north, start_datetime, end_datetime)::text AS fact
        FROM gnomon.collection_statistics s
        UNION SELECT (collection_key, name, type)::text FROM gnomon.collection_properties ORDER BY fact
        """
      ).map { row throws(PostgresError) in try row.text(0) }
    }
  }
}
