import Postgres

extension PostgresCatalogStore {
  /// Which transactions a statement sees, NULL on a standby, which does not list those that run; without what tells a crash.
  static var shownTransactions: SQL {
    "CASE WHEN NOT pg_is_in_recovery() THEN concat_ws(' ', pg_postmaster_start_time(), pg_current_snapshot()) END"
  }

  /// Which transactions the database shows, and since when.
  ///
  /// `pg_current_snapshot` lists those that still run and the one behind the last that has ended: whatever commits changes the
  /// text. A server that has crashed may give out numbers of transactions again, but has made a checkpoint before. A standby
  /// does not list what runs, and a replica shows what the primary showed before, so that neither can tell.
  public func snapshot() async throws(StoreError) -> String? {
    guard replicas == nil else { return nil }
    let statement: SQL = "SELECT \(Self.shownTransactions) || ' ' || (pg_control_checkpoint()).checkpoint_lsn"
    do throws(StoreError) {
      return try await perform { session throws(PostgresError) in
        guard let row = try session.query(statement, plan: .generic).first, !row.isNull(0) else { return nil }
        return try row.text(0)
      }
    } catch .failed {
      // Services that run PostgreSQL for others may refuse to tell of checkpoints.
      return nil
    }
  }
}
