import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

@Suite(.ownDatabases) struct PromotionTests {
  private static func model(_ id: String, _ version: String?, more: String = "") throws -> Item {
    let version = version.map { #","version":"\#($0)""# } ?? ""
    let item = try CatalogFixture.item(
      id, properties: #"{"datetime":"2020-01-01T00:00:00Z","mlm:name":"Crops"\#(version)\#(more)}"#)
    var document = item.document
    document["stac_extensions"] = ["https://stac-extensions.github.io/mlm/v1.5.2/schema.json"]
    return try Item(.object(document))
  }

  private static func write(
    as name: String, role: Role = .registrar, _ body: () async throws -> Void
  ) async throws {
    try await Actor.$current.withValue(Actor(name: name, role: role, isPerson: true)) { try await body() }
  }

  private static func succeeds(_ body: () async throws -> Void) async -> Bool {
    do {
      try await body()
      return true
    } catch {
      return false
    }
  }

  private static func catalog(_ items: [Item]) async throws -> CatalogFixture {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    try await catalog.store.insert(items, into: "a")
    return catalog
  }

  private static func decide(
    _ id: String, _ state: ModelState, in catalog: CatalogFixture, upon standing: PromotionStanding? = nil
  ) async throws {
    let present = try await catalog.store.standing(ofModel: id, in: "a")
    try await catalog.store.promote(
      PromotionRequest(
        standing: try #require(standing ?? present), to: state, actor: "ana", role: .approver, isPerson: true,
        comment: "why", evidence: "{}", alias: "production"))
  }

  @Test func `The families of models are told with their items, and of nothing else`() async throws {
    let catalog = try await Self.catalog([
      Self.model("one", "1.0.0"), Self.model("two", "2.0.0", more: #","deprecated":true"#), Self.model("none", nil),
      CatalogFixture.item("image"),
    ])
    let one = try #require(try await catalog.store.item(collection: "a", id: "one")?.family)
    #expect(one.releases.map(\.id) == ["none", "one", "two"])
    #expect(one.latest?.id == "one" && one.successor(of: "one")?.id == "two" && one.predecessor(of: "two")?.id == "one")
    #expect(one.predecessor(of: "one") == nil && one.successor(of: "none") == nil)
    #expect(try await catalog.store.item(collection: "a", id: "image")?.family == nil)
    let page = try await catalog.store.search(SearchRequest(collections: ["a"]))
    #expect(page.documents.count { $0.family != nil } == 3)
    let byName = try await catalog.store.modelFamily(named: "Crops", in: "a")
    let byItem = try await catalog.store.modelFamily(named: "two", in: "a")
    #expect(byName?.releases == one.releases && byItem?.releases == one.releases)
    #expect(try await catalog.store.modelFamily(named: "image", in: "a") == nil)
    #expect(try await catalog.store.modelFamily(named: "Crops", in: "b") == nil)
    await catalog.pool.shutdown()
  }

  @Test func `What a decision does not stand on any more is not written`() async throws {
    let catalog = try await Self.catalog([Self.model("one", "1.0.0")])
    let before = try #require(try await catalog.store.standing(ofModel: "one", in: "a"))
    try await Self.decide("one", .proposed, in: catalog)
    await #expect(throws: StoreError.changed("item 'one' in collection 'a'")) {
      try await Self.decide("one", .retired, in: catalog, upon: before)
    }
    let proposed = try #require(try await catalog.store.standing(ofModel: "one", in: "a"))
    try await catalog.store.upsert([Self.model("one", "1.0.1").inCollection("a")])
    await #expect(throws: StoreError.changed("item 'one' in collection 'a'")) {
      try await Self.decide("one", .retired, in: catalog, upon: proposed)
    }
    let changed = try #require(try await catalog.store.standing(ofModel: "one", in: "a"))
    #expect(changed.state == .proposed && !changed.isUnchanged)
    #expect(try await catalog.store.promotions(ofModel: "one", in: "a").map(\.to) == [.proposed])
    await catalog.pool.shutdown()
  }

  @Test func `Who puts the same document again has not written it`() async throws {
    let catalog = try await Self.catalog([])
    let one = try Self.model("one", "1.0.0").inCollection("a")
    let other = try Self.model("one", "1.0.0", more: #","title":"Other""#).inCollection("a")
    var authors: [String?] = []
    for (writer, item) in [("ana", one), ("bob", one), ("eve", other), ("bob", other)] {
      try await Self.write(as: writer) { try await catalog.store.upsert([item]) }
      authors.append(try await catalog.store.standing(ofModel: "one", in: "a")?.registration?.changedBy)
    }
    #expect(authors == ["ana", "ana", "eve", "eve"])
    // Nor where the same document is packed otherwise by now.
    let standing = try #require(try await catalog.store.standing(ofModel: "one", in: "a"))
    let text = String(decoding: try standing.document.document.bytes, as: UTF8.self)
    try await catalog.run(
      """
      ALTER TABLE gnomon.items DISABLE TRIGGER USER;
      UPDATE gnomon.items SET packed = NULL, dictionary_key = NULL, document = '\(text)';
      ALTER TABLE gnomon.items ENABLE TRIGGER USER
      """)
    let before = standing.registration
    try await Self.write(as: "bob") { try await catalog.store.upsert([other]) }
    #expect(try await catalog.store.standing(ofModel: "one", in: "a")?.registration == before)
    try await Self.write(as: "bob") { try await catalog.store.upsert([one]) }
    #expect(try await catalog.store.standing(ofModel: "one", in: "a")?.registration?.changedBy == "bob")
    await catalog.pool.shutdown()
  }

  @Test func `One version is in production, and the switch is told of both`() async throws {
    let catalog = try await Self.catalog([Self.model("one", "1.0.0"), Self.model("two", "2.0.0")])
    let early = try #require(try await catalog.store.standing(ofModel: "two", in: "a"))
    try await Self.decide("one", .production, in: catalog)
    // Whoever saw no version in production does not replace one.
    await #expect(throws: StoreError.changed("item 'two' in collection 'a'")) {
      try await Self.decide("two", .production, in: catalog, upon: early)
    }
    try await Self.decide("two", .production, in: catalog)
    #expect(try await catalog.store.standing(ofModel: "one", in: "a")?.state == .approved)
    let two = try #require(try await catalog.store.standing(ofModel: "two", in: "a"))
    #expect(two.state == .production && two.production?.id == "two")
    let former = try await catalog.store.promotions(ofModel: "one", in: "a")
    #expect(former.map(\.to) == [.production, .approved])
    #expect(former.last?.documentDigest == former.first?.documentDigest)
    #expect(try await catalog.store.modelFamily(named: "Crops", in: "a")?.production?.id == "two")
    await catalog.pool.shutdown()
  }

  @Test func `Decisions at the same time come one after the other`() async throws {
    let catalog = try await Self.catalog([Self.model("one", "1.0.0"), Self.model("two", "2.0.0")])
    for id in ["one", "two"] { try await Self.decide(id, .approved, in: catalog) }
    let standings = try await [
      #require(catalog.store.standing(ofModel: "one", in: "a")),
      #require(catalog.store.standing(ofModel: "two", in: "a")),
    ]
    let won = await withTaskGroup(of: Bool.self) { group in
      for index in 0..<8 {
        group.addTask {
          let standing = standings[index % 2]
          do {
            try await Self.decide(standing.document.id, .production, in: catalog, upon: standing)
            return true
          } catch {
            return false
          }
        }
      }
      return await group.reduce(0) { $1 ? $0 + 1 : $0 }
    }
    #expect(won == 1)
    await catalog.pool.shutdown()
  }

  @Test func `A state goes with its item, the history stays`() async throws {
    let catalog = try await Self.catalog([Self.model("one", "1.0.0"), Self.model("two", "2.0.0")])
    for id in ["one", "two"] { try await Self.decide(id, .proposed, in: catalog) }
    try await Self.write(as: "ci") {
      try await catalog.store.deleteItem(collection: "a", id: "one", comment: "no use")
    }
    #expect(try await catalog.count("model_states") == 1)
    try await catalog.store.deleteCollection(id: "a")
    #expect(try await catalog.count("model_states") == 0)
    let one = try await catalog.store.promotions(ofModel: "one", in: "a")
    #expect(one.map(\.outcome) == ["proposed", "removed"])
    #expect(one.last?.from == .proposed && one.last?.actor == "ci" && one.last?.role == "registrar")
    #expect(one.last?.comment == "no use" && one.last?.documentDigest == one.first?.documentDigest)
    let two = try await catalog.store.promotions(ofModel: "two", in: "a")
    #expect(two.last?.to == nil && two.last?.evidence.contains("collection") == true && two.last?.role == "database")
    #expect(try await catalog.store.standing(ofModel: "one", in: "a") == nil)
    await catalog.pool.shutdown()
  }

  @Test func `Only who may approve ends what was approved, whichever way it would go`() async throws {
    let catalog = try await Self.catalog([Self.model("one", "1.0.0")])
    let store = catalog.store
    try await Self.decide("one", .production, in: catalog)
    let plain = try CatalogFixture.item("one").inCollection("a")
    let ways: [@Sendable () async throws -> Void] = [
      { try await store.upsert([plain]) }, { try await store.replace(plain, in: "a", expecting: nil) },
      { try await store.upsert([plain, CatalogFixture.item("two").inCollection("a")]) },
      { try await store.deleteItem(collection: "a", id: "one") }, { try await store.deleteCollection(id: "a") },
    ]
    for way in ways {
      await #expect(throws: StoreError.decided("'one' in collection 'a' is production")) {
        try await Self.write(as: "ci", way)
      }
    }
    #expect(try await store.standing(ofModel: "one", in: "a")?.state == .production)
    #expect(try await store.promotions(ofModel: "one", in: "a").count == 1)
    for way in ways {
      try await Self.write(as: "ana", role: .approver, way)
      let last = try await store.promotions(ofModel: "one", in: "a").last
      #expect(last?.outcome == "removed" && last?.from == .production && last?.actor == "ana" && last?.isPerson == true)
      if try await store.collection(id: "a") == nil { try await catalog.add(collections: "a") }
      try await store.upsert([Self.model("one", "1.0.0").inCollection("a")])
      try await Self.decide("one", .production, in: catalog)
    }
    await catalog.pool.shutdown()
  }

  @Test func `A decision and a removal at the same time come one after the other`() async throws {
    let catalog = try await Self.catalog((0..<20).map { try Self.model("m\($0)", "1.0.\($0)") })
    let store = catalog.store
    for number in 0..<20 {
      try await Self.decide("m\(number)", .validated, in: catalog)
      let standing = try #require(try await store.standing(ofModel: "m\(number)", in: "a"))
      async let decided = Self.succeeds { try await Self.decide("m\(number)", .approved, in: catalog, upon: standing) }
      async let removed = Self.succeeds {
        try await Self.write(as: "ci") { try await store.deleteItem(collection: "a", id: "m\(number)") }
      }
      let outcomes = await [decided, removed]
      let history = try await store.promotions(ofModel: "m\(number)", in: "a").map(\.outcome)
      // Whoever came second was told: a registrar never ends what an approver has decided.
      #expect(outcomes == [true, false] ? history == ["validated", "approved"] : history == ["validated", "removed"])
      #expect(outcomes.contains(true) && outcomes.contains(false))
    }
    await catalog.pool.shutdown()
  }

  @Test func `A history is read in parts, the latest first`() async throws {
    let catalog = try await Self.catalog([Self.model("one", "1.0.0")])
    for state in [ModelState.proposed, .retired, .proposed, .validated] {
      try await Self.decide("one", state, in: catalog)
    }
    let latest = try await catalog.store.promotions(ofModel: "one", in: "a", before: nil, limit: 2)
    #expect(latest.map(\.to) == [.proposed, .validated])
    let earlier = try await catalog.store.promotions(ofModel: "one", in: "a", before: latest[0].number, limit: 9)
    #expect(earlier.map(\.to) == [.proposed, .retired])
    await catalog.pool.shutdown()
  }

  @Test func `A version is registered once, however it is written`() async throws {
    let catalog = try await Self.catalog([])
    let store = catalog.store
    let spellings = ["1.0", "v1.0.0", "1.0.0+build.7", "1.0.0", "1", "V1.0"]
    let won = await withTaskGroup(of: Bool.self) { group in
      for (number, version) in spellings.enumerated() {
        group.addTask {
          (try? await store.insert(
            model: Self.model("m\(number)", version), named: "Crops", version: version, into: "a")) != nil
        }
      }
      return await group.reduce(0) { $1 ? $0 + 1 : $0 }
    }
    #expect(won == 1)
    for version in spellings { #expect(try await store.models(named: "Crops", version: version, in: "a").count == 1) }
    for other in ["1.0.1", "1.0.0-rc.1", "final"] {
      try await store.insert(model: Self.model(other, other), named: "Crops", version: other, into: "a")
    }
    #expect(try await store.models(named: "Crops", version: nil, in: "a").isEmpty)
    #expect(try await store.models(named: "Crops", version: "final", in: "a") == ["final"])
    await catalog.pool.shutdown()
  }

  @Test func `MLflow is told what is in production, the latest only, and again where it did not listen`() async throws {
    func registered(_ id: String, _ version: String) throws -> Item {
      try Self.model(id, version, more: #","mlflow:registered_model":"crops","mlflow:version":"\#(version.prefix(1))""#)
    }
    let catalog = try await Self.catalog([
      registered("one", "1.0.0"), registered("two", "2.0.0"), Self.model("bare", "3.0.0"),
    ])
    let store = catalog.store
    #expect(try await store.claimAliasWrite() == nil)
    try await Self.decide("one", .production, in: catalog)
    let first = try #require(try await store.claimAliasWrite())
    #expect(first.registeredModel == "crops" && first.version == "1" && first.alias == "production" && !first.isRemoval)
    // It is on its way: nobody else takes it, nor what comes behind it.
    try await Self.decide("two", .production, in: catalog)
    #expect(try await store.claimAliasWrite() == nil)
    try await store.finish(aliasWrite: first.number, error: "no answer")
    let second = try #require(try await store.claimAliasWrite())
    #expect(second.version == "2" && !second.isRemoval)
    try await store.finish(aliasWrite: second.number, error: nil)
    #expect(try await store.claimAliasWrite() == nil)
    let aliases = try await store.promotions(ofModel: "one", in: "a").flatMap(\.aliases)
    #expect(aliases.map(\.isRemoval) == [false, true])
    #expect(aliases.allSatisfy { $0.done != nil && $0.error == "a later decision took its place" })
    try await Self.decide("two", .retired, in: catalog)
    let removal = try #require(try await store.claimAliasWrite())
    #expect(removal.isRemoval && removal.version == "2")
    try await store.finish(aliasWrite: removal.number, error: "no answer")
    // It waits for its next attempt.
    #expect(try await store.claimAliasWrite() == nil)
    let pending = try await store.promotions(ofModel: "two", in: "a").flatMap(\.aliases).filter { $0.done == nil }
    #expect(pending.map(\.error) == ["no answer"] && pending.map(\.attempts) == [1])
    try await Self.decide("bare", .production, in: catalog)
    #expect(try await store.promotions(ofModel: "bare", in: "a").flatMap(\.aliases).isEmpty)
    await catalog.pool.shutdown()
  }

  @Test func `The state is a property like any other`() async throws {
    let catalog = try await Self.catalog([Self.model("one", "1.0.0"), Self.model("two", "2.0.0")])
    try await Self.decide("two", .validated, in: catalog)
    #expect(try await catalog.find(SearchRequest(query: [("filter", "gnomon:state = 'validated'")])) == ["a/two"])
    #expect(try await catalog.find(SearchRequest(query: [("filter", "gnomon:state IS NULL")])) == ["a/one"])
    #expect(try await catalog.find(SearchRequest(query: [("sortby", "gnomon:state")])) == ["a/two", "a/one"])
    #expect(try await catalog.store.queryables(collection: "a")["gnomon:state"] != nil)
    await catalog.pool.shutdown()
  }

  @Test func `The state is told of the document that was decided upon alone`() async throws {
    let catalog = try await Self.catalog([Self.model("one", "1.0.0"), Self.model("two", "2.0.0")])
    let store = catalog.store
    func found(_ state: String) async throws -> [String] {
      try await catalog.find(SearchRequest(query: [("filter", "gnomon:state = '\(state)'")]))
    }
    /// What the item shows is what filters find, and what matching reads.
    func expect(_ state: ModelState?) async throws {
      #expect(try await store.standing(ofModel: "one", in: "a")?.presentState == state)
      for other in ModelState.allCases {
        #expect(try await found(other.rawValue) == (other == state ? ["a/one"] : []))
      }
      let keys = try await store.modelChanges(since: nil).changes.map(\.key)
      let read = try await store.models(keys, provedBy: nil).first { $0.document.id == "one" }
      #expect(read?.state == state?.rawValue)
    }
    try await Self.decide("one", .approved, in: catalog)
    try await expect(.approved)
    let (same, other) = try (Self.model("one", "1.0.0"), Self.model("one", "1.0.0", more: #","title":"other""#))
    try await store.upsert([same.inCollection("a")])
    try await expect(.approved)
    try await store.replace(other, in: "a", expecting: nil)
    try await expect(nil)
    try await store.replace(same, in: "a", expecting: nil)
    try await expect(.approved)
    try await store.upsert([Self.model("two", "2.0.1").inCollection("a"), other.inCollection("a")])
    try await expect(nil)
    try await Self.decide("one", .validated, in: catalog)
    try await expect(.validated)
    // What is retired is not used again because somebody has written to it.
    try await Self.decide("one", .retired, in: catalog)
    try await store.upsert([same.inCollection("a")])
    try await expect(.retired)
    // Whoever writes past the program is taken to have written another document.
    try await Self.decide("one", .production, in: catalog)
    try await expect(.production)
    try await catalog.run("UPDATE gnomon.items SET packed = packed || '\\x00' WHERE id = 'one'")
    #expect(try await found("production") == [])
    await catalog.pool.shutdown()
  }
}

extension CatalogFixture {
  /// How many rows a table of the catalog has.
  fileprivate func count(_ table: String) async throws -> Int64 {
    try await pool.withSession { session throws(PostgresError) in
      try session.query("SELECT count(*) FROM gnomon.\(identifier: table)").first?.integer(0) ?? -1
    }
  }
}
