import Postgres

/// How the items of an order by a property are come by: stretch by stretch, until a page is full.
public struct PropertyOrdering: Sendable {
  /// How the values are spread.
  public let sample: PropertySample
  /// The cells of the search's place, nil where the order's index is walked from one end.
  public let cells: PlaceCells?
  /// How large the first stretch is, of the items that have the property.
  public let share: Double
  /// How many items the search is expected to find.
  public let matches: Double
  /// How many items of an order are expected to be walked over until a page is full.
  public let walked: Double
  /// Whether so many of them last, instead of being instants, that a walk soon meets some.
  public let hasManyStretches: Bool

  public init(
    sample: PropertySample, cells: PlaceCells?, share: Double, matches: Double, walked: Double,
    hasManyStretches: Bool = false
  ) {
    self.sample = sample
    self.cells = cells
    self.share = share
    self.matches = matches
    self.walked = walked
    self.hasManyStretches = hasManyStretches
  }

  /// What is expected of an order by a property, in microseconds.
  struct Costs {
    /// Reading and testing one item that an index leads to.
    private static let item = 3.5
    /// Beginning to read an index in one cell.
    private static let probe = 3.0
    /// Making a plan for the values at hand.
    private static let planning = 300.0
    /// How many times more items a stretch should hold than a page shows: a sample is not exact.
    static let reserve = 4.0

    let fetched: Double
    let walked: Double
    /// Infinite where there is no index over the place, or no place.
    let inCells: Double

    /// - Parameters:
    ///   - selectivity: the share of items at the place and time that meet the conditions on properties.
    ///   - count: how many items are wanted.
    ///   - total: how many items there are.
    init(
      _ expected: CatalogSample.Expectation, selectivity: Double, count: Int, total: Int, cells: PlaceCells?,
      hasOrder: Bool
    ) {
      let matches = max(expected.matches * selectivity, 1e-3)
      let wanted = Double(count)
      fetched = Self.planning + expected.matches * Self.item
      walked = hasOrder ? min(wanted * Double(total) / matches, Double(total)) * Self.item : .infinity
      guard let cells else {
        inCells = .infinity
        return
      }
      let tested = min(Self.reserve * wanted / selectivity, expected.matches) / cells.coverage
      inCells = Double(cells.numbers.count) * Self.probe + tested * Self.item
    }
  }
}

/// A stretch of an order by a property.
struct PropertyStretch {
  enum Way {
    /// From the index of the order, from one end on.
    case walked
    /// From the index over the property and the place, all of the stretch, sorted.
    case inCells(PlaceCells)
  }

  /// Beginning with AND.
  let condition: SQL
  let way: Way
}

extension SearchOrder {
  /// The stretches of an order by a property that lie beyond a place, in the order in which they come: the rest of the items
  /// with the place's value, those with others, those with none.
  func stretches(beyond token: PageToken?, _ ordering: PropertyOrdering?) -> [PropertyStretch] {
    let isReversed = token?.direction == .backward
    let absent = PropertyStretch(condition: " AND \(terms[0].expression) IS NULL", way: ordering.wayOfAbsent)
    guard let token else { return present(beyond: nil, isReversed: false, ordering) + [absent] }
    let place = token.values[0]
    let condition: SQL =
      " AND \(Self.equality(terms[0], place)) AND \(rowComparison(from: 1, token, isReversed))"
    let way = place.map { ordering.wayOfEqual($0) } ?? ordering.wayOfAbsent
    let rest = PropertyStretch(condition: condition, way: way)
    guard let place else { return [rest] + (isReversed ? present(beyond: nil, isReversed: true, ordering) : []) }
    return [rest] + present(beyond: place, isReversed: isReversed, ordering) + (isReversed ? [] : [absent])
  }

  private func present(beyond place: String?, isReversed: Bool, _ ordering: PropertyOrdering?) -> [PropertyStretch] {
    let term = terms[0]
    let isAscending = term.isAscending != isReversed
    let behind: SQL = isAscending ? ">" : "<"
    let upTo: SQL = isAscending ? "<=" : ">="
    let before: SQL = isAscending ? "<" : ">"
    let isBeyondPlace: SQL = place.map { " AND \(term.expression) \(behind) \(Self.value(term, $0))" } ?? ""
    var stretches: [PropertyStretch] = []
    var isBeyondLast: SQL = ""
    for division in ordering.divisions(isAscending: isAscending, beyond: place, term.kind) {
      let bound: SQL
      let value: String
      let way: PropertyStretch.Way
      switch division {
      case .upTo(let last):
        (bound, value, way) = ("\(isBeyondLast) AND \(term.expression) \(upTo) ", last, ordering.way)
      case .before(let next):
        (bound, value, way) = ("\(isBeyondLast) AND \(term.expression) \(before) ", next, ordering.way)
      case .equal(let only): (bound, value, way) = (" AND \(term.expression) = ", only, ordering.wayOfEqual(only))
      }
      let limit = Self.value(term, value)
      stretches.append(PropertyStretch(condition: "\(isBeyondPlace)\(bound)\(limit)", way: way))
      isBeyondLast = " AND \(term.expression) \(behind) \(limit)"
    }
    let rest: SQL = place == nil && stretches.isEmpty ? " AND \(term.expression) IS NOT NULL" : isBeyondLast
    return stretches + [PropertyStretch(condition: "\(isBeyondPlace)\(rest)", way: ordering.way)]
  }
}

extension PropertyOrdering? {
  fileprivate var way: PropertyStretch.Way { self?.cells.map { .inCells($0) } ?? .walked }

  /// Very many items of one value are read in the order behind it.
  fileprivate func wayOfEqual(_ value: String) -> PropertyStretch.Way {
    guard let self else { return .walked }
    return self.sample.share(of: value) * self.matches > self.walked ? .walked : way
  }

  /// Items that lack the property stand in the index of the order too, behind all others.
  fileprivate var wayOfAbsent: PropertyStretch.Way {
    guard let self, self.cells != nil else { return .walked }
    let share = Double(self.sample.absent) / Double(Swift.max(self.sample.present + self.sample.absent, 1))
    return share * self.matches > self.walked ? .walked : way
  }

  /// The parts of the values; none where the index of the order is walked, which is one stretch.
  fileprivate func divisions(
    isAscending: Bool, beyond place: String?, _ kind: SearchOrder.Kind
  ) -> [PropertySample.Division] {
    guard let self, self.cells != nil else { return [] }
    return self.sample.divisions(first: self.share, isAscending: isAscending) { value in
      guard let place else { return true }
      return isAscending ? kind.isLess(place, value) : kind.isLess(value, place)
    }
  }
}

extension SearchOrder.Kind {
  /// Whether one value comes before another; of numbers about so, for choosing stretches.
  fileprivate func isLess(_ one: String, _ other: String) -> Bool {
    switch self {
    case .number: (Double(one) ?? 0) < (Double(other) ?? 0)
    case .timestamp, .key: (Int64(one) ?? 0) < (Int64(other) ?? 0)
    case .text, .boolean: one.utf8.lexicographicallyPrecedes(other.utf8)
    }
  }
}
