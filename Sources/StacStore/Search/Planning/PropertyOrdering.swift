import Postgres

/// How the items of an order by a property are come by: stretch by stretch, until a page is full.
public struct PropertyOrdering: Sendable {
  /// How the values are spread.
  public let sample: PropertySample
  /// The cells of the search's place, nil where the order's index is walked from one end.
  public let cells: PlaceCells?
  /// How many items a page needs.
  public let wanted: Double
  /// How many items the search is expected to find.
  public let matches: Double
  /// How many items of an order are expected to be walked over until a page is full.
  public let walked: Double
  /// When the first and the last of what the search finds are expected, in microseconds since 1970.
  public let times: ClosedRange<Int64>?
  /// Whether so many of them last, instead of being instants, that a walk soon meets some.
  public let hasManyStretches: Bool

  public init(
    sample: PropertySample, cells: PlaceCells?, wanted: Double, matches: Double, walked: Double,
    times: ClosedRange<Int64>? = nil, hasManyStretches: Bool = false
  ) {
    self.sample = sample
    self.cells = cells
    self.wanted = wanted
    self.matches = matches
    self.walked = walked
    self.times = times
    self.hasManyStretches = hasManyStretches
  }

  /// What is expected of an order by a property, in microseconds.
  package struct Costs {
    /// Reading and testing one item that an index leads to; most of it is to take a property out of it.
    private static let item = 6.0
    /// Beginning to read an index in one cell.
    private static let probe = 6.0
    /// Making a plan for the values at hand.
    private static let planning = 300.0
    /// How many times more items are read than a page shows.
    private static let reserve = 3.0

    private let fetched: Double
    /// The same where the window holds as many items as it hardly exceeds.
    private let mostFetched: Double
    let walked: Double
    /// Infinite where there is no index over the place, or no place.
    let inCells: Double

    /// - Parameters:
    ///   - selectivity: the share of items at the place and time that meet the conditions on properties.
    ///   - count: how many items are wanted.
    ///   - total: how many items there are.
    package init(
      _ expected: CatalogSample.Expectation, selectivity: Double, count: Int, total: Int, cells: PlaceCells?,
      hasOrder: Bool
    ) {
      let matches = max(expected.matches * selectivity, 1e-3)
      let wanted = Double(count)
      fetched = Self.planning + expected.matches * Self.item
      mostFetched = Self.planning + expected.mostMatches * Self.item
      walked =
        hasOrder ? min(wanted * Double(total) / matches, Double(total)) * Self.item : .infinity
      guard let cells else {
        inCells = .infinity
        return
      }
      let tested = min(Self.reserve * wanted / selectivity, expected.matches) / cells.coverage
      inCells = Double(cells.numbers.count) * Self.probe + tested * Self.item
    }

    /// Whether to fetch all of the window and sort it is best. To read in cells stops soon whatever the window holds, so that
    /// a fetch must stand the comparison at its worst; a walk goes the further the fewer it holds.
    package var isFetchBest: Bool { fetched <= walked && mostFetched <= inCells }
  }

  /// How many items of one value are expected, or of none.
  func expected(of value: String?) -> Double {
    let count = value.map { sample.count(of: $0) } ?? sample.absent
    return matches * Double(count) / Double(max(sample.present + sample.absent, 1))
  }

  /// From how many items of one value on the order behind it is used to read few of them.
  var many: Double { 4 * wanted }

  /// The parts of the values beyond a place; none where the index of the order is walked, which is one stretch.
  func divisions(isAscending: Bool, beyond place: String?, _ kind: SearchOrder.Kind)
    -> [PropertySample.Division]
  {
    guard cells != nil else { return [] }
    // What is read part by part may begin with little.
    let first = kind.isContinuous ? PropertySteps.reserve : Self.reserveOfOne
    return sample.divisions(
      first: min(1, first * wanted / matches) * Double(sample.present + sample.absent),
      isAscending: isAscending,
      beyond: place, kind)
  }

  /// How many times more items a stretch should hold than a page shows, where another one takes another statement.
  private static let reserveOfOne = 4.0
}
