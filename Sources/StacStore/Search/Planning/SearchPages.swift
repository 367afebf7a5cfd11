import Postgres
import StacModel
import StacSearch

/// The statements of a page, as each ``SearchStrategy`` makes them.
struct SearchPages {
  /// What a strategy makes of a search.
  struct Made {
    /// They follow each other: the next one is run where the page is not full.
    let statements: [SQL]
    /// How many rows a branch gives at most.
    let limit: Int
    let breakingOff: SearchPlan.BreakingOff
  }

  private let request: SearchRequest
  /// The conditions of the search: that on items that are instants, or on all, and that on items that last.
  private let alternatives: [SQL]
  private let window: SearchWindow
  private let order: SearchOrder
  private let token: PageToken?
  /// That an item is beyond the token's place, beginning with AND; empty for a first page.
  private let beyond: SQL

  /// Rows that the index of space and time is asked for beyond the page: items of one instant that meet its end.
  private static let spare = 3

  init(_ request: SearchRequest, _ alternatives: [SQL], order: SearchOrder, token: PageToken?) {
    self.request = request
    self.alternatives = alternatives
    self.order = order
    self.token = token
    window = SearchWindow(request)
    beyond = token.map { " AND \(order.beyond($0))" } ?? ""
  }

  /// Those of the page, and one that tells whether another follows.
  private var wanted: Int { request.limit + 1 }

  /// What the indexes over time tell of an item's place, beginning with AND; empty where another one is walked.
  private var sidesInIndex: SQL { order.isByIdentifier ? "" : window.sides }

  private func parts(limit: Int, isPresent: Bool = false, shown: Int? = nil) -> SearchPlan.Parts {
    SearchPlan.Parts(
      limit: limit, order: order, isPresent: isPresent, isReversed: token?.direction == .backward, shown: shown)
  }

  func walk() -> Made {
    let parts = parts(limit: wanted)
    let page = parts.union(alternatives.map { .found("\($0)\(beyond)\(sidesInIndex)") }, limit: wanted)
    return Made(statements: [page], limit: wanted, breakingOff: .nowhere)
  }

  /// - Parameter looked: how many items of all collections are looked at.
  func walkAmongOthers(looking looked: Int) -> Made {
    let parts = parts(limit: wanted, shown: request.limit)
    let others: SQL = "\(SearchConditions.everywhere)\(window.instants)\(beyond)\(window.sides)"
    let page = parts.union(
      alternatives.enumerated().map { number, condition in
        number == 0
          ? parts.among(first: looked, of: others, condition)
          : .found("\(condition)\(beyond)\(window.sides)")
      }, limit: nil)
    return Made(statements: [page], limit: wanted, breakingOff: .amongOthers)
  }

  /// - Parameter cuts: instants in the order of the page, which cut it into statements.
  func walkEach(cuts: [Timestamp]) -> Made {
    let parts = parts(limit: wanted)
    let beyond = token.map { " AND \(order.beyondInEach($0))" as SQL } ?? ""
    let sides = sidesInIndex
    let statements = TimeStretch.between(cuts, isAscending: order.isAscending(to: token)).map { stretch in
      parts.union(
        alternatives.map { condition in
          parts.inEach(of: request.collections ?? [], "\(condition)\(beyond)\(sides)\(stretch.condition)")
        }, limit: wanted)
    }
    return Made(statements: statements, limit: wanted, breakingOff: .nowhere)
  }

  /// The rest of the collection in which the page begins, and those that follow it.
  func inTurn() -> Made {
    let isAscending = order.isAscending(to: token)
    let parts = parts(limit: wanted)
    let sides = sidesInIndex
    let (direction, others): (SQL, SQL) = isAscending ? ("", ">") : (" DESC", "<")
    let named: SQL = request.collections.map { "c.id = ANY(\(texts: $0))" } ?? "true"
    func page(_ condition: SQL, _ beyond: SQL = "") -> SQL {
      let steps: SQL = """
        (SELECT c.key FROM gnomon.collections c WHERE \(named)\(condition) \
        ORDER BY c.id\(direction) OFFSET 0) searched
        """
      return parts.union(alternatives.map { .found("\($0)\(beyond)\(sides)") }, limit: wanted, steps: steps)
    }
    guard let token else { return Made(statements: [page("")], limit: wanted, breakingOff: .nowhere) }
    let collection = token.values[0] ?? ""
    // One after the other, as far as rows are asked for.
    let statement: SQL = """
      (\(page(" AND c.id = \(collection)", beyond))) UNION ALL (\(page(" AND c.id \(others) \(collection)"))) \
      LIMIT \(unsafeSQL: "\(wanted)")
      """
    return Made(statements: [statement], limit: wanted, breakingOff: .nowhere)
  }

  /// - Parameter count: how many rows are read at least, so that they are counted.
  func nearest(reading count: Int) -> Made {
    let nearest = NearestOrder(window, order: order, token: token)
    let limit = max(wanted + Self.spare, count)
    let page = parts(limit: limit, shown: request.limit).union(
      alternatives.enumerated().map { number, condition in
        .found(
          "\(condition)\(beyond)\(nearest.bounds(ofInstants: number == 0))",
          order: nearest.orderBy(ofInstants: number == 0))
      }, limit: nil)
    return Made(statements: [page], limit: limit, breakingOff: .amidAnInstant)
  }

  func planned(reading count: Int) -> Made { planned(reading: count) { .found($0) } }

  func fetched(reading count: Int) -> Made { planned(reading: count) { .fetched($0) } }

  private func planned(reading count: Int, _ part: (SQL) -> SearchPlan.Parts.Part) -> Made {
    let limit = max(wanted, count)
    let parts = parts(limit: limit, shown: limit > wanted ? request.limit : nil)
    let bounds = NearestOrder(window, order: .newestFirst, token: nil)
    let page = parts.union(
      alternatives.enumerated().map { number, condition in
        // What is asked of all items at once is asked of those that last too.
        let isOfInstants = number == 0 && alternatives.count > 1
        let inIndex: SQL = window.boxes == nil ? "" : bounds.bounds(ofInstants: isOfInstants)
        return part("\(condition)\(beyond)\(inIndex)")
      }, limit: limit)
    return Made(statements: [page], limit: limit, breakingOff: .nowhere)
  }

  /// - Parameter ordering: how the order by a property is come by.
  func sorted(_ ordering: PropertyOrdering?, _ queryables: Queryables) throws(ParameterError) -> Made {
    let parts = parts(limit: wanted, isPresent: true)
    let sorted = try SortedPages(request, order, token, ordering, queryables)
    let statements = sorted.stretches.map { stretch in
      parts.union(sorted.pieces(of: stretch, fetched: alternatives), limit: wanted, steps: stretch.steps?.rows)
    }
    return Made(statements: statements, limit: wanted, breakingOff: .nowhere)
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
