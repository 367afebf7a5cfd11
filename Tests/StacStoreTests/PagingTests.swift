import Postgres
import StacModel
import StacSearch
import StacStore
import Testing

@Suite struct PagingTests {
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
    ]
    for order in orders {
      let keys = order.map { SortKey(property: $0.0, direction: $0.1) }
      let all = try await catalog.find(SearchRequest(sortBy: keys, limit: 100))
      #expect(Set(all).count == 40)
      let (pages, last) = try await Self.walk(catalog, SearchRequest(sortBy: keys, limit: 7))
      #expect(pages.flatMap { $0 } == all)
      var token = last.previous
      var back = [pages[pages.count - 1]]
      while let place = token {
        let page = try await catalog.store.search(SearchRequest(sortBy: keys, limit: 7, token: place))
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
