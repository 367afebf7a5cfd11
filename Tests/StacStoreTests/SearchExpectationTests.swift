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

  @Test func `A walk by identifier is dear where one of several collections has no match`() {
    func best(_ matches: [Double], named: Int = 2, others: Double = 1e7, fetched: Double = 2e6) -> SearchStrategy {
      SearchCosts.bestByIdentifier(
        in: matches.map { CollectionSpread(items: 5e6, matches: $0) }, named: named, others: others, count: 11,
        fetched: fetched)
    }
    #expect(best([1e6, 1e6]) == .walkEach)
    #expect(best([2e6, 0]) == .fetched)
    // Looking through it costs no more than fetching what there is elsewhere.
    #expect(best([2e6, 0], fetched: 1e7) == .walkEach)
    #expect(best([1e6, 1e6], fetched: 4_000) == .fetched)
    #expect(best([1e6, 1e6], others: 0) == .walk)
    #expect(best([2e6], named: 1) == .planned)
    #expect(best([2e6], named: 0, others: 0, fetched: .infinity) == .planned)
  }

  @Test func `Collections without matches before others count in the order of collections`() {
    func best(_ matches: [Double], fetched: Double = 2e5) -> SearchStrategy {
      SearchCosts.bestInTurn(
        in: matches.map { CollectionSpread(items: 5e6, matches: $0) }, count: 11, fetched: fetched)
    }
    #expect(best([1e5, 0, 1e5]) == .inTurn)
    #expect(best([0, 1e5, 1e5]) == .fetched)
    #expect(best([0, 1e5, 1e5], fetched: .infinity) == .inTurn)
    #expect(best([1e5], fetched: 4_000) == .fetched)
  }
}
