/// How the items of a search are come by.
public enum SearchStrategy: String, Sendable, Hashable {
  /// From the index of the order, from one end on, testing each item until the page is full.
  case walk
  /// From the index of space and time, in the order of time.
  case nearest
  /// From the indexes over the property that the search is sorted by, stretch by stretch: ``PropertyOrdering``.
  case sorted
  /// As PostgreSQL plans it for the values at hand: everything that matches, sorted.
  case planned

  /// Whether few matches are counted as the first page is read: a walk would go on for them.
  var countsWithPage: Bool { self == .nearest || self == .planned }
}

/// What the strategies are expected to cost, in microseconds.
///
/// The figures are those of PostgreSQL 15 on a machine of 2024, with tables in memory; only their relation matters.
struct SearchCosts: Sendable {
  let walk: Double
  let nearest: Double

  /// Reading and testing one item.
  private static let item = 2.5
  /// Going past one entry of an index over time, whose sides tell that its item lies elsewhere.
  private static let entry = 0.1
  /// Reading one page of the index of space and time, which has some sixty entries.
  private static let page = 15.0
  private static let entriesPerPage = 60.0
  /// Beginning to read that index in the order of time.
  private static let beginning = 60.0
  /// Another statement.
  private static let statement = 60.0
  /// What makes a plan by PostgreSQL worth trying.
  private static let patience = 20_000.0

  /// - Parameters:
  ///   - window: the place and the time of the search.
  ///   - selectivity: the share of items at the place and time that meet the conditions on properties.
  ///   - count: how many items are wanted.
  ///   - isOneCollection: whether there is an index of the order within the collections of the search.
  ///   - counted: up to how many matches a walk counts by another statement; nil where they are not counted.
  init(
    _ expected: CatalogSample.Expectation, in window: SearchWindow, selectivity: Double, count: Int,
    isOneCollection: Bool, counted: Int? = nil
  ) {
    let population = max(isOneCollection ? expected.inTime : expected.inTimeAnywhere, 1)
    // The sides of several boxes together say little.
    let isInBox = window.boxes.map { $0.count == 1 } ?? false
    let there = isInBox ? (isOneCollection ? expected.matches : expected.matchesAnywhere) / population : 1
    let passed = Self.passed(expected, isForTime: window.interval != nil, selectivity, Double(count), population)
    let counting = counted.map {
      Self.statement + min(Self.read(expected, selectivity, Double($0 + 1)), population * Self.item)
    }
    walk = passed * (Self.entry + min(there, 1) * Self.item) + (counting ?? 0)
    nearest = Self.beginning + Self.read(expected, selectivity, Double(count))
  }

  /// How many entries walks go past until a page is full: one, and another one past items that last where a time is asked for.
  private static func passed(
    _ expected: CatalogSample.Expectation, isForTime: Bool, _ selectivity: Double, _ count: Double, _ population: Double
  ) -> Double {
    func passed(_ population: Double, share: Double) -> Double {
      min(count * population / (max(expected.matches * share, 1e-3) * selectivity), population)
    }
    guard isForTime else { return passed(population, share: 1) }
    return passed(population, share: 1 - expected.stretchShare)
      + passed(expected.lasting, share: expected.stretchShare)
  }

  /// Reading from the index of space and time until some items are found.
  private static func read(_ expected: CatalogSample.Expectation, _ selectivity: Double, _ count: Double) -> Double {
    let perMonth = max(expected.matches * selectivity / expected.months, 1e-3)
    let months = min(expected.months, (count / perMonth).rounded(.up))
    let pages = months * (2 + expected.matchesAnywhere / expected.months / entriesPerPage)
    return pages * page + min(count / selectivity, expected.matchesAnywhere) * item
  }

  /// Making a plan for the values at hand.
  private static let planning = 500.0

  /// The best one; nearest only where a place is asked for.
  ///
  /// - Parameter indexed: how many items an index over a property leads to, nil where there is none.
  func best(hasPlace: Bool, hasOtherConditions: Bool, indexed: Double?) -> SearchStrategy {
    let best: SearchStrategy = hasPlace && nearest < walk ? .nearest : .walk
    let cost = hasPlace ? min(walk, nearest) : walk
    if let indexed, Self.planning + indexed * 2 * Self.item < cost { return .planned }
    return hasOtherConditions && cost > Self.patience ? .planned : best
  }
}
