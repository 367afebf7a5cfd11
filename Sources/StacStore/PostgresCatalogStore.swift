public import Postgres
import StacModel
public import StacSearch

/// The catalog in PostGIS.
public struct PostgresCatalogStore: CatalogStore {
  let pool: PostgresPool
  private let tokenKey: [UInt8]
  private let countDeadline: Duration
  let allowsOtherProperties: Bool

  /// Opens the catalog of a migrated database.
  ///
  /// - Parameter countDeadline: how long counting the matches of a search may take.
  public init(pool: PostgresPool, countDeadline: Duration = .milliseconds(250), allowsOtherProperties: Bool = true) async throws(StoreError) {
    self.pool = pool
    self.allowsOtherProperties = allowsOtherProperties
    self.countDeadline = countDeadline
    let rows = try await Self.translating { () throws(PostgresError) in
      try await pool.withSession { session throws(PostgresError) in
        try session.query("SELECT value FROM gnomon.settings WHERE name = 'page_token_key'").map {
          row throws(PostgresError) in try row.bytes(0)
        }
      }
    }
    guard let key = rows.first else { throw .failed("the key of the page tokens is missing in gnomon.settings") }
    tokenKey = key
  }

  /// Runs a body on a session; errors come out as the store's.
  func perform<Result: Sendable>(
    _ body: @Sendable (isolated PostgresSession) throws(PostgresError) -> Result
  ) async throws(StoreError) -> Result {
    try await Self.translating { () throws(PostgresError) in try await pool.withSession(body) }
  }

  private static func translating<Result>(
    _ body: () async throws(PostgresError) -> Result
  ) async throws(StoreError) -> Result {
    do throws(PostgresError) {
      return try await body()
    } catch {
      throw StoreError(error)
    }
  }

  public func search(_ request: SearchRequest) async throws(StoreError) -> SearchPage {
    let token = try request.token.map { text throws(StoreError) in try self.token(text) }
    let deadline = countDeadline
    let (rows, count) = try await perform { session throws(PostgresError) -> ([FoundItem], Int?) in
      var keys: [Int64]?
      if let collections = request.collections {
        keys = try session.query("SELECT key FROM gnomon.collections WHERE id = ANY(\(texts: collections))").map {
          row throws(PostgresError) in try row.integer(0)
        }
      }
      let plan = SearchPlan(request, collectionKeys: keys, token: token)
      let rows = try session.query(plan.page).map { row throws(PostgresError) in try FoundItem(row) }
      if token == nil, rows.count <= request.limit { return (rows, Optional(rows.count)) }
      return (rows, try session.count(plan.count, within: deadline))
    }
    return try page(rows, request: request, token: token, numberMatched: count)
  }

  private func token(_ text: String) throws(StoreError) -> PageToken {
    guard let token = PageToken(text, signedWith: tokenKey) else {
      throw .parameter(ParameterError("token", "this is not a token that this catalog gave"))
    }
    return token
  }

  private func page(
    _ rows: [FoundItem], request: SearchRequest, token: PageToken?, numberMatched: Int?
  ) throws(StoreError) -> SearchPage {
    let isReversed = token?.direction == .backward
    let hasMore = rows.count > request.limit
    var items = Array(rows.prefix(request.limit))
    if isReversed { items.reverse() }
    let isFirst = token == nil || isReversed && !hasMore
    let isLast = !isReversed && !hasMore
    // A page that turned out empty leads back to where it began, with the item that is there.
    let edge = { (item: FoundItem?, direction: PageToken.Direction) -> PageToken? in
      if let item { return item.token(direction) }
      return token.map {
        PageToken(
          direction: direction, datetime: $0.datetime, collectionKey: $0.collectionKey, id: $0.id, includesPlace: true)
      }
    }
    return SearchPage(
      documents: items.map(\.document), next: isLast ? nil : try text(edge(items.last, .forward)),
      previous: isFirst ? nil : try text(edge(items.first, .backward)), numberMatched: numberMatched)
  }

  private func text(_ token: PageToken?) throws(StoreError) -> String? {
    do {
      return try token?.text(signedWith: tokenKey)
    } catch {
      throw .failed("\(error)")
    }
  }
}

/// One row of a search.
struct FoundItem: Sendable {
  let collectionKey: Int64
  let datetime: Timestamp
  let document: StoredDocument

  /// Reads: collection key, collection id, id, datetime, links position, document.
  init(_ row: Row) throws(PostgresError) {
    collectionKey = try row.integer(0)
    datetime = Timestamp(microseconds: try row.timestamp(3))
    document = StoredDocument(
      collectionID: try row.text(1), id: try row.text(2),
      document: SerializedDocument(bytes: try row.bytes(5), linksPosition: Int(try row.integer(4))))
  }

  func token(_ direction: PageToken.Direction) -> PageToken {
    PageToken(direction: direction, datetime: datetime, collectionKey: collectionKey, id: document.id)
  }
}

extension PostgresSession {
  /// The one number of a count, nil where it takes longer than the deadline.
  fileprivate func count(_ sql: SQL, within deadline: Duration) throws(PostgresError) -> Int? {
    let milliseconds = deadline.components.seconds * 1_000 + deadline.components.attoseconds / 1_000_000_000_000_000
    do throws(PostgresError) {
      return try transaction { session throws(PostgresError) in
        _ = try session.query("SELECT set_config('statement_timeout', \(String(milliseconds)), true)")
        return try session.query(sql).first.map { row throws(PostgresError) in Int(try row.integer(0)) }
      }
    } catch  where error.state == .queryCanceled {
      return nil
    }
  }
}

extension StoreError {
  /// The store's word for a refusal of the database.
  init(_ error: PostgresError) {
    let log = "\(error.description): \(error.message)"
    switch error.reason {
    case .cancelled: self = .cancelled
    case .connectionFailed, .connectionLost, .poolExhausted, .poolClosed, .sessionUnusable: self = .unavailable(log)
    case .nulCharacter: self = .parameter(ParameterError("request", "U+0000 is not allowed"))
    case .unreadableValue, .transactionFailed: self = .failed(log)
    case .server(.queryCanceled): self = .timeout(log)
    case .server(let state):
      switch state.class {
      case .connectionException, .insufficientResources, .operatorIntervention, .transactionRollback:
        self = .unavailable(log)
      default: self = .failed(log)
      }
    }
  }
}
