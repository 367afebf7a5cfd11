import Postgres

/// Which database a session has reached, and how far its server's log goes.
struct ServerPosition: Sendable {
  /// What a cluster and its copies have in common, and no other cluster has.
  let system: String
  /// What tells a database from the others of its cluster, in every copy.
  let database: Int64
  let isInRecovery: Bool
  /// Bytes: of a standby what it has replayed, of a primary what is safe on its disk.
  let position: Int64
  /// When the server started, in microseconds: with `system` it tells one server from its copies.
  let started: Int64

  static func read(_ pool: PostgresPool) async throws(PostgresError) -> ServerPosition {
    try await pool.withSession { session throws(PostgresError) in
      let rows = try session.query(
        """
        SELECT s.system_identifier::text, d.oid::int8, pg_is_in_recovery(), ((CASE WHEN pg_is_in_recovery() \
        THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END) - '0/0'::pg_lsn)::int8, \
        pg_postmaster_start_time() FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()
        """, plan: .generic)
      guard let row = rows.first else { throw PostgresError(reason: .unreadableValue, function: "ServerPosition") }
      return ServerPosition(
        system: try row.text(0), database: try row.integer(1), isInRecovery: try row.boolean(2),
        position: try row.integer(3), started: try row.timestamp(4))
    }
  }

  /// Why this is no replica of a primary's database, nil where it is one, or is that very server.
  func objection(against primary: ServerPosition) -> String? {
    if system != primary.system {
      return "it is another cluster (its system identifier is \(system), that of the database is \(primary.system))"
    }
    if database != primary.database { return "it is another database of the same cluster" }
    if !isInRecovery, started != primary.started {
      return "it is not in recovery: it was promoted, and goes its own way"
    }
    return nil
  }
}
