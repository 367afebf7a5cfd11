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
    let place = CatalogPlace(collection: "models", item: id)
    return try await catalog.store.items(derivedFrom: place, limit: limit, offset: 0).items.map(\.id)
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

  @Test func `A collection is a source, and a model by the names of its versions`() async throws {
    let catalog = try await Self.catalog()
    func model(_ id: String, version: String) throws -> Item {
      try Item(
        JSONParser.parse(
          """
          {"type":"Feature","stac_version":"1.1.0","id":"\(id)","geometry":null,"collection":"models",\
          "stac_extensions":["https://stac-extensions.github.io/mlm/v1.5.2/schema.json"],"links":[],"assets":{},\
          "properties":{"datetime":"2020-01-01T00:00:00Z","mlm:name":"Crops","version":"\(version)"}}
          """))
    }
    try await catalog.store.insert([model("c1", version: "1.0.0"), model("c2", version: "2.0.0")], into: "models")
    let links = ["Crops@latest", "c1@2.0", "c2", "Crops", "CropsA@latest", "Crop@latest", "Crops%402.0.0"]
    for (number, link) in links.enumerated() {
      try await catalog.store.insert([Self.item("p\(number)", from: "../../models/items/\(link)")], into: "made")
    }
    // Which version a name means is for whoever asks to tell: all that may are given.
    #expect(try await Self.made(catalog, from: "c2") == ["p0", "p1", "p2", "p6"])
    #expect(try await Self.made(catalog, from: "c1") == ["p0", "p1", "p6"])
    #expect(try await Self.made(catalog, from: "Crops") == ["p3"])
    try await catalog.store.insert([Self.item("whole", from: "../../models", "../../models/")], into: "made")
    let whole = CatalogPlace(collection: "models", item: nil)
    #expect(try await catalog.store.items(derivedFrom: whole, limit: 9, offset: 0).items.map(\.id) == ["whole"])
  }

  @Test func `Collections that name sources are found`() async throws {
    let catalog = try await Self.catalog()
    let second = try Collection(
      JSONParser.parse(
        """
        {"type":"Collection","stac_version":"1.1.0","id":"second","description":"d","license":"other",\
        "extent":{"spatial":{"bbox":[[-180,-90,180,90]]},"temporal":{"interval":[[null,null]]}},\
        "links":[{"rel":"derived_from","href":"../made"}]}
        """))
    try await catalog.store.insert(second)
    #expect(try await catalog.store.collectionsWithSources(limit: 9).map(\.id) == ["second"])
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
