import CQL2
import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

@Suite(.ownDatabases) struct PagingTests {
  /// Items with few distinct instants, the same identifiers in two collections.
  private static func filled(_ count: Int) async throws -> CatalogFixture {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    for collection in ["a", "b"] {
      let items = try (0..<count).map { number in
        try CatalogFixture.item("i\(number)", in: collection, properties: time(number % 3))
      }
      try await catalog.store.insert(items, into: collection)
    }
    return catalog
  }

  private static func time(_ day: Int) -> String { #"{"datetime":"2020-01-0\#(day + 1)T00:00:00Z"}"# }

  /// The pages from the first to the last, and the last page.
  private static func walk(
    _ catalog: CatalogFixture, _ request: SearchRequest, between: (Int) async throws -> Void = { _ in }
  ) async throws -> (pages: [[String]], last: SearchPage) {
    var request = request
    var pages: [[String]] = []
    while true {
      let page = try await catalog.store.search(request)
      pages.append(page.documents.map { "\($0.collectionID)/\($0.id)" })
      guard let next = page.next else { return (pages, page) }
      request.token = next
      try await between(pages.count)
    }
  }

  @Test(arguments: [1, 2, 3, 7, 39, 40, 41]) func `Next and previous give the same pages, ties and all`(limit: Int)
    async throws
  {
    let catalog = try await Self.filled(20)
    let all = try await catalog.find(SearchRequest(limit: 100))
    #expect(Set(all).count == 40)
    let (pages, last) = try await Self.walk(catalog, SearchRequest(limit: limit))
    #expect(pages.flatMap { $0 } == all)
    var back = [pages[pages.count - 1]]
    var previous = last.previous
    while let token = previous {
      let page = try await catalog.store.search(SearchRequest(limit: limit, token: token))
      back.insert(page.documents.map { "\($0.collectionID)/\($0.id)" }, at: 0)
      previous = page.previous
      #expect(page.next != nil)
    }
    #expect(back == pages)
  }

  @Test func `One collection and a stretch of time page like the whole`() async throws {
    let catalog = try await Self.filled(20)
    let days = try DatetimeInterval(parsing: "2020-01-01T00:00:00Z/2020-01-02T00:00:00Z")
    for request in [
      SearchRequest(collections: ["b"], limit: 3), SearchRequest(datetime: days, limit: 3),
      SearchRequest(collections: ["a"], datetime: days, limit: 2),
      SearchRequest(collections: ["a", "b"], boundingBox: try BoundingBox(parsing: "0,0,30,30"), limit: 7),
    ] {
      var whole = request
      whole.limit = 100
      let (pages, _) = try await Self.walk(catalog, request)
      #expect(pages.flatMap { $0 } == (try await catalog.find(whole)))
      #expect(pages.count > 3)
    }
  }

  @Test func `No item is lost or repeated while others come and go`() async throws {
    let catalog = try await Self.filled(30)
    var random = SystemRandomNumberGenerator()
    var deleted: Set<String> = []
    let before = Set(try await catalog.find(SearchRequest(limit: 100)))
    let (pages, _) = try await Self.walk(catalog, SearchRequest(limit: 4)) { page in
      let added = try CatalogFixture.item("new\(page)", properties: Self.time(Int.random(in: 0..<3, using: &random)))
      try await catalog.store.insert([added], into: "a")
      let victim = "i\(Int.random(in: 0..<30, using: &random))"
      guard deleted.insert("b/\(victim)").inserted else { return }
      try await catalog.store.deleteItem(collection: "b", id: victim)
    }
    let seen = pages.flatMap { $0 }
    #expect(Set(seen).count == seen.count)
    #expect(before.subtracting(deleted).isSubset(of: seen))
  }

  @Test func `A token survives its row, and an empty page leads back with the item at its place`() async throws {
    let catalog = try await Self.filled(2)
    let first = try await catalog.store.search(SearchRequest(collections: ["a"], limit: 1))
    #expect(first.documents.map(\.id) == ["i1"])
    let next = try #require(first.next)
    try await catalog.store.deleteItem(collection: "a", id: "i0")
    let empty = try await catalog.store.search(SearchRequest(collections: ["a"], limit: 1, token: next))
    #expect(empty.documents.isEmpty)
    #expect(empty.next == nil)
    let back = try await catalog.store.search(SearchRequest(collections: ["a"], limit: 1, token: empty.previous))
    #expect(back.documents.map(\.id) == ["i1"])
    try await catalog.store.deleteItem(collection: "a", id: "i1")
    try await catalog.store.insert([CatalogFixture.item("i0", properties: Self.time(0))], into: "a")
    #expect(try await catalog.store.search(SearchRequest(collections: ["a"], token: next)).documents.count == 1)
  }

  @Test func `The number of matches counts every page`() async throws {
    let catalog = try await Self.filled(20)
    let first = try await catalog.store.search(SearchRequest(collections: ["a"], limit: 3))
    #expect(first.numberMatched == .exact(20))
    let second = try await catalog.store.search(SearchRequest(collections: ["a"], limit: 3, token: first.next))
    #expect(second.numberMatched == .exact(20))
    #expect(first.previous == nil)
  }

  @Test func `A count that takes too long becomes an estimate, unless an exact one is asked for`() async throws {
    let catalog = try await Self.filled(2)
    try await catalog.pool.withSession { session throws(PostgresError) in
      try session.run(
        unsafeScript: """
          INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, links_position, document)
          SELECT 1, 'n' || n, now(), now(), now(), 1, '{}' FROM generate_series(1, 200000) n;
          ANALYZE gnomon.items
          """)
    }
    let hasty = try await PostgresCatalogStore(pool: catalog.pool, countLimit: 1)
    let old = SearchRequest(datetime: try DatetimeInterval(parsing: "2000-01-01T00:00:00Z/.."), limit: 2)
    guard case .estimate(let estimate)? = try await hasty.search(old).numberMatched else {
      Issue.record("the count was not estimated")
      return
    }
    #expect(150_000...200_004 ~= estimate)
    #expect(try await hasty.search(old, counting: .exact).numberMatched == .exact(200_004))
    #expect(try await hasty.search(old, counting: .none).numberMatched == nil)
    #expect(try await hasty.search(SearchRequest(limit: 2)).numberMatched == .exact(200_004))
  }

  private static let sought = "own:kind = 'sought'"

  /// A catalog with 64 items that are sought, and a store that looked for them when there were none, so that it expects one.
  private static func grown(countLimit: Int) async throws -> (catalog: CatalogFixture, store: PostgresCatalogStore) {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    func insert(_ kind: String, _ count: Int, into collection: String) async throws {
      let items = try (0..<count).map { number in
        try CatalogFixture.item(
          "\(kind)\(number)", in: collection,
          properties: #"{"datetime":"2020-01-0\#(number % 3 + 1)T00:00:00Z","own:kind":"\#(kind)"}"#)
      }
      try await catalog.store.insert(items, into: collection)
    }
    try await insert("other", 30, into: "a")
    let store = try await PostgresCatalogStore(pool: catalog.pool, countLimit: countLimit)
    #expect(try await store.search(SearchRequest(filter: Filter(text: sought))).documents.isEmpty)
    try await insert("sought", 32, into: "a")
    try await insert("sought", 32, into: "b")
    return (catalog, store)
  }

  @Test(arguments: [0, 5, 20]) func `An estimate is never less than the pages before have shown`(countLimit: Int)
    async throws
  {
    let (_, store) = try await Self.grown(countLimit: countLimit)
    let place = try BoundingBox(parsing: "0,0,30,30")
    let filter = try Filter(text: Self.sought)
    for request in [
      SearchRequest(filter: filter, limit: 5), SearchRequest(boundingBox: place, filter: filter, limit: 7),
      SearchRequest(filter: filter, sortBy: [SortKey(property: "id", direction: .descending)], limit: 3),
      SearchRequest(
        boundingBox: place, filter: filter, sortBy: [SortKey(property: "own:kind", direction: .ascending)], limit: 9),
    ] {
      var shown: Set<String> = []
      var request = request
      func turn(_ direction: KeyPath<SearchPage, String?>) async throws -> Bool {
        let page = try await store.search(request)
        shown.formUnion(page.documents.map { "\($0.collectionID)/\($0.id)" })
        guard case .estimate(let number)? = page.numberMatched else {
          Issue.record("the number is not an estimate: \(String(describing: page.numberMatched))")
          return false
        }
        #expect(number >= shown.count + (shown.count < 64 ? 1 : 0))
        #expect(number <= 64)
        request.token = page[keyPath: direction] ?? request.token
        return page[keyPath: direction] != nil
      }
      // Forward, a little back, to the end, to the beginning, and to the end once more.
      for _ in 0..<3 { _ = try await turn(\.next) }
      for _ in 0..<2 { _ = try await turn(\.previous) }
      while try await turn(\.next) {}
      #expect(shown.count == 64)
      while try await turn(\.previous) {}
      while try await turn(\.next) {}
    }
  }

  @Test func `An exact number stays exact, also where fewer are left than the pages before have shown`() async throws {
    let (catalog, store) = try await Self.grown(countLimit: 100)
    var request = SearchRequest(filter: try Filter(text: Self.sought), limit: 20)
    for _ in 0..<3 {
      let page = try await store.search(request)
      #expect(page.numberMatched == .exact(64))
      request.token = page.next
    }
    for number in 2..<32 { try await catalog.store.deleteItem(collection: "b", id: "sought\(number)") }
    #expect(try await store.search(request).numberMatched == .exact(34))
    let hasty = try await PostgresCatalogStore(pool: catalog.pool, countLimit: 0)
    #expect(try await hasty.search(request, counting: .exact).numberMatched == .exact(34))
    request.filter = nil
    #expect(try await hasty.search(request).numberMatched == .exact(64))
  }

  @Test func `Pages in any order, with equal values and values that are not there, hold every item once`() async throws
  {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    for (collection, count) in [("a", 23), ("b", 17)] {
      let items = try (0..<count).map { number in
        let cover = number % 4 == 0 ? "" : #","eo:cloud_cover":\#(number % 5)"#
        let mixed = [#","mixed":"x\#(number % 3)""#, #","mixed":\#(number % 2)"#, "", #","mixed":true"#][number % 4]
        let time = #""datetime":"2020-01-0\#(number % 3 + 1)T00:00:00Z""#
        return try CatalogFixture.item("i\(number)", in: collection, properties: "{\(time)\(cover)\(mixed)}")
      }
      try await catalog.store.insert(items, into: collection)
    }
    let orders: [[(String, SortKey.Direction)]] = [
      [("eo:cloud_cover", .ascending)], [("eo:cloud_cover", .descending)], [("mixed", .ascending)],
      [("mixed", .descending), ("eo:cloud_cover", .ascending)], [("id", .ascending)], [("datetime", .ascending)],
      [("collection", .descending), ("datetime", .descending), ("id", .ascending)],
      [("id", .ascending), ("collection", .ascending)], [("id", .descending), ("eo:cloud_cover", .ascending)],
    ]
    for (order, collections) in orders.flatMap({ order in [nil, ["b"]].map { (order, $0) } }) {
      let keys = order.map { SortKey(property: $0.0, direction: $0.1) }
      let request = SearchRequest(collections: collections, sortBy: keys, limit: 7)
      var whole = request
      whole.limit = 100
      let all = try await catalog.find(whole)
      #expect(Set(all).count == (collections == nil ? 40 : 17))
      let (pages, last) = try await Self.walk(catalog, request)
      #expect(pages.flatMap { $0 } == all)
      var token = last.previous
      var back = [pages[pages.count - 1]]
      while let place = token {
        var request = request
        request.token = place
        let page = try await catalog.store.search(request)
        back.insert(page.documents.map { "\($0.collectionID)/\($0.id)" }, at: 0)
        token = page.previous
      }
      #expect(back == pages)
    }
  }

  @Test func `A walk goes on when values of a new type come to the property it is sorted by`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    let item = { (id: String, value: String) in
      try CatalogFixture.item(id, properties: #"{"datetime":"2020-01-01T00:00:00Z","own:v":\#(value)}"#)
    }
    try await catalog.store.insert([item("one", "1"), item("two", "2"), item("three", "3")], into: "a")
    let request = SearchRequest(sortBy: [SortKey(property: "own:v", direction: .ascending)], limit: 1)
    let (pages, _) = try await Self.walk(catalog, request) { number in
      guard number == 1 else { return }
      try await catalog.store.insert([item("text", #""x""#), item("list", "[1]"), item("flag", "true")], into: "a")
    }
    #expect(pages.flatMap { $0 } == ["a/one", "a/two", "a/three", "a/text", "a/flag", "a/list"])
  }
}
