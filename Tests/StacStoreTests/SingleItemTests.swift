import Postgres
import StacModel
import StacStore
import TestSupport
import Testing

/// Single items of many callers, which are written together where they come faster than they can be written.
@Suite(.ownDatabases) struct SingleItemTests {
  /// A catalog with a collection whose items' properties are registered, and a session that keeps everybody from writing
  /// to it.
  private struct Held {
    let catalog: CatalogFixture
    let holder: PostgresSession

    init(_ script: String = "") async throws {
      catalog = try await CatalogFixture()
      try await catalog.run(script)
      try await catalog.add(collections: "a")
      holder = try await PostgresSession(connectionURL: catalog.url)
      try await insert("registered")
      try await holder.run(unsafeScript: "BEGIN; SELECT FROM gnomon.collections WHERE id = 'a' FOR UPDATE")
    }

    func insert(_ id: String) async throws {
      try await catalog.store.insert([SingleItemTests.item(id)], into: "a")
    }

    /// Waits until so many statements wait for the holder.
    func waitForWriters(_ count: Int) async throws {
      try await eventually {
        try await catalog.number(
          """
          SELECT count(*) FROM pg_stat_activity \
          WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'WITH c AS MATERIALIZED%'
          """) == count
      }
    }

    func letGo(_ end: String = "COMMIT") async throws {
      try await holder.run(unsafeScript: end)
      await holder.close()
    }
  }

  private static func item(_ id: String) throws -> Item {
    try Item(
      JSONParser.parse(
        """
        {"type":"Feature","stac_version":"1.1.0","id":"\(id)","geometry":{"type":"Point","coordinates":[1,2]},\
        "bbox":[1,2,1,2],"collection":"a","properties":{"datetime":"2020-01-01T00:00:00Z"},\
        "links":[{"rel":"derived_from","href":"../../sources/items/of-\(id)"}],"assets":{}}
        """))
  }

  @Test func `What waits is written together, each once, and told of what is taken`() async throws {
    let held = try await Held()
    let outcomes = try await withThrowingTaskGroup(of: (id: String, isAdded: Bool).self) { group in
      for number in 0..<60 {
        // Ten identifiers are wanted by two, one is there.
        let id = number == 59 ? "registered" : "i\(number % 49)"
        group.addTask {
          do {
            try await held.insert(id)
            return (id, true)
          } catch StoreError.conflict(let taken) where taken == "item '\(id)' in collection 'a'" {
            return (id, false)
          }
        }
      }
      try await held.waitForWriters(2)
      try await held.letGo()
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.filter { !$0.isAdded }.count == 11)
    #expect(Set(outcomes.filter(\.isAdded).map(\.id)).count == 49)
    let catalog = held.catalog
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.items") == 50)
    #expect(try await catalog.number("SELECT items FROM gnomon.collection_sums") == 50)
    #expect(try await catalog.number("SELECT count(DISTINCT xmin::text) FROM gnomon.items") ?? 50 < 50)
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.derivations WHERE source_id = 'of-' || id") == 50)
  }

  @Test func `An item that the database refuses fails by itself`() async throws {
    let held = try await Held("ALTER TABLE gnomon.items ADD CHECK (id NOT LIKE 'bad%')")
    let refused = try await withThrowingTaskGroup(of: Int?.self) { group in
      for number in 0..<30 {
        group.addTask {
          do {
            try await held.insert(number % 10 == 7 ? "bad\(number)" : "i\(number)")
            return nil
          } catch StoreError.failed {
            return number
          }
        }
      }
      try await held.waitForWriters(2)
      try await held.letGo()
      return try await group.reduce(into: Set<Int>()) { if let number = $1 { $0.insert(number) } }
    }
    #expect(refused == [7, 17, 27])
    #expect(try await held.catalog.number("SELECT count(*) FROM gnomon.items") == 28)
    #expect(try await held.catalog.number("SELECT items FROM gnomon.collection_sums") == 28)
  }

  @Test func `Who gives up while waiting writes nothing, and keeps nobody from it`() async throws {
    let held = try await Held()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<2 { group.addTask { try await held.insert("own\(number)") } }
      try await held.waitForWriters(2)
      let given = Task { try await held.insert("given up") }
      for number in 0..<5 { group.addTask { try await held.insert("i\(number)") } }
      given.cancel()
      await #expect(throws: StoreError.cancelled) { try await given.value }
      try await held.letGo()
      try await group.waitForAll()
    }
    #expect(try await held.catalog.number("SELECT count(*) FROM gnomon.items") == 8)
    #expect(try await held.catalog.number("SELECT count(*) FROM gnomon.items WHERE id = 'given up'") == 0)
  }

  @Test func `A collection that goes meanwhile is told to all, and another does not wait for it`() async throws {
    let held = try await Held()
    try await held.catalog.add(collections: "b")
    let missing = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<20 {
        group.addTask {
          do {
            try await held.insert("i\(number)")
            return false
          } catch StoreError.notFound("collection 'a'") {
            return true
          }
        }
      }
      try await held.waitForWriters(2)
      for id in ["x", "y", "z"] {
        try await held.catalog.store.insert([CatalogFixture.item(id, in: "b")], into: "b")
      }
      try await held.letGo("DELETE FROM gnomon.collections WHERE id = 'a'; COMMIT")
      return try await group.reduce(into: 0) { if $1 { $0 += 1 } }
    }
    #expect(missing == 20)
    #expect(try await held.catalog.number("SELECT count(*) FROM gnomon.items") == 3)
  }
}
