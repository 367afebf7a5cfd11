import Postgres
import StacModel
import StacStore
import TestSupport
import Testing

/// What servers that keep models in memory learn of changes.
@Suite(.ownDatabases) struct ModelChangesTests {
  private static func model(_ id: String, title: String = "") throws -> Item {
    try Item(
      JSONParser.parse(
        """
        {"type":"Feature","stac_version":"1.1.0","id":"\(id)","geometry":null,"collection":"a","links":[],"assets":{},\
        "stac_extensions":["https://stac-extensions.github.io/mlm/v1.5.2/schema.json"],\
        "properties":{"datetime":"2020-01-01T00:00:00Z","title":"\(title)"}}
        """))
  }

  /// The identifiers of models that are there, and of those that went, of changes whose transactions are not known yet.
  private static func news(
    _ changes: ModelChanges, _ known: inout [ModelKey: UInt64], _ catalog: CatalogFixture
  ) async throws -> [Set<String>] {
    let news = changes.changes.filter { known[$0.key] != $0.transaction }
    for change in news { known[change.key] = change.transaction }
    let there = try await catalog.store.models(news.filter(\.isModel).map(\.key), provedBy: nil).map(\.document.id)
    return [Set(there), ["\(news.count { !$0.isModel }) went"]]
  }

  @Test func `Every write of a model is told once, and none of other items`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    try await catalog.store.insert([Self.model("one"), Self.model("two"), CatalogFixture.item("image")], into: "a")
    var known: [ModelKey: UInt64] = [:]
    var changes = try await catalog.store.modelChanges(since: nil)
    #expect(try await Self.news(changes, &known, catalog) == [["one", "two"], ["0 went"]])
    changes = try await catalog.store.modelChanges(since: changes.mark)
    #expect(try await Self.news(changes, &known, catalog) == [[], ["0 went"]])
    try await catalog.store.replace(Self.model("one", title: "x"), in: "a", expecting: nil)
    try await catalog.store.insert([CatalogFixture.item("other")], into: "a")
    changes = try await catalog.store.modelChanges(since: changes.mark)
    #expect(try await Self.news(changes, &known, catalog) == [["one"], ["0 went"]])
    // A model becomes an image, and an image a model.
    try await catalog.store.replace(CatalogFixture.item("two"), in: "a", expecting: nil)
    try await catalog.store.replace(Self.model("image"), in: "a", expecting: nil)
    changes = try await catalog.store.modelChanges(since: changes.mark)
    #expect(try await Self.news(changes, &known, catalog) == [["image"], ["1 went"]])
    try await catalog.store.deleteCollection(id: "a")
    changes = try await catalog.store.modelChanges(since: changes.mark)
    #expect(try await Self.news(changes, &known, catalog) == [[], ["2 went"]])
    #expect(try await catalog.store.modelChanges(since: nil).changes == [])
  }

  @Test func `A transaction that began first and commits last is told too`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    try await catalog.store.insert([Self.model("slow"), Self.model("quick")], into: "a")
    var known: [ModelKey: UInt64] = [:]
    var changes = try await catalog.store.modelChanges(since: nil)
    _ = try await Self.news(changes, &known, catalog)
    // It has written and waits for a lock that the test holds, then commits.
    let holder = PostgresPool(connectionURL: catalog.url, size: 1)
    try await holder.withSession { session throws(PostgresError) in
      try session.run(unsafeScript: "SELECT pg_advisory_lock(1)")
    }
    let slow = Task {
      try await catalog.run(
        """
        BEGIN; UPDATE gnomon.items SET updated_at = now() WHERE id = 'slow'; SELECT pg_advisory_lock(1); COMMIT
        """)
    }
    let waiting: SQL = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    while try await catalog.number(waiting) == 0 { await Task.yield() }
    for _ in 0..<2 {
      try await catalog.store.replace(Self.model("quick", title: "x"), in: "a", expecting: nil)
      changes = try await catalog.store.modelChanges(since: changes.mark)
      #expect(try await Self.news(changes, &known, catalog) == [["quick"], ["0 went"]])
    }
    await holder.shutdown()
    try await slow.value
    changes = try await catalog.store.modelChanges(since: changes.mark)
    #expect(try await Self.news(changes, &known, catalog) == [["slow"], ["0 went"]])
  }

  @Test func `The state of a model's promotion is told, and that it changed`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    try await catalog.store.insert([Self.model("one")], into: "a")
    var changes = try await catalog.store.modelChanges(since: nil)
    #expect(try await catalog.store.models(changes.changes.map(\.key), provedBy: nil).map(\.state) == [nil])
    let digest = try #require(try await catalog.store.standing(ofModel: "one", in: "a")).documentDigest
    let hexadecimal = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    try await catalog.run(
      """
      INSERT INTO gnomon.promotions
        (collection, item, model, to_state, actor, role, is_person, comment, evidence, document_digest)
      VALUES ('a', 'one', 'one', 'production', 'x', 'admin', true, '', '{}', decode('\(hexadecimal)', 'hex'));
      INSERT INTO gnomon.model_states
      SELECT i.collection_key, i.id, 'one', 'production', p.number, p.document_digest
      FROM gnomon.items i, gnomon.promotions p
      """)
    changes = try await catalog.store.modelChanges(since: changes.mark)
    #expect(changes.changes.count == 1)
    #expect(try await catalog.store.models(changes.changes.map(\.key), provedBy: nil).map(\.state) == ["production"])
    // Of another document nothing was decided.
    try await catalog.store.replace(Self.model("one", title: "x"), in: "a", expecting: nil)
    changes = try await catalog.store.modelChanges(since: changes.mark)
    #expect(try await catalog.store.models(changes.changes.map(\.key), provedBy: nil).map(\.state) == [nil])
  }
}
