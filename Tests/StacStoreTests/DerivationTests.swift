import Postgres
import StacModel
import StacStore
import TestSupport
import Testing

/// What items were made of, in the table beside them.
@Suite(.ownDatabases) struct DerivationTests {
  private static func item(_ id: String, in collection: String = "made", from sources: String...) throws -> Item {
    let links = sources.map { #"{"rel":"derived_from","href":"\#($0)"}"# }.joined(separator: ",")
    return try Item(
      JSONParser.parse(
        """
        {"type":"Feature","stac_version":"1.1.0","id":"\(id)","geometry":null,"collection":"\(collection)",\
        "properties":{"datetime":"2020-01-01T00:00:00Z"},"links":[\(links)],"assets":{}}
        """))
  }

  private static func made(_ catalog: CatalogFixture, from id: String, limit: Int = 100) async throws -> [String] {
    try await catalog.store.items(derivedFrom: id, in: "models", limit: limit, offset: 0).items.map(\.id)
  }

  private static func rows(_ catalog: CatalogFixture) async throws -> Int64 {
    let rows = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query("SELECT count(*) FROM gnomon.derivations")
    }
    return try #require(rows.first).integer(0)
  }

  private static func catalog() async throws -> CatalogFixture {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "models", "made")
    return catalog
  }

  @Test func `An item is found from its source however it is written`() async throws {
    let catalog = try await Self.catalog()
    let link = "../../models/items/m"
    try await catalog.store.insert([Self.item("one", from: link)], into: "made")
    try await catalog.store.upsert([Self.item("two", from: "https://x.example/api/collections/models/items/m")])
    try await catalog.store.insert((10..<60).map { try Self.item("i\($0)", from: link) }, into: "made")
    try await catalog.store.upsert((60..<70).map { try Self.item("i\($0)", from: link, link, "../../models") })
    let found = try await Self.made(catalog, from: "m")
    #expect(found == (10..<70).map { "i\($0)" } + ["one", "two"])
    #expect(try await Self.made(catalog, from: "m", limit: 3) == ["i10", "i11", "i12"])
    // A link that is given twice is one row; a collection is a source too.
    #expect(try await Self.rows(catalog) == 72)
  }

  @Test func `Items without sources write no row, and rows go with their items`() async throws {
    let catalog = try await Self.catalog()
    try await catalog.store.insert((10..<60).map { try Self.item("i\($0)") }, into: "made")
    try await catalog.store.insert([Self.item("a", from: "data/b.json", "https://example.org/x")], into: "made")
    #expect(try await Self.rows(catalog) == 0)
    try await catalog.store.upsert((10..<12).map { try Self.item("i\($0)", from: "../../models/items/m") })
    try await catalog.store.replace(
      Self.item("i10", from: "../../models/items/n"), in: "made", expecting: nil)
    #expect(try await Self.made(catalog, from: "m") == ["i11"])
    #expect(try await Self.made(catalog, from: "n") == ["i10"])
    try await catalog.store.deleteItem(collection: "made", id: "i11")
    #expect(try await Self.rows(catalog) == 1)
    try await catalog.store.deleteCollection(id: "made")
    #expect(try await Self.rows(catalog) == 0)
  }

  @Test func `What was there before the table is read once, when the catalog is opened`() async throws {
    let catalog = try await Self.catalog()
    try await catalog.add(collections: "predictions")
    let link = "../../models/items/m"
    try await catalog.store.upsert((100..<800).map { try Self.item("p\($0)", in: "predictions", from: link) })
    try await catalog.store.insert([Self.item("elsewhere", from: link)], into: "made")
    _ = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query(
        """
        WITH gone AS (DELETE FROM gnomon.derivations) \
        INSERT INTO gnomon.settings (name, value) VALUES ('derivations_to_read', '')
        """)
    }
    #expect(try await Self.made(catalog, from: "m").isEmpty)
    // Servers that start at once read it once.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<3 { group.addTask { _ = try await CatalogDatabase.migrate(catalog.pool) } }
      try await group.waitForAll()
    }
    #expect(try await Self.rows(catalog) == 700)
    #expect(try await Self.made(catalog, from: "m", limit: 1_000).count == 700)
  }
}
