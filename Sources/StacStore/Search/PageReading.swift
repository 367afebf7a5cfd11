import Postgres
import StacSearch

/// The statements of a page, and what they come to.
struct PageReading: Sendable {
  let request: SearchRequest
  let order: SearchOrder
  let token: PageToken?
  let narrowing: CollectionNarrowing?
  let plan: SearchPlan
  /// Those of the plan; their geometries are settled.
  let pages: [SQL]
  let counts: SearchCounts
  let memory: CatalogMemory

  enum Outcome<Page: Sendable>: Sendable {
    case found(Page)
    /// The strategy could not tell the order of the items.
    case orderUnknown
    /// What the search was narrowed by does not hold any more.
    case outdated
  }

  struct Page: Sendable {
    let documents: [StoredDocument]
    let next: PagePlaces.Place?
    let previous: PagePlaces.Place?
    /// How many matches this page and those on the way to it have met.
    let known: Int
    let count: MatchedCount?
  }

  func outcome(on session: isolated PostgresSession) throws(PostgresError) -> Outcome<Page> {
    guard let narrowing else { return try page(try rows(on: session), on: session) }
    return try session.transaction(beginning: Self.beginSnapshot) { session throws(PostgresError) in
      guard try narrowing.holds(on: session) else { return .outdated }
      return try page(try rowsInSnapshot(on: session), on: session)
    }
  }

  private func page(
    _ rows: [FoundItem], on session: isolated PostgresSession
  ) throws(PostgresError) -> Outcome<Page> {
    guard let sure = plan.complete(rows, limit: request.limit) else { return .orderUnknown }
    let places = try PagePlaces(count: sure.count, limit: request.limit, token: token) {
      index throws(PostgresError) in
      try sure[index].keys(order)
    }
    // An item whose collection was deleted since is gone too; its place among the others still tells where pages begin.
    let documents = try FoundItem.documents(places.shown.map { sure[$0] }, memory, on: session)
    let isWhole = token == nil && plan.hasRead(rows)
    let seen = rows.count - (places.shown.count - documents.count)
    // What a page backward has read beyond itself lies before it.
    let ahead = places.before + (token?.direction == .backward ? documents.count : seen)
    let known = max(ahead, token?.known ?? 0)
    let count: MatchedCount? =
      isWhole ? .exact(seen) : try counts.number(atLeast: known, mode: plan.mode, memory, on: session)
    return .found(
      Page(documents: documents, next: places.next, previous: places.previous, known: known, count: count))
  }

  /// The rows of statements that follow each other, until there are more than a page.
  ///
  /// The first one is enough as a rule. Where it is not, all are read in one snapshot: an item that is changed meanwhile
  /// would be in two of them, or in none.
  private func rows(on session: isolated PostgresSession) throws(PostgresError) -> [FoundItem] {
    guard let first = pages.first else { return [] }
    let rows = try session.query(first, plan: plan.mode).map { FoundItem($0) }
    if pages.count == 1 || rows.count > request.limit { return rows }
    return try session.transaction(beginning: Self.beginSnapshot) { session throws(PostgresError) in
      try rowsInSnapshot(on: session)
    }
  }

  private func rowsInSnapshot(on session: isolated PostgresSession) throws(PostgresError) -> [FoundItem] {
    var rows: [FoundItem] = []
    for page in pages where rows.count <= request.limit {
      rows += try session.query(page, plan: plan.mode).map { FoundItem($0) }
    }
    return rows
  }

  private static let beginSnapshot: SQL = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
}
