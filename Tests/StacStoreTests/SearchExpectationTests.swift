import SeededRandom
import StacModel
import StacSearch
import StacStore
import Testing

/// What a sample of the catalog makes a search expect, and how the choice by it bears that a sample is one.
@Suite struct SearchExpectationTests {
  private static let total = 1_000_000
  /// A box that nine in ten thousand items meet: a sample of some thousand has three or four of them, or none.
  private static let box = BoundingBox(west: 10, south: 40, east: 19.5, north: 44.5)
  private static let request = SearchRequest(collections: ["a"], boundingBox: box)
  private static let share = 10.0 * 5 / (360 * 160)

  /// Items of half a degree anywhere, at one time.
  ///
  /// - Parameter small: how many items a collection has of which the sample has none.
  private static func sample(
    of total: Int, size: Int, using random: inout SeededGenerator, small: Int = 0
  ) -> CatalogSample {
    let places = (0..<size).map { _ in
      let (west, south) = (Float.random(in: -180..<180, using: &random), Float.random(in: -80..<80, using: &random))
      return CatalogSample.Place(
        collection: 1, west: west, south: south, east: west + 0.5, north: south + 0.5, datetime: 0, start: 0, end: 0)
    }
    return CatalogSample(
      counts: [1: total - small, 2: small], keys: [Array("a".utf8): 1, Array("b".utf8): 2], places: places)
  }

  @Test func `No bad luck of a sample makes an order fetch hundreds of items for ten`() throws {
    let cells = try #require(PlaceCells([Self.box]))
    let matches = Double(Self.total) * Self.share
    var random = SeededGenerator(seed: 4)
    var (fetched, fewer) = (0, 0)
    for _ in 0..<400 {
      let sample = Self.sample(of: Self.total, size: 4_096, using: &random)
      let expected = sample.expectation(SearchWindow(Self.request), in: ["a"])
      #expect(expected.matches <= expected.mostMatches)
      if expected.mostMatches < matches { fewer += 1 }
      let costs = PropertyOrdering.Costs(
        expected, selectivity: 1, count: 11, total: Self.total, cells: cells, hasOrder: true)
      if costs.isFetchBest { fetched += 1 }
    }
    #expect(fetched == 0)
    #expect(fewer < 40, "of 400 samples")
  }

  @Test func `A sample of all items is sure of their number`() {
    var random = SeededGenerator(seed: 5)
    let sample = Self.sample(of: 4_000, size: 4_000, using: &random)
    let expected = sample.expectation(SearchWindow(SearchRequest(collections: ["a"])), in: ["a"])
    #expect(expected.matches == 4_000 && expected.mostMatches == 4_000)
    let there = sample.expectation(SearchWindow(Self.request), in: ["a"])
    #expect(there.matches == there.mostMatches && there.matches < 20)
  }

  @Test func `Of whole collections as many are expected as they hold, whatever the sample met`() {
    var random = SeededGenerator(seed: 6)
    let sample = Self.sample(of: Self.total, size: 4_096, using: &random, small: 2_000)
    let expected = sample.expectation(SearchWindow(SearchRequest(collections: ["b"])), in: ["b"])
    #expect(expected.matches == 2_000 && expected.mostMatches == 2_000)
  }

  /// Collections of five million items each, of which the sample has some for each of some years.
  private static func sample(years: [[Int]]) -> CatalogSample {
    let places = years.enumerated().flatMap { collection, years in
      (0..<400).map { number in
        let time = Int64(years[number % years.count] - 1970) * 31_556_952_000_000
        return CatalogSample.Place(
          collection: Int32(collection), west: 0, south: 0, east: 1, north: 1, datetime: time, start: time, end: time)
      }
    }
    let keys = years.indices.map { (Array("c\($0)".utf8), Int32($0)) }
    return CatalogSample(
      counts: Dictionary(uniqueKeysWithValues: keys.map { ($0.1, 5_000_000) }),
      keys: Dictionary(uniqueKeysWithValues: keys), places: places)
  }

  private static func spread(years: [[Int]], matches: Double, isBounded: Bool) throws -> [CollectionSpread] {
    let window = SearchWindow(
      SearchRequest(datetime: try DatetimeInterval(parsing: "2019-06-01T00:00:00Z/2020-06-01T00:00:00Z")))
    return Self.sample(years: years).spread(
      window, over: years.indices.map { "c\($0)" }, matches: matches, isBounded: isBounded)
  }

  @Test func `A walk by identifier is dear where one of several collections has no match`() throws {
    func best(
      _ years: [[Int]], matches: Double = 2e6, others: Double = 1e7, fetched: Double = 2e6
    ) throws -> SearchStrategy {
      SearchCosts.bestByIdentifier(
        in: try Self.spread(years: years, matches: matches, isBounded: false), isOfAll: false, others: others,
        count: 11, fetched: fetched)
    }
    #expect(try best([[2010, 2020], [2020]]) == .walkEach)
    #expect(try best([[2010, 2011], [2020]]) == .fetched)
    #expect(try best([[2010, 2011], [2020]], matches: 60_000, fetched: 120_000) == .fetched)
    // Looking through it costs no more than fetching what there is elsewhere.
    #expect(try best([[2010, 2011], [2020]], fetched: 1e7) == .walkEach)
    #expect(try best([[2010, 2020], [2020]], fetched: 4_000) == .fetched)
    #expect(try best([[2010, 2020], [2020]], others: 100) == .walk)
    #expect(try best([[2020]]) == .walkEach)
  }

  @Test func `Very many collections are not looked into for few matches in each`() {
    let spread = CollectionSpread(items: 3.85e6, matches: 19_000, collections: 10_000)
    func best(fetched: Double) -> SearchStrategy {
      SearchCosts.bestByIdentifier(in: [spread], isOfAll: false, others: 6e6, count: 11, fetched: fetched)
    }
    #expect(best(fetched: 50_000) == .fetched)
    #expect(best(fetched: .infinity) == .walkEach)
  }

  @Test func `Collections without matches before others count in the order of collections`() throws {
    func best(
      _ years: [[Int]], matches: Double = 2e5, fetched: Double = 2e5, isBounded: Bool = false
    ) throws -> SearchStrategy {
      SearchCosts.bestInTurn(
        in: try Self.spread(years: years, matches: matches, isBounded: isBounded), count: 11, fetched: fetched)
    }
    #expect(try best([[2020], [2010], [2020]]) == .inTurn)
    #expect(try best([[2010], [2020], [2020]]) == .fetched)
    #expect(try best([[2010], [2020], [2020]], isBounded: true) == .inTurn)
    #expect(try best([[2010], [2020], [2020]], fetched: .infinity) == .inTurn)
    #expect(try best([[2020]], fetched: 4_000) == .fetched)
    let many = CollectionSpread(items: 6_000, matches: 6_000, collections: 26_000)
    #expect(SearchCosts.bestInTurn(in: [many], count: 10_001, fetched: 6_000) == .fetched)
    #expect(SearchCosts.bestInTurn(in: [many], count: 11, fetched: 6_000) == .inTurn)
  }
}
