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

  enum BreakingOff {
    /// Nowhere but behind as many rows as they give at most.
    case nowhere
    /// In the middle of items of one instant.
    case amidAnInstant
    /// The first one, behind some number of items that it looks at.
    case amongOthers
  }

  /// Plans a page.
  ///
  /// - Parameters:
  ///   - strategy: how the items are come by; ``SearchStrategy/nearest`` only for an order by datetime,
  ///     ``SearchStrategy/inTurn`` for one by collection.
  ///   - token: where the page begins, nil for the first page.
  ///   - order: what the request is sorted by.
  ///   - ordering: how an order by a property is come by, for ``SearchStrategy/sorted``.
  ///   - queryables: the properties that the filter may name.
  ///   - counted: up to how many matches are read beside the page, so that they are counted with it.
  ///   - looked: how many items of all collections are looked at for ``SearchStrategy/walkAmongOthers``.
  ///   - cuts: instants in the order of the page, for ``SearchStrategy/walkEach``: what is beyond one of them is looked at where
  ///     what is before does not fill the page.
  /// - Throws: ``ParameterError`` where the filter does not fit the properties.
  public init(
    _ request: SearchRequest, strategy: SearchStrategy, token: PageToken?, order: SearchOrder = .newestFirst,
    ordering: PropertyOrdering? = nil, queryables: Queryables = .none, counting counted: Int = 0,
    looking looked: Int = 1_024, cuts: [Timestamp] = []
  ) throws(ParameterError) {
    var order = request.collections?.count == 1 ? order.inOneCollection : order
    if strategy == .sorted { order = order.withIndexedProperty }
    var strategy = strategy
    if strategy == .inTurn {
      if let inEach = order.inEachCollection { order = inEach } else { strategy = .fetched }
    }
    let conditions = try SearchConditions(
      request, queryables: queryables, columns: strategy.columns(isByIdentifier: order.isByIdentifier))
    let isWalkedByIdentifier = order.isByIdentifier && !strategy.isPlannedForValues
    let alternatives = isWalkedByIdentifier ? [conditions.conditionOnIntervals] : conditions.alternatives
    isReversed = token?.direction == .backward
    let hasOnePlan = !strategy.isPlannedForValues || request.isByIdentifiers
    mode = hasOnePlan && request.hasOnlyPlainGeometries ? .generic : .custom
    let pages = SearchPages(request, alternatives, order: order, token: token)
    let read = strategy.countsWithPage && token == nil ? counted + 1 : 0
    let made =
      switch strategy {
      case .walk: pages.walk()
      case .walkAmongOthers: pages.walkAmongOthers(looking: looked)
      case .walkEach: pages.walkEach(cuts: cuts)
      case .inTurn: pages.inTurn()
      case .nearest: pages.nearest(reading: read)
      case .sorted: try pages.sorted(ordering, queryables)
      case .planned: pages.planned(reading: read)
      case .fetched: pages.fetched(reading: read)
      }
    (self.pages, limit, breakingOff) = (made.statements, made.limit, made.breakingOff)
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
