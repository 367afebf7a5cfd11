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
  /// Reading one page of the index of space and time, which has some sixty entries.
  private static let page = 15.0
  private static let entriesPerPage = 60.0
  /// What makes a plan by PostgreSQL worth trying.
  private static let patience = 20_000.0

  /// - Parameters:
  ///   - selectivity: the share of items at the place and time that meet the conditions on properties.
  ///   - count: how many items are wanted.
  ///   - isOneCollection: whether there is an index of the order within the collections of the search.
  init(_ expected: CatalogSample.Expectation, selectivity: Double, count: Int, isOneCollection: Bool) {
    let population = isOneCollection ? expected.inTime : expected.inTimeAnywhere
    let share = max(expected.matches, 1e-3) * selectivity / max(population, 1)
    walk = min(Double(count) / share, population) * Self.item
    let perMonth = max(expected.matches * selectivity / expected.months, 1e-3)
    let months = min(expected.months, (Double(count) / perMonth).rounded(.up))
    let pages = months * (2 + expected.matchesAnywhere / expected.months / Self.entriesPerPage)
    nearest = pages * Self.page + min(Double(count) / selectivity, expected.matchesAnywhere) * Self.item
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
