import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

@Suite(.ownDatabases) struct TransactionTests {
  @Test func `A document comes back byte for byte but for the server's links`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    let properties =
      #"{"datetime":"2020-01-01T00:00:00.123456789+02:00","z":1.0,"y":1e0,"x":0.10,"big":12345678901234567890123,"s":"é🛰","empty":{},"null":null,"lone":[[],{}]}"#
    let item = try CatalogFixture.item("x", geometry: "null", properties: properties)
    try await catalog.store.insert([item], into: "a")
    let stored = try #require(try await catalog.store.item(collection: "a", id: "x"))
    #expect(try stored.document == SerializedDocument(item.document))
    let text = String(decoding: try stored.document.bytes, as: UTF8.self)
    for part in [#""z":1.0,"y":1e0,"x":0.10"#, "12345678901234567890123", "é🛰"] {
      #expect(text.contains(part))
    }
  }

  @Test func `Of several items with one that exists none is added, and the conflict names it`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    try await catalog.store.insert([CatalogFixture.item("taken")], into: "a")
    let items = try ["new", "taken", "other"].map { try CatalogFixture.item($0) }
    let error = await #expect(throws: StoreError.self) { try await catalog.store.insert(items, into: "a") }
    #expect(error == .conflict("item 'taken' in collection 'a'"))
    #expect(try await catalog.find(SearchRequest()) == ["a/taken"])
    let twice = await #expect(throws: StoreError.self) {
      try await catalog.store.insert([CatalogFixture.item("n"), CatalogFixture.item("n")], into: "a")
    }
    #expect(twice == .conflict("item 'n' in collection 'a'"))
  }

  @Test func `What is absent is not found`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    let store = catalog.store
    let item = try CatalogFixture.item("x")
    #expect(try await store.item(collection: "a", id: "x") == nil)
    #expect(try await store.collection(id: "none") == nil)
    let attempts: [(StoreError, () async throws -> Void)] = [
      (.notFound("collection 'none'"), { try await store.insert([item], into: "none") }),
      (.notFound("item 'x' in collection 'a'"), { try await store.replace(item, in: "a", expecting: nil) }),
      (.notFound("item 'x' in collection 'a'"), { try await store.deleteItem(collection: "a", id: "x") }),
      (.notFound("collection 'none'"), { try await store.deleteCollection(id: "none") }),
      (.notFound("collection 'none'"), { try await store.replace(CatalogFixture.collection("none"), expecting: nil) }),
      (.notFound("collection 'none'"), { try await store.upsert([CatalogFixture.item("x", in: "none")]) }),
      (.conflict("collection 'a'"), { try await store.insert(CatalogFixture.collection("a")) }),
    ]
    for (expected, attempt) in attempts {
      let error = await #expect(throws: StoreError.self) { try await attempt() }
      #expect(error == expected)
    }
  }

  @Test func `Replacing changes what is found`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    try await catalog.store.insert([CatalogFixture.item("x")], into: "a")
    let moved = try CatalogFixture.item("x", geometry: #"{"type":"Point","coordinates":[50,50]}"#)
    try await catalog.store.replace(moved, in: "a", expecting: nil)
    #expect(try await catalog.find(SearchRequest(boundingBox: BoundingBox(parsing: "49,49,51,51"))) == ["a/x"])
    #expect(try await catalog.find(SearchRequest(boundingBox: BoundingBox(parsing: "9,19,11,21"))) == [])
    try await catalog.store.replace(CatalogFixture.collection("a", description: "other"), expecting: nil)
    let stored = try #require(try await catalog.store.collection(id: "a"))
    #expect(String(decoding: try stored.document.bytes, as: UTF8.self).contains("other"))
  }

  @Test func `An upsert adds, replaces, and keeps the later of two`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    func item(_ id: String, _ longitude: Int, in collection: String = "a") throws -> Item {
      try CatalogFixture.item(id, in: collection, geometry: #"{"type":"Point","coordinates":[\#(longitude),0]}"#)
    }
    try await catalog.store.upsert([item("x", 1), item("x", 2), item("y", 3, in: "b")])
    #expect(try await catalog.find(SearchRequest(boundingBox: BoundingBox(parsing: "2,0,3,0"))) == ["b/y", "a/x"])
    try await catalog.store.upsert([item("x", 9), item("z", 9)])
    #expect(try await catalog.find(SearchRequest(boundingBox: BoundingBox(parsing: "9,0,9,0"))) == ["a/z", "a/x"])
  }

  @Test func `Identifiers are their bytes: no Unicode form, case or pattern makes two one`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    let ids = ["e\u{301}", "\u{e9}", "E\u{301}", "%", "_", "a'b", #"a"b\"#, "a,b", " "]
    try await catalog.store.insert(ids.map { try CatalogFixture.item($0) }, into: "a")
    try await catalog.store.upsert(ids.map { try CatalogFixture.item($0) })
    #expect(try await catalog.store.search(SearchRequest(limit: 50)).documents.count == ids.count)
    for id in ids {
      let stored = try await catalog.store.item(collection: "a", id: id)
      #expect(stored.map { Array($0.id.utf8) } == Array(id.utf8))
      #expect(try await catalog.store.search(SearchRequest(ids: [id])).documents.count == 1)
    }
  }

  @Test func `Deleting a collection deletes its items and no others`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    try await catalog.store.insert([CatalogFixture.item("x")], into: "a")
    try await catalog.store.insert([CatalogFixture.item("x", in: "b")], into: "b")
    try await catalog.store.deleteCollection(id: "a")
    #expect(try await catalog.find(SearchRequest()) == ["b/x"])
    #expect(try await catalog.store.searchCollections(CollectionSearchRequest()).documents.map(\.id) == ["b"])
  }

  @Test func `Collections given together are added or replaced, the later of two stays`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    let collections = try [("b", "1"), ("a", "2"), ("b", "3")].map {
      try CatalogFixture.collection($0.0, description: $0.1)
    }
    try await catalog.store.upsert(collections)
    let stored = try await catalog.store.searchCollections(CollectionSearchRequest()).documents
    #expect(try stored.map { try $0.document } == collections[1...2].map { SerializedDocument($0.document) })
  }

  @Test func `Collections are paged by identifier`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "b", "a", "C", "é")
    let first = try await catalog.store.searchCollections(CollectionSearchRequest(limit: 2))
    #expect(first.documents.map(\.id) == ["C", "a"])
    #expect(first.numberMatched == .exact(4))
    let second = try await catalog.store.searchCollections(CollectionSearchRequest(limit: 2, token: first.next))
    #expect(second.documents.map(\.id) == ["b", "é"])
    #expect(second.next == nil)
  }

  @Test func `Writers in opposite orders, and a delete of the collection among them, all end`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    let forward = try (0..<30).flatMap {
      [try CatalogFixture.item("i\($0)"), try CatalogFixture.item("i\($0)", in: "b")]
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for turn in 0..<6 {
        group.addTask { try await catalog.store.upsert(turn % 2 == 0 ? forward : forward.reversed()) }
      }
      group.addTask { _ = try await catalog.store.search(SearchRequest(limit: 100)) }
      try await group.waitForAll()
    }
    #expect(try await catalog.store.search(SearchRequest(limit: 100)).documents.count == 60)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await catalog.store.deleteCollection(id: "b") }
      for number in 0..<8 {
        group.addTask {
          let item = try CatalogFixture.item("late\(number)", in: "b")
          do { try await catalog.store.insert([item], into: "b") } catch StoreError.notFound(_) {}
        }
      }
      try await group.waitForAll()
    }
    #expect(try await catalog.find(SearchRequest(collections: ["b"])) == [])
    let orphans = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query(
        "SELECT FROM gnomon.items WHERE collection_key NOT IN (SELECT key FROM gnomon.collections)"
      ).count
    }
    #expect(orphans == 0)
  }

  @Test func `U+0000 in an identifier is a fault of the request`() async throws {
    let catalog = try await CatalogFixture()
    let error = await #expect(throws: StoreError.self) { try await catalog.store.item(collection: "a\0", id: "x") }
    #expect(error == .parameter(ParameterError("request", "U+0000 is not allowed")))
  }

  @Test func `A session that is killed under a write leaves all of it or nothing, and the next write goes`()
    async throws
  {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    let killer = try await PostgresSession(connectionURL: catalog.url)
    let holder = try await PostgresSession(connectionURL: catalog.url)
    // The write waits for one that holds an identifier in its middle.
    try await holder.run(
      unsafeScript: """
        BEGIN; INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, links_position, document)
        SELECT key, 'i250', now(), now(), now(), 0, '{}' FROM gnomon.collections
        """)
    let items = try (0..<500).map { try CatalogFixture.item("i\($0)") }
    let write = Task { try await catalog.store.insert(items, into: "a") }
    try await eventually {
      try await !killer.query(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() \
        AND datname = current_database() AND query ~ '^(INSERT|COPY)' AND wait_event_type = 'Lock'
        """
      ).isEmpty
    }
    try await holder.run(unsafeScript: "ROLLBACK")
    let outcome = await write.result
    let found = try await catalog.store.search(SearchRequest(limit: 1_000)).documents.count
    #expect(found == 0)
    #expect {
      try outcome.get()
    } throws: { error in
      if case .unavailable? = error as? StoreError { true } else { false }
    }
    try await catalog.store.upsert(items)
    #expect(try await catalog.store.search(SearchRequest(limit: 1_000)).documents.count == 500)
  }
}
