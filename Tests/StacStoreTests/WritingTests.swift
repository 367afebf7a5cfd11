import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

/// Writes of many items at once.
@Suite(.ownDatabases) struct WritingTests {
  private static func count(_ catalog: CatalogFixture, _ condition: SQL = "true") async throws -> Int64 {
    let rows = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query("SELECT count(*) FROM gnomon.items WHERE \(condition)")
    }
    return try #require(rows.first).integer(0)
  }

  private static func items(_ count: Int, in collection: String = "a", version: Int = 0) throws -> [Item] {
    try (0..<count).map {
      try CatalogFixture.item(
        "i\($0)", in: collection, geometry: #"{"type":"Point","coordinates":[\#($0 % 180),\#($0 % 90)]}"#,
        properties: #"{"datetime":"2020-01-01T00:00:00Z","version":\#(version)}"#)
    }
  }

  @Test func `An item whose packed document is damaged is found, and cannot be read`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    let items = try Self.items(3)
    try await catalog.store.insert(items, into: "a")
    _ = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query(
        """
        UPDATE gnomon.items SET packed = set_byte(packed, octet_length(packed) - 1, \
        255 - get_byte(packed, octet_length(packed) - 1)) WHERE id = 'i1'
        """)
    }
    var reader = StoredDocument.Reader()
    for stored in try await catalog.store.search(SearchRequest(limit: 10)).documents {
      let bytes = Result { () throws(StoreError) in try reader.read(stored) { $0.withUnsafeBytes { Array($0) } } }
      guard stored.id != "i1" else {
        guard case .failure(.failed) = bytes else { throw StoreError.failed("a damaged document was read") }
        continue
      }
      let written = try #require(items.first { $0.id == stored.id })
      #expect(try bytes.get() == SerializedDocument(written.document).bytes)
      #expect(try stored.document == SerializedDocument(written.document))
      #expect(stored.byteCount == (try bytes.get()).count)
    }
  }

  @Test func `Ten thousand items are written, counted, and come back as they were`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    let items = try Self.items(10_000)
    try await catalog.store.insert(items.shuffled(), into: "a")
    #expect(try await Self.count(catalog) == 10_000)
    let sum = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query("SELECT items FROM gnomon.collection_sums").map { row throws(PostgresError) in
        try row.integer(0)
      }
    }
    #expect(sum == [10_000])
    for number in [0, 999, 1_000, 5_432, 9_999] {
      let stored = try #require(try await catalog.store.item(collection: "a", id: "i\(number)"))
      #expect(try stored.document == SerializedDocument(items[number].document))
    }
    try await catalog.store.upsert(Self.items(10_000, version: 1))
    #expect(try await Self.count(catalog, "properties ->> 'version' = '1'") == 10_000)
  }

  @Test func `Some of many items are there already, and are replaced`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    try await catalog.store.upsert(Self.items(120).suffix(40) + Self.items(2, in: "b"))
    // The first in order is new, so that the quickest way is begun and given up.
    try await catalog.store.upsert(Self.items(300, version: 1) + Self.items(1, in: "b", version: 1))
    #expect(try await Self.count(catalog) == 302)
    #expect(try await Self.count(catalog, "properties ->> 'version' = '1'") == 301)
    let sums = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query("SELECT items FROM gnomon.collection_sums ORDER BY collection_key").map {
        row throws(PostgresError) in try row.integer(0)
      }
    }
    #expect(sums == [300, 2])
  }

  @Test func `A geometry that is not valid and words are as they are alone, among many items`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    let bow = #"{"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}"#
    let square = #"{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}"#
    let words = #"{"datetime":"2020-01-01T00:00:00Z","title":"Tides"}"#
    let plain = #"{"datetime":"2020-01-01T00:00:00Z"}"#
    let strange = [
      try CatalogFixture.item("bow", in: "a", geometry: bow, properties: plain),
      try CatalogFixture.item("words", in: "a", geometry: square, properties: words),
    ]
    try await catalog.store.upsert(Self.items(50) + strange)
    #expect(try await Self.count(catalog, "ST_IsValid(geometry)") == 52)
    #expect(try await Self.count(catalog, "id = 'bow' AND ST_Area(geometry) = 2") == 1)
    #expect(try await Self.count(catalog, "search_text IS NOT NULL") == 1)
    #expect(try await Self.count(catalog, "id = 'words' AND search_text @@ 'tides'::tsquery") == 1)
  }

  @Test func `One that is taken among many is named, and none of the others stays`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    var items = try Self.items(2_500)
    // The last in the order of identifiers, so that other statements have written before it.
    items.append(try CatalogFixture.item("zz"))
    try await catalog.store.insert([CatalogFixture.item("zz")], into: "a")
    let error = await #expect(throws: StoreError.self) { try await catalog.store.insert(items, into: "a") }
    #expect(error == .conflict("item 'zz' in collection 'a'"))
    #expect(try await Self.count(catalog) == 1)
    let single = await #expect(throws: StoreError.self) {
      try await catalog.store.insert([CatalogFixture.item("zz")], into: "a")
    }
    #expect(single == .conflict("item 'zz' in collection 'a'"))
  }

  @Test func `An unknown collection or an unusable value in the middle leaves nothing`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "c")
    let strange = try CatalogFixture.item("x", in: "b")
    let unknown = await #expect(throws: StoreError.self) {
      try await catalog.store.upsert(Self.items(1_200) + [strange] + Self.items(1_200, in: "c"))
    }
    #expect(unknown == .notFound("collection 'b'"))
    #expect(try await Self.count(catalog) == 0)
    let refused = try Item(
      [
        "type": "Feature", "stac_version": "1.1.0", "id": "i5", "geometry": nil, "collection": "a", "links": [],
        "assets": [:], "properties": ["datetime": "2020-01-01T00:00:00Z", "text": "\u{0}"],
      ])
    let error = await #expect(throws: StoreError.self) {
      try await catalog.store.upsert(Self.items(1_200) + [refused])
    }
    guard case .parameter = error else { throw try #require(error) }
    #expect(try await Self.count(catalog) == 0)
    try await catalog.store.upsert(Self.items(3))
    #expect(try await Self.count(catalog) == 3)
  }

  @Test func `Geometries that are not valid are made so among others, and none stays none`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    let bowTie = #"{"type":"Polygon","coordinates":[[[0,0],[10,10],[10,0],[0,10],[0,0]]]}"#
    let spike = #"{"type":"Polygon","coordinates":[[[20,0],[30,0],[20,0],[20,0]]]}"#
    let items =
      try Self.items(40) + [
        CatalogFixture.item("tie", geometry: bowTie), CatalogFixture.item("spike", geometry: spike),
        CatalogFixture.item("none", geometry: "null"),
      ]
    try await catalog.store.insert(items, into: "a")
    #expect(try await Self.count(catalog, "ST_IsValid(geometry)") == 42)
    #expect(try await Self.count(catalog, "id = 'tie' AND abs(ST_Area(geometry) - 50) < 1e-6") == 1)
    #expect(try await Self.count(catalog, "id = 'none' AND geometry IS NULL") == 1)
  }

  @Test func `Of many with one identifier the last stays, whichever statements they are in`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    let sets = try (0..<4).map { try Self.items(700, version: $0) + Self.items(700, in: "b", version: $0) }
    try await catalog.store.upsert(sets.flatMap { $0 })
    #expect(try await Self.count(catalog) == 1_400)
    #expect(try await Self.count(catalog, "properties ->> 'version' = '3'") == 1_400)
  }

  @Test func `The words of each item of a set are found, and those alone`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    let titled = try CatalogFixture.item(
      "titled",
      properties:
        #"{"datetime":null,"start_datetime":"2020-01-01T00:00:00Z","end_datetime":"2020-02-01T00:00:00Z","title":"Sugar beet"}"#
    )
    let model = try CatalogFixture.item(
      "model", properties: #"{"datetime":"2020-01-01T00:00:00Z","mlm:tasks":["beet-counting"]}"#)
    try await catalog.store.upsert(Self.items(20) + [titled, model])
    #expect(try await Self.count(catalog, "search_text IS NOT NULL") == 2)
    let found = try await catalog.find(SearchRequest(freeText: .phrase("beet")))
    #expect(Set(found) == ["a/titled", "a/model"])
    try await catalog.store.upsert([CatalogFixture.item("titled")])
    #expect(try await Self.count(catalog, "search_text IS NOT NULL") == 1)
  }

  @Test func `A note is committed with the items, or neither is`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    try await catalog.run("CREATE TABLE notes (position bigint PRIMARY KEY)")
    try await catalog.store.load(Self.items(1_500), note: "INSERT INTO notes VALUES (\(1_500))")
    #expect(try await Self.count(catalog, "EXISTS (SELECT FROM notes WHERE position = 1500)") == 1_500)
    await #expect(throws: StoreError.self) {
      try await catalog.store.load(Self.items(10, version: 7), note: "INSERT INTO notes VALUES (\(1_500))")
    }
    #expect(try await Self.count(catalog, "properties ->> 'version' = '7'") == 0)
    try await catalog.store.load([], note: "INSERT INTO notes VALUES (\(2))")
    #expect(try await Self.count(catalog, "EXISTS (SELECT FROM notes WHERE position = 2)") == 1_500)
  }

  @Test func `Writers of sets that overlap, in any order, all end, and each item is one writer's`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 1...6 {
        group.addTask {
          for _ in 0..<3 {
            let all = try Self.items(1_200, version: writer) + Self.items(300, in: "b", version: writer)
            try await catalog.store.upsert(all.shuffled().dropLast(writer % 2 == 0 ? 500 : 0))
          }
        }
      }
      group.addTask {
        for number in 0..<20 { try await catalog.store.upsert([CatalogFixture.item("i\(number)")]) }
      }
      try await group.waitForAll()
    }
    #expect(try await Self.count(catalog) == 1_500)
    let stored = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query("SELECT id, properties ->> 'version' FROM gnomon.items WHERE collection_key = 1").map {
        row throws(PostgresError) in (try row.text(0), row.isNull(1) ? nil : try row.text(1))
      }
    }
    for (id, version) in stored.prefix(300) {
      let document = try #require(try await catalog.store.item(collection: "a", id: id)).document
      let properties = try JSONParser.parse(document.bytes).object?["properties"]?.object
      #expect(properties?["version"]?.double.map { String(Int($0)) } == version, "\(id)")
    }
    let sums = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query("SELECT items FROM gnomon.collection_sums ORDER BY items").map { row throws(PostgresError) in
        try row.integer(0)
      }
    }
    #expect(sums == [300, 1_200])
  }

  @Test func `A write whose caller goes away is whole, or was never begun`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    let items = try Self.items(5_000)
    for round in 1...4 {
      let version = try Self.items(5_000, version: round)
      let write = Task { try await catalog.store.upsert(round == 1 ? items : version) }
      for _ in 0..<round * round { await Task.yield() }
      write.cancel()
      _ = await write.result
      let counts = try await catalog.pool.withSession { session throws(PostgresError) in
        try session.query("SELECT count(*) FROM gnomon.items GROUP BY properties -> 'version'").map {
          row throws(PostgresError) in try row.integer(0)
        }
      }
      #expect(counts == [] || counts == [5_000])
    }
    try await catalog.store.upsert(items)
    #expect(try await Self.count(catalog) == 5_000)
  }

  /// How many names, with types, are registered and not there, or there and not registered.
  private static func wrongNames(_ catalog: CatalogFixture) async throws -> Int? {
    try await catalog.number(
      """
      WITH found AS (
        SELECT DISTINCT i.collection_key, p.key, jsonb_typeof(p.value) AS type
        FROM gnomon.items i, jsonb_each(i.properties) p WHERE octet_length(p.key) <= 1000),
      kept AS (SELECT DISTINCT collection_key, name, type FROM gnomon.collection_properties)
      SELECT (SELECT count(*) FROM (TABLE found EXCEPT TABLE kept) x)
        + (SELECT count(*) FROM (TABLE kept EXCEPT TABLE found) x)
      """)
  }

  @Test func `The names of a set's properties are registered as those of single items are`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    let values = ["1", "\"x\"", "null", "true", "[1]", "{\"in\":2}", "1e-3", "\"a\\nb\""]
    let names = [
      "p", "quote\\\"d", "back\\\\slash", "line\\n", "é", "e\u{301}", "", String(repeating: "x", count: 1_001),
    ]
    let items = try (0..<400).map { number in
      try CatalogFixture.item(
        "i\(number)", in: number % 3 == 0 ? "b" : "a",
        properties: """
          {"datetime":"2020-01-01T00:00:00Z","\(names[number / 8 % 7])":\(values[number % 8]),\
          "\(names[7])":1,"n\(number % 50)":\(number)}
          """)
    }
    try await catalog.store.insert(items.filter { $0.collectionID == "a" }, into: "a")
    try await catalog.store.upsert(items)
    #expect(try await Self.wrongNames(catalog) == 0)
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_properties") ?? 0 > 150)
    let late = try (0..<30).map {
      try CatalogFixture.item(
        "late\($0)", properties: #"{"datetime":"2020-01-01T00:00:00Z","late":\#($0 == 29 ? "[]" : "1")}"#)
    }
    try await catalog.store.upsert(late)
    try await catalog.store.upsert([
      CatalogFixture.item("one", properties: #"{"datetime":"2020-01-01T00:00:00Z","one":1}"#)
    ])
    #expect(try await Self.wrongNames(catalog) == 0)
  }

  @Test func `No name is lost where the statistics are rebuilt meanwhile`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<3 {
        group.addTask {
          for round in 0..<8 {
            let items = try (0..<50).map {
              try CatalogFixture.item(
                "w\(writer)-\($0)",
                properties: #"{"datetime":"2020-01-01T00:00:00Z","r\#(round)":1,"w\#(writer)":"\#($0)"}"#)
            }
            try await catalog.store.upsert(items)
          }
        }
      }
      group.addTask { for _ in 0..<12 { try await catalog.run("SELECT gnomon.rebuild_statistics()") } }
      try await group.waitForAll()
    }
    let missing = try await catalog.number(
      """
      SELECT count(*) FROM (
        SELECT i.collection_key, p.key, jsonb_typeof(p.value) FROM gnomon.items i, jsonb_each(i.properties) p
        EXCEPT SELECT collection_key, name, type FROM gnomon.collection_properties) x
      """)
    #expect(missing == 0)
    let sums = try await catalog.number("SELECT items FROM gnomon.collection_sums")
    #expect(sums == 150)
  }

  @Test func `Documents that change their kind get another dictionary, and old ones are read as before`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    func items(_ kind: UInt64, from first: Int) throws -> [Item] {
      // Words that items of one kind share, and no two kinds do.
      var state = kind
      let words = (0..<200).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return String(state >> 33, radix: 36)
      }
      return try (first..<first + 30).map { number in
        try CatalogFixture.item(
          "k\(kind)-\(number)",
          properties:
            #"{"datetime":"2020-01-01T00:00:00Z","note":"\#(words.joined(separator: " "))","number":\#(number)}"#)
      }
    }
    let (first, second, third) = (try items(1, from: 0), try items(2, from: 0), try items(2, from: 100))
    for set in [first, second, third] { try await catalog.store.insert(set, into: "a") }
    let sizes = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query(
        """
        SELECT avg(octet_length(packed))::int8 FROM gnomon.items GROUP BY dictionary_key, substring(id for 2) \
        ORDER BY dictionary_key, 1
        """
      ).map { row throws(PostgresError) in try row.integer(0) }
    }
    // The second kind against the dictionary of the first, and against its own.
    try #require(sizes.count == 3)
    #expect(sizes[2] * 4 < sizes[1])
    for item in [first[29], second[0], second[29], third[0], third[29]] {
      let stored = try #require(try await catalog.store.item(collection: "a", id: item.id))
      #expect(try stored.document == SerializedDocument(item.document))
    }
    // The others stay with what they have.
    for item in try items(2, from: 200) { try await catalog.store.insert([item], into: "a") }
    // Kinds that alternate share the dictionaries there are.
    for turn in 0..<20 {
      try await catalog.store.insert(items(UInt64(turn % 2 + 1), from: 1_000 + turn * 30), into: "a")
    }
    let count = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query("SELECT count(*) FROM gnomon.dictionaries").first?.integer(0)
    }
    #expect(count == 2)
  }
}
