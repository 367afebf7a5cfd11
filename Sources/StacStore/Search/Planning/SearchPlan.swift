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
  /// Whether a branch may break off in the middle of items of one instant.
  private let isCut: Bool

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
  /// - Throws: ``ParameterError`` where the filter does not fit the properties.
  public init(
    _ request: SearchRequest, strategy: SearchStrategy, token: PageToken?, order: SearchOrder = .newestFirst,
    ordering: PropertyOrdering? = nil, queryables: Queryables = .none, counting counted: Int = 0
  ) throws(ParameterError) {
    let columns: FilterColumns =
      switch strategy {
      case .walk: .itemsWithoutPlace
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
      let most = max(request.limit + 1 + Self.spare, read)
      limit = most
      isCut = true
      let parts = Parts(limit: most, order: order, isPresent: false, isReversed: isReversed, shown: request.limit)
      pages = [
        parts.union(
          alternatives.enumerated().map { number, condition in
            .init(
              condition: "\(condition)\(beyond)\(nearest.bounds(ofInstants: number == 0))",
              order: nearest.orderBy(ofInstants: number == 0))
          }, limit: nil)
      ]
    case .walk, .planned:
      limit = max(request.limit + 1, read)
      isCut = false
      let shown = limit > request.limit + 1 ? request.limit : nil
      let parts = Parts(limit: limit, order: order, isPresent: false, isReversed: isReversed, shown: shown)
      let bounds = NearestOrder(window, order: .newestFirst, token: nil)
      let hasBounds = strategy != .walk && window.boxes != nil
      let sides: SQL = strategy == .walk ? window.sides : ""
      // What is fetched and sorted must not look like the order of an index over the property: it would be walked.
      let isFenced = strategy == .planned && order.property != nil
      pages = [
        parts.union(
          alternatives.enumerated().map { number, condition in
            let bounds: SQL = hasBounds ? bounds.bounds(ofInstants: number == 0) : sides
            return .init(condition: "\(condition)\(beyond)\(bounds)", isFenced: isFenced)
          }, limit: limit)
      ]
    case .sorted:
      limit = request.limit + 1
      isCut = false
      let parts = Parts(limit: limit, order: order, isPresent: true, isReversed: isReversed, shown: nil)
      let sorted = try SortedPages(request, order, token, ordering, queryables)
      pages = sorted.stretches.map { stretch in
        parts.union(sorted.pieces(of: stretch, fetched: alternatives), limit: parts.limit, steps: stretch.steps)
      }
    }
  }

  /// How the alternatives of a search become one statement.
  struct Parts {
    /// How many rows each alternative gives.
    let limit: Int
    let order: SearchOrder
    let isPresent: Bool
    let isReversed: Bool
    /// How many rows are given with their documents, nil for all.
    let shown: Int?

    func orderBy(named: Bool) -> SQL { order.orderBy(isReversed: isReversed, named: named, isPresent: isPresent) }

    /// One alternative.
    struct Part {
      let condition: SQL
      /// What its rows are sorted by, nil for the order of all.
      var order: SQL?
      /// Whether the rows are found first and sorted then, whatever indexes over the order there are.
      var isFenced = false
    }

    /// - Parameters:
    ///   - limit: how many rows there are in all.
    ///   - steps: what the statement is run for one after the other, until there are so many.
    func union(_ parts: [Part], limit: Int?, steps: PropertySteps? = nil) -> SQL {
      let selections = parts.enumerated().map { number, part -> SQL in
        let items: SQL =
          part.isFenced
          ? "(SELECT * FROM gnomon.items i WHERE \(part.condition) OFFSET 0) i"
          : "gnomon.items i WHERE \(part.condition)"
        return """
          (SELECT \(FoundItem.columns), \(order.keyExpressions), \(unsafeSQL: "\(number)") AS branch FROM \(items) \
          ORDER BY \(part.order ?? orderBy(named: false)) LIMIT \(unsafeSQL: "\(self.limit)"))
          """
      }
      let end: SQL = limit.map { " LIMIT \(unsafeSQL: "\($0)")" } ?? ""
      let page: SQL = """
        SELECT \(columns), \(order.keyColumns), i.branch FROM (\(selections.joined(separator: " UNION ALL "))) i \
        ORDER BY \(orderBy(named: true))\(end)
        """
      // A lateral subquery is run for each row in turn, and no longer than rows are asked for.
      return steps.map { "SELECT i.* FROM \($0.rows) CROSS JOIN LATERAL (\(page)) i\(end)" } ?? page
    }

    private var columns: SQL {
      guard let shown else { return FoundItem.columns }
      let isShown: SQL = "row_number() OVER (ORDER BY \(orderBy(named: true))) <= \(unsafeSQL: "\(shown)")"
      return """
        i.collection_key, i.id, i.links_position, CASE WHEN \(isShown) THEN i.packed END, i.dictionary_key, \
        CASE WHEN \(isShown) THEN i.document END, i.is_model
        """
    }
  }

  /// One row with the number of items that match on all pages.
  ///
  /// - Parameter limit: what the number goes up to, nil for all.
  static func count(
    _ request: SearchRequest, limit: Int?, queryables: Queryables
  ) throws(ParameterError) -> SQL {
    let conditions = try SearchConditions(request, queryables: queryables)
    guard let limit else {
      let counts = conditions.alternatives.map { "(SELECT count(*) FROM gnomon.items i WHERE \($0))" as SQL }
      return "SELECT \(counts.joined(separator: " + "))"
    }
    let window = NearestOrder(SearchWindow(request), order: .newestFirst, token: nil)
    let parts = conditions.alternatives.enumerated().map { number, condition -> SQL in
      """
      (SELECT 1 FROM gnomon.items i WHERE \(condition)\(window.bounds(ofInstants: number == 0)) \
      LIMIT \(unsafeSQL: "\(limit)"))
      """
    }
    return "SELECT count(*) FROM (\(parts.joined(separator: " UNION ALL "))) i"
  }

  /// Whether rows are all that match, from their first on.
  func hasRead(_ rows: [FoundItem]) -> Bool {
    isCut
      ? !Set(rows.map(\.branch)).contains { branch in rows.count { $0.branch == branch } == limit } : rows.count < limit
  }

  /// The rows of a page and what tells whether another follows, in order; nil where items of one instant go beyond what
  /// was read, so that their order is not known.
  ///
  /// - Parameter limit: the most items of a page.
  func complete(_ rows: [FoundItem], limit: Int) -> ArraySlice<FoundItem>? {
    guard isCut else { return rows[...] }
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

/// The order of the index of space and time, and its bounds for one page.
struct NearestOrder {
  private let isAscending: Bool
  private let window: SearchWindow
  /// The place of the page among the instants.
  private let place: Timestamp?

  init(_ window: SearchWindow, order: SearchOrder, token: PageToken?) {
    isAscending = order.terms[0].isAscending != (token?.direction == .backward)
    self.window = window
    place = token?.values.first?.flatMap { Int64($0) }.map { Timestamp(microseconds: $0) }
  }

  private func earliest(ofInstants: Bool) -> Timestamp? {
    let bounds = [window.earliest, ofInstants ? window.interval?.start : nil, isAscending ? place : nil]
    return bounds.compactMap(\.self).max()
  }

  private func latest(ofInstants: Bool) -> Timestamp? {
    let bounds = [window.latest, ofInstants ? window.interval?.end : nil, isAscending ? nil : place]
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
