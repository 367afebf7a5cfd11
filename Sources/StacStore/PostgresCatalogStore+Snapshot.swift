import Postgres

extension PostgresCatalogStore {
  /// Which transactions the database shows, and since when the server runs that says so.
  ///
  /// `pg_current_snapshot` lists what still runs and the first transaction that was not there: whatever commits changes the
  /// text, and no text comes back. A standby's list is empty, and a replica shows what the primary showed before, so that
  /// neither can tell.
  public func snapshot() async throws(StoreError) -> String? {
    guard replicas == nil else { return nil }
    let statement: SQL = """
      SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_postmaster_start_time()::text || ' ' || pg_current_snapshot() END
      """
    return try await perform { session throws(PostgresError) in
      guard let row = try session.query(statement, plan: .generic).first, !row.isNull(0) else { return nil }
      return try row.text(0)
    }
  }
}
