import Postgres
import StacModel
import StacSearch

/// How the number of matches of a search is come by: the statements that may run, and what is expected without them.
struct SearchCounts: Sendable {
  private enum Way: Sendable {
    /// Nothing is wanted.
    case none
    /// From what is kept of whole collections.
    case kept(SQL)
    /// From what is kept of all collections, where there are very many.
    case keptOfAll
    /// Counted to the end.
    case counted(SQL)
    /// Counted up to a limit, beyond which the expected number is given; without a statement where the page's own reads
    /// beyond the limit.
    case countedUpTo(Int, SQL?, most: Int)
    /// The expected number.
    case expected(most: Int)
  }

  private var way: Way
  private let expected: Double
  /// How the statements are to be planned, nil for like the search itself.
  private let mode: PlanMode?

  /// - Parameters:
  ///   - expected: how many matches the catalog's sample lets expect, and whether they are quickly counted.
  ///   - limit: up to how many are counted.
  ///   - isReadWithPage: whether the page's own statement reads that many.
  init(
    _ request: SearchRequest, _ preference: CountPreference, expected: PostgresCatalogStore.SearchExpectation,
    limit: Int, isReadWithPage: Bool, queryables: Queryables
  ) throws(ParameterError) {
    let outlook = expected.outlook
    self.expected = outlook.matches
    mode = outlook.indexed == nil ? nil : .custom
    let all = outlook.most
    if preference == .none {
      way = .none
    } else if request.asksForWholeCollections {
      way =
        request.collections == nil && outlook.sample.hasManyCollections
        ? .keptOfAll : .kept(CollectionStatistics.itemCount(ofCollections: request.collections))
    } else if preference == .exact || request.ids != nil {
      way = .counted(try SearchPlan.count(request, limit: nil, queryables: queryables))
    } else if limit > 0, expected.isCountable, outlook.matches <= Double(limit) {
      let count =
        try isReadWithPage
        ? nil
        : SearchPlan.count(request, limit: limit + 1, isIndexed: expected.isFoundByIndex, queryables: queryables)
      way = .countedUpTo(limit, count, most: all)
    } else {
      way = .expected(most: all)
    }
  }

  /// Up to how many matches are counted, nil where that is not the way.
  var limit: Int? { if case .countedUpTo(let limit, _, _) = way { limit } else { nil } }

  /// What a user's geometry may stand in.
  var statements: [SQL] {
    switch way {
    case .none, .kept, .keptOfAll, .expected: []
    case .counted(let count): [count]
    case .countedUpTo(_, let count, _): count.map { [$0] } ?? []
    }
  }

  /// The same with other texts of ``statements``.
  func replacing(_ statements: some Swift.Collection<SQL>) -> SearchCounts {
    guard let statement = statements.first else { return self }
    var counts = self
    switch way {
    case .counted: counts.way = .counted(statement)
    case .countedUpTo(let limit, _, let most): counts.way = .countedUpTo(limit, statement, most: most)
    case .none, .kept, .keptOfAll, .expected: break
    }
    return counts
  }

  /// The number; an estimate is never below what is known, nor above what there is.
  ///
  /// - Parameters:
  ///   - least: how many this page and those on the way to it have met: they raise an estimate, but some may be gone.
  ///   - mode: how the search itself was planned.
  func number(
    atLeast least: Int, mode: PlanMode, _ memory: CatalogMemory, on session: isolated PostgresSession
  ) throws(PostgresError) -> MatchedCount? {
    func read(_ statement: SQL) throws(PostgresError) -> Int {
      try session.query(statement, plan: self.mode ?? mode).first.map { row throws(PostgresError) in
        Int(try row.integer(0))
      } ?? 0
    }
    let estimate = Int(min(expected.rounded(), 1e15))
    switch way {
    case .none: return nil
    case .kept(let statement), .counted(let statement): return .exact(try read(statement))
    case .keptOfAll: return .exact(try memory.itemCount.value(on: session))
    case .countedUpTo(let limit, let statement, let most):
      let counted = least > limit ? least : try statement.map { statement throws(PostgresError) in try read(statement) }
      guard let counted else { return .estimate(max(least, min(estimate, most))) }
      return counted <= limit ? .exact(counted) : .estimate(max(counted, min(estimate, most)))
    case .expected(let most): return .estimate(max(least, min(estimate, most)))
    }
  }
}

extension SearchRequest {
  /// Whether nothing narrows the search but its collections.
  var asksForWholeCollections: Bool {
    ids == nil && boundingBox == nil && intersects == nil && datetime == nil && filter == nil && query == nil
      && propertyParameters.isEmpty && freeText == nil
  }
}
