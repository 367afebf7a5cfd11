public import Postgres
import StacModel
import StacSearch

/// The catalog in PostGIS.
public struct PostgresCatalogStore: CatalogStore {
  let pool: PostgresPool
  let replicas: ReadReplicas?
  let tokenKey: [UInt8]
  let memory = CatalogMemory()
  let propertySets = PropertySetMemory()
  let queues = ItemQueues()
  let countLimit: Int
  let allowsOtherProperties: Bool

  /// Opens the catalog of a migrated database.
  ///
  /// - Parameters:
  ///   - replicas: where reads may go; nil where all go to the database itself.
  ///   - countLimit: up to how many matches of a search are counted; beyond it their number is an estimate.
  ///   - allowsOtherProperties: whether filters may name properties that neither specifications nor the data know.
  public init(
    pool: PostgresPool, replicas: ReadReplicas? = nil, countLimit: Int = 50, allowsOtherProperties: Bool = true
  ) async throws(StoreError) {
    self.pool = pool
    self.replicas = replicas
    self.countLimit = countLimit
    self.allowsOtherProperties = allowsOtherProperties
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

  /// Runs a body that only reads, on a replica that shows what it must see, else on the primary.
  ///
  /// Where the replica turns out to be the obstacle, the body runs again on the primary.
  func read<Result: Sendable>(
    _ body: @Sendable (isolated PostgresSession) throws(PostgresError) -> Result
  ) async throws(StoreError) -> Result {
    guard let replicas, ReadPreference.current == .any, let replica = replicas.replica() else {
      return try await perform(body)
    }
    do throws(PostgresError) {
      return try await replica.pool.withSession(body)
    } catch {
      guard error.mayBeOfReplica else { throw StoreError(error) }
      replica.note(error)
    }
    return try await perform(body)
  }

  /// Runs a body that writes, on the primary; reads that begin after it see what it has written.
  func write<Result: Sendable>(
    _ body: @Sendable (isolated PostgresSession) throws(PostgresError) -> Result
  ) async throws(StoreError) -> Result {
    defer {
      memory.itemCount.forget()
      memory.writes.increase()
    }
    do throws(StoreError) {
      let result = try await perform(body)
      replicas?.noteWrite(isCommitted: true)
      return result
    } catch {
      // A write that failed may have been committed all the same.
      replicas?.noteWrite(isCommitted: false)
      throw error
    }
  }

  /// Runs a body on a session of the primary; errors come out as the store's.
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
    case .server(.decidedModel): self = .decided(error.message)
    case .server(.internalError) where error.message.contains(/GEOS|TopologyException/.ignoresCase()):
      self = .parameter(
        ParameterError("request", "a geometry in it, or one it meets, is too degenerate to compute with"))
    case .server(let state):
      switch state.class {
      case .connectionException, .insufficientResources, .operatorIntervention, .transactionRollback:
        self = .unavailable(log)
      case .dataException, .programLimitExceeded:
        self = .parameter(ParameterError("request", "a value in it is beyond what the database can compute or index"))
      default: self = .failed(log)
      }
    }
  }
}
