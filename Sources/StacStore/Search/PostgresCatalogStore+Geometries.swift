import Postgres

extension PostgresCatalogStore {
  /// The statements with their large geometries made valid.
  ///
  /// A geometry that a user wrote is made valid once, before the statements that search with it: not again in each of
  /// them, and where nothing can cancel it. GEOS 3.11 does not survive being interrupted there, and takes the database
  /// with it: neither the deadline of a count nor a client that goes away may do so.
  func settled(_ statements: [SQL]) async throws(StoreError) -> [SQL] {
    let large = Set(statements.flatMap(\.binds).filter(\.isLargeGeometry))
    if large.isEmpty { return statements }
    var valid: [SQL.Bind: SQL.Bind] = [:]
    for bind in large {
      guard case .ewkb(let bytes) = bind else { continue }
      valid[bind] = .ewkb(try await Self.uncancelled { () async throws(StoreError) in try await self.valid(bytes) })
    }
    return statements.map { $0.replacingBinds { valid[$0] ?? $0 } }
  }

  private func valid(_ geometry: [UInt8]) async throws(StoreError) -> [UInt8] {
    try await read { session throws(PostgresError) in
      try session.query("SELECT ST_AsEWKB(gnomon.valid(\(ewkb: geometry)))").first?.bytes(0) ?? geometry
    }
  }

  /// Runs a body to its end, also where nobody waits for it any more.
  static func uncancelled<Result: Sendable>(
    _ body: @escaping @Sendable () async throws(StoreError) -> Result
  ) async throws(StoreError) -> Result {
    let task = Task<Swift.Result<Result, StoreError>, Never> {
      do throws(StoreError) {
        return .success(try await body())
      } catch {
        return .failure(error)
      }
    }
    return try await task.value.get()
  }
}

extension SQL.Bind {
  /// Whether this is a geometry of more than eight places or so: smaller ones are valid in no time.
  fileprivate var isLargeGeometry: Bool { if case .ewkb(let bytes) = self { bytes.count > 150 } else { false } }
}
