import CQL2
import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

@Suite(.ownDatabases) struct StatisticsCountTests {
  /// 20,000 items in four collections, a page of which is asked for.
  private static func catalog() async throws -> CatalogFixture {
    let catalog = try await CatalogFixture()
    // Samples are drawn by whole pages: of few pages chance would tell far too much or too little once in a hundred times.
    try await catalog.run("ALTER TABLE gnomon.items SET (fillfactor = 12)")
    try await catalog.run("\(StatisticsTests.filling(collections: 4, items: 20_000)); ANALYZE gnomon.items")
    return catalog
  }

  private static let half = DatetimeInterval(start: nil, end: Timestamp("2001-02-20T20:00:00Z"))

  /// The instant from which on so many items are the newest: they are an hour apart.
  private static func since(newest count: Int) throws -> DatetimeInterval? {
    let first = try #require(Timestamp("2000-01-01T00:00:00Z"))
    return DatetimeInterval(
      start: Timestamp(microseconds: first.microseconds + Int64(20_001 - count) * 3_600_000_000), end: nil)
  }

  @Test func `Whole collections are counted by what is kept of them`() async throws {
    let catalog = try await Self.catalog()
    let store = try await PostgresCatalogStore(pool: catalog.pool, countLimit: 1)
    #expect(try await store.search(SearchRequest()).numberMatched == .exact(20_000))
    #expect(try await store.search(SearchRequest(collections: ["c1", "c3"])).numberMatched == .exact(10_000))
    #expect(try await store.search(SearchRequest(collections: ["none"])).numberMatched == .exact(0))
    #expect(try await store.search(SearchRequest(), counting: .none).numberMatched == nil)
  }

  @Test func `Few matches are counted, many estimated from the sample, or counted where that is asked for`()
    async throws
  {
    let catalog = try await Self.catalog()
    let store = try await PostgresCatalogStore(pool: catalog.pool, countLimit: 2_000)
    let many = SearchRequest(datetime: Self.half, limit: 2)
    guard case .estimate(let estimate)? = try await store.search(many).numberMatched else {
      Issue.record("the number was not estimated")
      return
    }
    // Whole pages are drawn, and items of one hour lie on one page.
    #expect(7_500...12_500 ~= estimate)
    #expect(try await store.search(many, counting: .exact).numberMatched == .exact(10_004))
    #expect(try await store.search(many, counting: .none).numberMatched == nil)
    // They lie on so few pages that they look few whichever are drawn.
    let few = SearchRequest(datetime: try Self.since(newest: 40), limit: 10)
    #expect(try await store.search(few).numberMatched == .exact(40))
  }

  @Test func `Searches for texts that differ in the spelling of letters alone are estimated apart`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    // The same letters as one code point each, and with combining marks.
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
    let items = try (0..<100).map { number in
      let name = number < 90 ? composed : decomposed
      return try CatalogFixture.item(
        "i\(number)", properties: #"{"datetime":"2020-01-01T00:00:00Z","own:name":"\#(name)"}"#)
    }
    try await catalog.store.insert(items, into: "a")
    let store = try await PostgresCatalogStore(pool: catalog.pool, countLimit: 0)
    for (name, number) in [(composed, 90), (decomposed, 10)] {
      let filter = try Filter(text: "own:name = '\(name)'")
      #expect(try await store.search(SearchRequest(filter: filter, limit: 1)).numberMatched == .estimate(number))
    }
  }

  @Test func `A page that holds all that matches needs no count`() async throws {
    let catalog = try await Self.catalog()
    let store = try await PostgresCatalogStore(pool: catalog.pool, countLimit: 0)
    let few = SearchRequest(datetime: try Self.since(newest: 3))
    #expect(try await store.search(few).numberMatched == .exact(3))
  }
}
