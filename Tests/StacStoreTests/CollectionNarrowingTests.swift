import CQL2
import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

/// Searches for properties that few collections hold, which are made in these alone.
@Suite(.ownDatabases) struct CollectionNarrowingTests {
  private static let required: [(String, Set<String>)] = [
    ("a = 1", ["a"]), ("1 < a", ["a"]), ("a <> b", ["a", "b"]), ("NOT a = 1", ["a"]), ("a IS NOT NULL", ["a"]),
    ("a IS NULL", []), ("a IN (1, b)", ["a"]), ("é = 1 OR e\u{301} = 1", []), ("a NOT IN (1)", []),
    ("a BETWEEN b AND 2", ["a"]),
    ("CASEI(a) LIKE 'x%'", ["a"]), ("a NOT LIKE 'x%'", ["a"]), ("a + b * 2 = 3", ["a", "b"]),
    ("A_CONTAINS(a, ('x', b))", ["a"]), ("a", ["a"]), ("a = 1 AND b = 2", ["a", "b"]), ("a = 1 OR b = 2", []),
    ("a = 1 AND b = 2 OR c = 3 AND b > 1", ["b"]), ("NOT (a = 1 AND b = 2)", []), ("a = 1 OR true", []),
    ("datetime > DATE('2020-01-01') AND id = 'x' AND a > datetime", ["a"]), ("(a = 1) IS NULL", []),
    ("S_INTERSECTS(geometry, POINT(0 0))", []),
  ]

  @Test(arguments: required) func `A condition requires what it compares`(text: String, properties: Set<String>) throws
  {
    #expect(try Filter(text: text).expression.requiredProperties == Set(properties.map { Array($0.utf8) }))
  }

  /// 2,400 items in `large`, of which a page of `small` has one in sixty at the same instants; they have other properties.
  private static func catalog() async throws -> CatalogFixture {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "large", "small", "other", "empty")
    let items = try (0..<2_460).map { number in
      let collection = number < 2_400 ? "large" : number % 3 == 0 ? "other" : "small"
      let own = collection == "large" ? #""own:bands":["\#(number % 9)"]"# : #""own:p":\#(number % 5),"own:s":"É""#
      let extra = collection == "other" ? #","own:other":true"# : ""
      return try CatalogFixture.item(
        "i\(number)", in: collection,
        properties: #"{"datetime":"2020-01-0\#(number % 7 + 1)T00:00:00Z",\#(own)\#(extra)}"#)
    }
    try await catalog.store.upsert(items)
    return catalog
  }

  private static func store(_ catalog: CatalogFixture) async throws -> (PostgresCatalogStore, RecordedStatements) {
    let statements = RecordedStatements()
    let pool = PostgresPool(connectionURL: catalog.url, observer: statements)
    return (try await PostgresCatalogStore(pool: pool), statements)
  }

  @Test(arguments: [
    ("own:p = 2", true), ("own:p <> 2 AND own:other IS NOT NULL", true), ("CASEI(own:s) LIKE 'é%'", true),
    ("own:p > 1 AND A_CONTAINS(own:bands, ('1'))", true), ("own:nothing = 1", true), ("own:other = false", true),
    ("own:p = 1 OR own:bands IS NOT NULL", false), ("own:p IS NULL", false), ("own:p NOT IN (1)", false),
  ]) func `What is found is what all collections have`(text: String, isNarrowed: Bool) async throws {
    let catalog = try await Self.catalog()
    let (store, statements) = try await Self.store(catalog)
    let all = (0..<2_460).map { "i\($0)" }
    let filter = try Filter(text: text)
    for collections in [nil, ["large"], ["small"], ["large", "small"], ["other", "large", "empty"]] {
      for keys in [[], ["id"], ["datetime", "id"], ["collection", "datetime"]] {
        var request = SearchRequest(collections: collections, filter: filter, limit: isNarrowed ? 7 : 700)
        request.sortBy = keys.map { SortKey(property: $0, direction: .descending) }
        _ = statements.takeAll()
        let pages = try await Self.pages(store, request)
        let looked = statements.takeAll().contains { $0.contains("<> ALL(") }
        if collections == nil || collections == ["large"] { #expect(looked == isNarrowed, "\(request)") }
        // Of identifiers it is not asked who can have them.
        request.ids = all
        #expect(try await Self.pages(store, request) == pages, "\(request)")
      }
    }
  }

  /// The items of all pages, in their order.
  private static func pages(_ store: PostgresCatalogStore, _ request: SearchRequest) async throws -> [String] {
    var (request, found) = (request, [String]())
    repeat {
      let page = try await store.search(request)
      found += page.documents.map { "\($0.collectionID)/\($0.id)" }
      request.token = page.next
    } while request.token != nil
    return found
  }

  @Test func `Few matches are counted, and those of whole collections known`() async throws {
    let (store, _) = try await Self.store(Self.catalog())
    let number = try await store.search(SearchRequest(filter: Filter(text: "own:other = true"), limit: 3)).numberMatched
    #expect(number == .exact(20))
    let none = try await store.search(SearchRequest(filter: Filter(text: "own:nothing = 1")))
    #expect(none.numberMatched == .exact(0) && none.documents.isEmpty)
  }

  @Test func `What has an index is looked for in small collections alone, of which a sample of all says little`()
    async throws
  {
    let catalog = try await Self.catalog()
    for property in ["own:p", "own:bands"] {
      guard case .made = try await PropertyIndexes(pool: catalog.pool).add(property) else {
        Issue.record("there is no index over \(property)")
        return
      }
    }
    let (store, statements) = try await Self.store(catalog)
    for (text, count, isNarrowed) in [("own:p = 2", 12, true), ("A_CONTAINS(own:bands, ('1'))", 267, false)] {
      _ = statements.takeAll()
      let page = try await store.search(SearchRequest(filter: try Filter(text: text), limit: 300))
      #expect(page.documents.count == count && page.numberMatched == .exact(count), "\(text)")
      #expect(statements.takeAll().contains { $0.contains("<> ALL(") } == isNarrowed, "\(text)")
    }
  }

  @Test func `What another writer has just brought is found, where it was not known that a collection can have it`()
    async throws
  {
    let catalog = try await Self.catalog()
    let (store, statements) = try await Self.store(catalog)
    let (known, new) = (SearchRequest(filter: try Filter(text: "own:p = 77")), try Filter(text: "own:new = 1"))
    #expect(try await store.search(known).documents.isEmpty)
    #expect(try await store.search(SearchRequest(filter: new)).documents.isEmpty)
    let day = #""datetime":"2020-01-01T00:00:00Z""#
    for (id, property) in [("x", #""own:p":77"#), ("y", #""own:new":1"#)] {
      let item = try CatalogFixture.item(id, in: "large", properties: "{\(day),\(property)}")
      try await catalog.store.insert([item], into: "large")
    }
    _ = statements.takeAll()
    #expect(try await store.search(known).documents.map(\.id) == ["x"])
    // In the collections that were known it was looked whether they still are all.
    #expect(statements.takeAll().contains { $0.contains("<> ALL(") })
    #expect(try await store.search(SearchRequest(collections: ["large"], filter: new)).documents.map(\.id) == ["y"])
    #expect(try await store.search(SearchRequest(filter: new)).documents.map(\.id) == ["y"])
  }

  @Test func `A page begins behind a place in another collection`() async throws {
    let catalog = try await Self.catalog()
    let (old, _) = try await Self.store(catalog)
    // Of the last instant there are more than those of the first page.
    var request = SearchRequest(filter: try Filter(text: "own:p >= 0"), limit: 22)
    let all = try await Self.pages(old, request)
    #expect(Set(all.map { $0.prefix(5) }) == ["small", "other"])
    // At one instant collections go by their keys: of each some are left behind a page that ends in another.
    request.token = try await old.search(request).next
    let last = try #require(all.dropFirst(21).first)
    let gone = last.hasPrefix("small") ? "small" : "other"
    try await catalog.store.deleteCollection(id: gone)
    let (store, _) = try await Self.store(catalog)
    let rest = try await Self.pages(store, request)
    #expect(rest == all.dropFirst(22).filter { !$0.hasPrefix(gone) })
    #expect(!rest.isEmpty)
  }

  @Test func `Of properties that very many collections hold, or none, it is known that they do`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.store.upsert((0..<70).map { try CatalogFixture.collection("c\($0)") })
    let day = #""datetime":"2020-01-01T00:00:00Z""#
    func holders() async throws -> PropertyHolders {
      try await catalog.pool.withSession { session throws(PostgresError) in try PropertyHolders(on: session) }
    }
    #expect(try await holders().collections(with: Array("own:none".utf8)) == nil)
    try await catalog.store.upsert(
      (0..<70).map { try CatalogFixture.item("x", in: "c\($0)", properties: "{\(day)}") })
    #expect(try await holders().collections(with: Array("own:none".utf8)) == [])
    try await catalog.store.upsert(
      (0..<3).map { try CatalogFixture.item("y", in: "c\($0)", properties: "{\(day),\"own:few\":\($0)}") })
    let known = try await holders()
    #expect(known.collections(with: Array("datetime".utf8)) == nil)
    #expect(known.collections(with: Array("own:few".utf8)) == Set(["c0", "c1", "c2"].map { Array($0.utf8) }))
    #expect(known.collections(with: Array("own:none".utf8)) == [])
    #expect(PropertyHolders.unknown.collections(with: Array("own:none".utf8)) == nil)
    // Names of more bytes are not registered.
    #expect(known.collections(with: Array(repeating: UInt8(ascii: "n"), count: 1_001)) == nil)
    try await catalog.store.deleteCollection(id: "c1")
    #expect(try await holders().collections(with: Array("own:few".utf8)) == Set(["c0", "c2"].map { Array($0.utf8) }))
    // Whose items have names of their own has too many to be kept.
    try await catalog.run(
      "INSERT INTO gnomon.property_sets (properties) SELECT ARRAY['number own:' || n] FROM generate_series(1, 20001) n")
    #expect(try await holders().collections(with: Array("own:few".utf8)) == nil)
  }
}
