import CQL2
public import Postgres
public import StacModel
public import StacSearch

/// One page of a search as SQL: pure, so that it can be read and tested without a database.
///
/// Items are in one total order, so that a page begins with one comparison and no item is lost or repeated, whatever
/// comes and goes between two pages.
public struct SearchPlan: Sendable {
  /// Rows of the page and more, which tell whether another page follows: ``FoundItem/columns``, the keys of the order, and
  /// the number of the branch that a row comes from. Several statements follow each other, in one snapshot: the next one is
  /// run where the page is not full.
  public let pages: [SQL]
  /// Whether rows arrive in reverse and must be turned round.
  public let isReversed: Bool
  /// Whether one plan serves every value.
  public let mode: PlanMode
  /// How many rows a branch gives at most.
  private let limit: Int
  /// Where branches may break off that have more to give.
  private let breakingOff: BreakingOff

  private enum BreakingOff {
    /// Nowhere but behind as many rows as they give at most.
    case nowhere
    /// In the middle of items of one instant.
    case amidAnInstant
    /// The first one, behind some number of items that it looks at.
    case amongOthers
  }

  /// Rows that the index of space and time is asked for beyond the page: items of one instant that meet its end.
  private static let spare = 3

  /// Plans a page.
  ///
  /// - Parameters:
  ///   - strategy: how the items are come by; ``SearchStrategy/nearest`` only for an order by datetime.
  ///   - token: where the page begins, nil for the first page.
  ///   - order: what the request is sorted by.
  ///   - ordering: how an order by a property is come by, for ``SearchStrategy/sorted``.
  ///   - queryables: the properties that the filter may name.
  ///   - counted: up to how many matches are read beside the page, so that they are counted with it.
  ///   - looked: how many items of all collections a walk looks at for a page of those in several.
  ///   - cuts: instants in the order of the page, for ``SearchStrategy/walkEach``: what is beyond one of them is looked at where
  ///     what is before does not fill the page.
  /// - Throws: ``ParameterError`` where the filter does not fit the properties.
  public init(
    _ request: SearchRequest, strategy: SearchStrategy, token: PageToken?, order: SearchOrder = .newestFirst,
    ordering: PropertyOrdering? = nil, queryables: Queryables = .none, counting counted: Int = 0,
    looking looked: Int = 1_024, cuts: [Timestamp] = []
  ) throws(ParameterError) {
    let columns: FilterColumns =
      switch strategy {
      case .walk: .itemsWithoutPlace
      case .walkEach: .itemsOfEachWithoutPlace
      case .nearest: .itemsNearest
      case .sorted, .planned: .items
      }
    let alternatives = try SearchConditions(request, queryables: queryables, columns: columns).alternatives
    let window = SearchWindow(request)
    var order = request.collections?.count == 1 ? order.inOneCollection : order
    if strategy == .sorted { order = order.withIndexedProperty }
    isReversed = token?.direction == .backward
    let hasOnePlan = strategy != .planned || request.isByIdentifiers
    mode = hasOnePlan && request.hasOnlyPlainGeometries ? .generic : .custom
    let beyond = token.map { " AND \(order.beyond($0))" as SQL } ?? ""
    let read = strategy.countsWithPage && token == nil ? counted + 1 : 0
    switch strategy {
    case .nearest:
      let nearest = NearestOrder(window, order: order, token: token)
      limit = max(request.limit + 1 + Self.spare, read)
      breakingOff = .amidAnInstant
      let parts = Parts(limit: limit, order: order, isPresent: false, isReversed: isReversed, shown: request.limit)
      pages = [
        parts.union(
          alternatives.enumerated().map { number, condition in
            .found(
              "\(condition)\(beyond)\(nearest.bounds(ofInstants: number == 0))",
              order: nearest.orderBy(ofInstants: number == 0))
          }, limit: nil)
      ]
    case .walk where request.isInSeveralCollections:
      limit = request.limit + 1
      breakingOff = .amongOthers
      let parts = Parts(limit: limit, order: order, isPresent: false, isReversed: isReversed, shown: request.limit)
      let others: SQL = "\(SearchConditions.everywhere)\(window.instants)\(beyond)\(window.sides)"
      pages = [
        parts.union(
          alternatives.enumerated().map { number, condition in
            number == 0
              ? parts.among(first: looked, of: others, condition)
              : .found("\(condition)\(beyond)\(window.sides)")
          }, limit: nil)
      ]
    case .walkEach:
      limit = request.limit + 1
      breakingOff = .nowhere
      let parts = Parts(limit: limit, order: order, isPresent: false, isReversed: isReversed, shown: nil)
      let beyond = token.map { " AND \(order.beyondInEach($0))" as SQL } ?? ""
      pages = TimeStretch.between(cuts, isAscending: order.isAscending(to: token)).map { stretch in
        parts.union(
          alternatives.map { condition in
            parts.inEach(of: request.collections ?? [], "\(condition)\(beyond)\(window.sides)\(stretch.condition)")
          }, limit: parts.limit)
      }
    case .walk, .planned:
      limit = max(request.limit + 1, read)
      breakingOff = .nowhere
      let shown = limit > request.limit + 1 ? request.limit : nil
      let parts = Parts(limit: limit, order: order, isPresent: false, isReversed: isReversed, shown: shown)
      let bounds = NearestOrder(window, order: .newestFirst, token: nil)
      let hasBounds = strategy == .planned && window.boxes != nil
      let sides: SQL = strategy == .walk ? window.sides : ""
      // What is fetched and sorted must not look like the order of an index: over the property, or over the time of all
      // collections, it would be walked.
      let isFenced =
        strategy == .planned && (order.property != nil || request.isInSeveralCollections && order.isByDatetime)
      pages = [
        parts.union(
          alternatives.enumerated().map { number, condition in
            let bounds: SQL = hasBounds ? bounds.bounds(ofInstants: number == 0) : sides
            let condition: SQL = "\(condition)\(beyond)\(bounds)"
            return isFenced ? .fetched(condition) : .found(condition)
          }, limit: limit)
      ]
    case .sorted:
      limit = request.limit + 1
      breakingOff = .nowhere
      let parts = Parts(limit: limit, order: order, isPresent: true, isReversed: isReversed, shown: nil)
      let sorted = try SortedPages(request, order, token, ordering, queryables)
      pages = sorted.stretches.map { stretch in
        parts.union(sorted.pieces(of: stretch, fetched: alternatives), limit: parts.limit, steps: stretch.steps)
      }
    }
  }

  /// Whether rows are all that match, from their first on.
  func hasRead(_ rows: [FoundItem]) -> Bool {
    breakingOff == .amidAnInstant
      ? !Set(rows.map(\.branch)).contains { branch in rows.count { $0.branch == branch } == limit } : rows.count < limit
  }

  /// The rows of a page and what tells whether another follows, in order; nil where it is not known what comes between
  /// them: items of one instant go beyond what was read, or a page was not full behind as many items as are looked at.
  ///
  /// - Parameter limit: the most items of a page.
  func complete(_ rows: [FoundItem], limit: Int) -> ArraySlice<FoundItem>? {
    switch breakingOff {
    case .nowhere: return rows[...]
    case .amongOthers: return rows.count { $0.branch == 0 } == self.limit ? rows[...] : nil
    case .amidAnInstant: return sure(rows, limit: limit)
    }
  }

  /// Those of rows whose order is known; nil where they are no more than a page.
  private func sure(_ rows: [FoundItem], limit: Int) -> ArraySlice<FoundItem>? {
    // What a branch that broke off has read of its last instant may be incomplete.
    let isAscending = rows.count > 1 && rows[0].datetime < rows[rows.count - 1].datetime
    var sure = rows.count
    for branch in Set(rows.map(\.branch)) {
      let own = rows.filter { $0.branch == branch }
      guard own.count == self.limit, let last = own.last.map({ SpaceTimeIndex.place($0.datetime) }) else { continue }
      let end = isAscending ? last - SpaceTimeIndex.resolution : last + SpaceTimeIndex.resolution
      let known = rows.firstIndex { row in
        let place = SpaceTimeIndex.place(row.datetime)
        return isAscending ? place >= end : place <= end
      }
      sure = min(sure, known ?? rows.count)
    }
    if sure == rows.count { return rows[...] }
    return sure > limit ? rows[..<sure] : nil
  }
}

/// A stretch of time, of an order by datetime.
private struct TimeStretch {
  /// What holds of an item's datetime, beginning with AND; empty for all time.
  let condition: SQL

  /// The stretches that instants cut all time into, in the order of a page as the instants are.
  static func between(_ cuts: [Timestamp], isAscending: Bool) -> [TimeStretch] {
    let (before, beyond): (SQL, SQL) = isAscending ? ("<=", ">") : (">=", "<")
    return (0...cuts.count).map { index in
      let start: SQL = index == 0 ? "" : " AND i.datetime \(beyond) \(timestamp: cuts[index - 1])"
      let end: SQL = index == cuts.count ? "" : " AND i.datetime \(before) \(timestamp: cuts[index])"
      return TimeStretch(condition: start + end)
    }
  }
}

/// The order of the index of space and time, and its bounds for one page.
struct NearestOrder {
  private let isAscending: Bool
  private let window: SearchWindow
  /// The place of the page among the instants.
  private let place: Timestamp?

  init(_ window: SearchWindow, order: SearchOrder, token: PageToken?) {
    isAscending = order.isAscending(to: token)
    self.window = window
    place = token?.values.first?.flatMap { Int64($0) }.map { Timestamp(microseconds: $0) }
  }

  private func earliest(ofInstants: Bool) -> Timestamp? {
    let bounds = [ofInstants ? window.earliestInstant : window.earliest, isAscending ? place : nil]
    return bounds.compactMap(\.self).max()
  }

  private func latest(ofInstants: Bool) -> Timestamp? {
    let bounds = [ofInstants ? window.latestInstant : window.latest, isAscending ? nil : place]
    return bounds.compactMap(\.self).min()
  }

  /// Conditions beginning with AND, or nothing.
  ///
  /// - Parameter isInstants: whether the items are instants, which the search's interval bounds.
  func bounds(ofInstants isInstants: Bool) -> SQL {
    var bounds: SQL = ""
    if let earliest = earliest(ofInstants: isInstants) { bounds += " AND \(SpaceTimeIndex.bound(">=", earliest))" }
    if let latest = latest(ofInstants: isInstants) { bounds += " AND \(SpaceTimeIndex.bound("<=", latest))" }
    return bounds
  }

  func orderBy(ofInstants isInstants: Bool) -> SQL {
    let origin = isAscending ? earliest(ofInstants: isInstants) : latest(ofInstants: isInstants)
    return SpaceTimeIndex.order(isAscending: isAscending, from: origin)
  }
}

extension SearchRequest {
  /// Whether it names several collections, of which each has its own order of time.
  var isInSeveralCollections: Bool { (collections?.count ?? 1) > 1 }

  /// Whether identifiers decide what is found, whatever else is asked.
  fileprivate var isByIdentifiers: Bool { ids != nil && freeText == nil && sortBy.isEmpty }

  /// Whether no geometry of the search might have to be made valid, which one plan for all values would do row by row.
  fileprivate var hasOnlyPlainGeometries: Bool {
    (intersects?.isSurelyValid ?? true) && (boundingBox?.parts.allSatisfy(\.area.isSurelyValid) ?? true)
      && (filter?.expression.hasOnlyPlainGeometries ?? true) && (query?.hasOnlyPlainGeometries ?? true)
  }
}

extension Expression {
  fileprivate var hasOnlyPlainGeometries: Bool {
    if case .geometry(let geometry) = self { return geometry.isSurelyValid }
    return children.allSatisfy(\.hasOnlyPlainGeometries)
  }
}

extension Queryables {
  /// No properties at all, for searches that name none.
  public static let none = Queryables(definitions: [], allowsOthers: false)
}
