/// What the strategies are expected to cost, in microseconds.
///
/// The figures are those of PostgreSQL 15 on a machine of 2024, with tables in memory; only their relation matters.
package struct SearchCosts: Sendable {
  /// Infinite where it is likely to be given up.
  let walk: Double
  let nearest: Double
  /// Infinite where the search is not in several collections.
  let each: Double
  /// How many items of all collections a walk should look at for those of several: a power of two, for a statement holds it.
  let looked: Int

  /// Reading and testing one item.
  static let item = 2.5
  /// Going past one entry of an index over time, whose sides tell that its item lies elsewhere.
  private static let entry = 0.1
  /// Reading one page of the index of space and time, which has some sixty entries.
  private static let page = 15.0
  private static let entriesPerPage = 60.0
  /// Beginning to read that index in the order of time.
  private static let beginning = 60.0
  /// Beginning to read one collection's index over time.
  static let collection = 10.0
  /// Another statement.
  private static let statement = 60.0
  /// What makes a plan by PostgreSQL worth trying.
  private static let patience = 20_000.0

  /// - Parameters:
  ///   - window: the place and the time of the search.
  ///   - selectivity: the share of items at the place and time that meet the conditions on properties.
  ///   - count: how many items are wanted.
  ///   - collections: how many collections the search names, nil for all.
  ///   - isNarrowed: whether not all of their items match, so that they are read stretch by stretch.
  ///   - counted: up to how many matches a walk counts by another statement; nil where they are not counted.
  init(
    _ expected: CatalogSample.Expectation, in window: SearchWindow, selectivity: Double, count: Int,
    collections: Int?, isNarrowed: Bool, counted: Int?
  ) {
    let search = Search(expected: expected, window: window, selectivity: selectivity)
    let (wanted, several) = (Double(count), collections.flatMap { $0 > 1 ? Double($0) : nil })
    let counting = counted.map {
      Self.statement + min(search.count(until: Double($0 + 1)), search.own.items * Self.item)
    }
    let walked = collections == 1 ? search.own : search.all
    let walk = search.walk(walked, until: wanted) + (counting ?? 0)
    let nearest = Self.beginning + search.read(until: wanted, amongOthers: several != nil)
    guard let several else {
      (self.walk, self.nearest, each, looked) = (walk, nearest, .infinity, Self.leastLooked)
      return
    }
    let isForTime = window.interval != nil
    let inEach = min(wanted * several, isNarrowed ? Self.wantedInFirst(count) : .infinity)
    each =
      several * Self.collection * (isForTime ? 2 : 1) + search.walk(search.own, until: inEach) + (counting ?? 0)
    // Twice what is expected, as long as it costs no more than half of looking into each.
    let expectedLooked = search.looked(walked, until: wanted)
    let most = max(min(2 * expectedLooked, each / Self.item / 2, 1e6), Double(Self.leastLooked))
    looked = 1 << (Int.bitWidth - 1 - Int(most).leadingZeroBitCount)
    // A walk that is likely to be given up is not begun. Of items that last nothing ends it but a full page.
    let doubtful = Self.doubtful(walk)
    self.walk = expectedLooked > Double(looked) ? .infinity : isForTime ? max(doubtful, Self.patience) : doubtful
    self.nearest = min(
      Self.doubtful(nearest), Self.beginning + search.read(until: .infinity, amongOthers: true))
  }

  /// How many matches the first stretch of time should hold, for so many that are wanted.
  static func wantedInFirst(_ count: Int) -> Double { Double(2 * count + 4) }

  static let leastLooked = 1_024

  /// What a way costs that goes past items of other collections, of which it is not known whether all of them come first.
  private static func doubtful(_ cost: Double) -> Double { 2 * cost + 500 }

  /// Making a plan for the values at hand.
  static let planning = 500.0

  /// Whether the search is in several collections.
  private var isOfSeveral: Bool { each != .infinity }

  /// The best one; nearest only where a place is asked for.
  ///
  /// - Parameters:
  ///   - mayHaveBetter: whether PostgreSQL may have an index of which nothing is known here.
  ///   - indexed: how many items an index over a property leads to, nil where there is none.
  func best(hasPlace: Bool, mayHaveBetter: Bool, indexed: Double?) -> SearchStrategy {
    let ways: [(strategy: SearchStrategy, cost: Double)] = [
      (isOfSeveral ? .walkAmongOthers : .walk, walk), (.nearest, hasPlace ? nearest : .infinity),
      (.walkEach, each),
    ]
    let best = ways.min { $0.cost < $1.cost } ?? ways[0]
    // PostgreSQL may take what matches for much more, and walk: it is fetched.
    if let indexed, Self.planning + indexed * 2 * Self.item < best.cost { return .fetched }
    // Of several collections PostgreSQL knows no better way.
    return mayHaveBetter && !isOfSeveral && best.cost > Self.patience ? .planned : best.strategy
  }

  /// Items that a walk meets.
  private struct Population {
    /// How many, in the time of the search.
    let items: Double
    /// How many of them at its place.
    let there: Double
    /// How many last, at any time.
    let lasting: Double
  }

  /// A search, and what is expected of it.
  private struct Search {
    let expected: CatalogSample.Expectation
    let window: SearchWindow
    let selectivity: Double

    /// Those of its collections.
    var own: Population {
      Population(items: max(expected.inTime, 1), there: expected.matches, lasting: expected.lasting)
    }

    /// Those of all collections.
    var all: Population {
      Population(
        items: max(expected.inTimeAnywhere, 1), there: expected.matchesAnywhere, lasting: expected.lastingAnywhere)
    }

    /// Walking over items until so many are found.
    func walk(_ population: Population, until count: Double) -> Double {
      passed(population, until: count) * SearchCosts.entry + looked(population, until: count) * SearchCosts.item
    }

    /// How many items a walk looks at, instead of telling by its index that they lie elsewhere.
    func looked(_ population: Population, until count: Double) -> Double {
      // The sides of several boxes together say little.
      let there = window.boxes.map { $0.count == 1 } ?? false ? population.there / population.items : 1
      return passed(population, until: count) * min(there, 1)
    }

    /// How many entries walks go past until a page is full: one, and another one past items that last where a time is asked
    /// for.
    private func passed(_ population: Population, until count: Double) -> Double {
      func passed(_ population: Double, share: Double) -> Double {
        min(count * population / (max(expected.matches * share, 1e-3) * selectivity), population)
      }
      if window.interval == nil { return passed(population.items, share: 1) }
      return passed(population.items, share: 1 - expected.stretchShare)
        + passed(population.lasting, share: expected.stretchShare)
    }

    /// Counting by the index of space and time until so many are found: it tells those of other collections, and is read in
    /// no order.
    func count(until count: Double) -> Double {
      let read = min(count / selectivity, expected.matches)
      let pages = expected.months + expected.matchesAnywhere / SearchCosts.entriesPerPage
      return read / max(expected.matches, 1e-3) * pages * SearchCosts.page + read * SearchCosts.item
    }

    /// Reading from the index of space and time until so many are found.
    ///
    /// - Parameter isAmongOthers: whether items of other collections are read too.
    func read(until count: Double, amongOthers isAmongOthers: Bool) -> Double {
      let perMonth = max(expected.matches * selectivity / expected.months, 1e-3)
      let months = min(expected.months, (count / perMonth).rounded(.up))
      let pages = months * (2 + expected.matchesAnywhere / expected.months / SearchCosts.entriesPerPage)
      let share = isAmongOthers ? min(max(expected.matches, 1e-3) / max(expected.matchesAnywhere, 1e-3), 1) : 1
      return pages * SearchCosts.page
        + min(count / (selectivity * share), expected.matchesAnywhere) * SearchCosts.item
    }
  }
}
