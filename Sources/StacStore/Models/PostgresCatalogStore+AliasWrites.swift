import Postgres
import StacModel

/// Aliases of MLflow's registered models are written after the decisions that want them, by whichever server comes to it: what
/// waits stands in the database, so that a tracking server that is away neither holds a decision up nor misses one.
extension PostgresCatalogStore {
  public func claimAliasWrite() async throws(StoreError) -> AliasWrite? {
    try await perform { session throws(PostgresError) in
      try session.transaction { session throws(PostgresError) in try session.claimAliasWrite() }
    }
  }

  public func finish(aliasWrite number: Int64, error: String?) async throws(StoreError) {
    try await perform { session throws(PostgresError) in
      guard let error else {
        _ = try session.query(
          """
          UPDATE gnomon.alias_writes SET done_at = now(), error = NULL, claimed_until = NULL WHERE number = \(number)
          """)
        return
      }
      _ = try session.query(
        """
        UPDATE gnomon.alias_writes SET error = \(String(error.prefix(1_000))), claimed_until = NULL, \
        next_attempt_at = now() + least(interval '5 minutes', interval '2 seconds' * power(2, least(attempts, 10))) \
        WHERE number = \(number)
        """)
    }
  }
}

extension PostgresSession {
  /// Of those for one alias only the latest counts, and one at a time is on its way.
  fileprivate func claimAliasWrite() throws(PostgresError) -> AliasWrite? {
    let rows = try query(
      """
      SELECT \(AliasWrite.columns) FROM gnomon.alias_writes w WHERE w.done_at IS NULL AND w.next_attempt_at <= now() \
      AND NOT EXISTS (SELECT FROM gnomon.alias_writes o WHERE \(Self.isOfSameAlias) \
      AND o.done_at IS NULL AND (o.number > w.number OR o.claimed_until > now())) \
      ORDER BY w.number LIMIT 1 FOR UPDATE SKIP LOCKED
      """)
    guard let row = rows.first else { return nil }
    let write = try AliasWrite(row)
    _ = try query(
      """
      UPDATE gnomon.alias_writes o SET done_at = now(), error = 'a later decision took its place' \
      FROM gnomon.alias_writes w WHERE w.number = \(write.number) AND \(Self.isOfSameAlias) \
      AND o.done_at IS NULL AND o.number < w.number
      """)
    _ = try query(
      """
      UPDATE gnomon.alias_writes SET claimed_until = now() + interval '1 minute', attempts = attempts + 1 \
      WHERE number = \(write.number)
      """)
    return write
  }

  private static let isOfSameAlias: SQL = """
    o.registered_model = w.registered_model AND o.alias = w.alias \
    AND o.tracking_uri IS NOT DISTINCT FROM w.tracking_uri
    """

  /// Notes which version MLflow is to be told, where the item is of one of its registered models: by its properties, else by
  /// its link, as that was read when MLflow was asked; where neither names a server, that which had the run.
  func note(alias: String, of id: String, key: Int32, promotion: Int64) throws(PostgresError) {
    _ = try query(
      """
      INSERT INTO gnomon.alias_writes (promotion, tracking_uri, registered_model, model_version, alias, is_removal) \
      SELECT \(promotion), coalesce(said.server, r.run ->> 'tracking_uri'), said.model, said.version, \(alias), false FROM gnomon.items i \
      LEFT JOIN gnomon.mlflow_runs r ON r.collection_key = i.collection_key AND r.id = i.id \
      AND r.item_updated_at = i.updated_at AND r.state <> 'waiting' \
      CROSS JOIN LATERAL (SELECT \
      jsonb_typeof(i.properties -> 'mlflow:registered_model') IS NOT DISTINCT FROM 'string' AS names) own \
      CROSS JOIN LATERAL (SELECT \
      CASE WHEN own.names THEN i.properties ->> 'mlflow:tracking_uri' ELSE r.declared ->> 'tracking_uri' END AS server, \
      CASE WHEN own.names THEN i.properties ->> 'mlflow:registered_model' \
      ELSE r.declared ->> 'registered_model' END AS model, \
      CASE WHEN jsonb_typeof(i.properties -> 'mlflow:version') IN ('string', 'number') \
      THEN i.properties ->> 'mlflow:version' ELSE r.declared ->> 'version' END AS version) said \
      WHERE i.collection_key = \(Int64(key))::int4 AND i.id = \(id) \
      AND said.model IS NOT NULL AND said.version IS NOT NULL
      """)
  }

  /// Notes that MLflow is to forget what it was told for an earlier promotion, whatever the item says by now.
  func withdrawAliases(of setting: Int64, promotion: Int64) throws(PostgresError) {
    _ = try query("SELECT gnomon.withdraw_aliases(\(setting), \(promotion))")
  }

  func aliasWrites(ofModel id: String, in collection: String) throws(PostgresError) -> [Int64: [AliasWrite]] {
    let rows = try query(
      """
      SELECT \(AliasWrite.columns), w.promotion FROM gnomon.promotions p \
      JOIN gnomon.alias_writes w ON w.promotion = p.number \
      WHERE p.collection = \(collection) AND p.item = \(id) ORDER BY w.number
      """)
    var writes: [Int64: [AliasWrite]] = [:]
    for row in rows { writes[try row.integer(AliasWrite.columnCount), default: []].append(try AliasWrite(row)) }
    return writes
  }
}

extension AliasWrite {
  fileprivate static let columns: SQL = """
    w.number, w.tracking_uri, w.registered_model, w.model_version, w.alias, w.is_removal, w.attempts, w.error, w.done_at
    """
  fileprivate static let columnCount = 9

  fileprivate init(_ row: Row) throws(PostgresError) {
    number = try row.integer(0)
    trackingURI = row.isNull(1) ? nil : try row.text(1)
    registeredModel = try row.text(2)
    version = try row.text(3)
    alias = try row.text(4)
    isRemoval = try row.boolean(5)
    attempts = Int(try row.integer(6))
    error = row.isNull(7) ? nil : try row.text(7)
    done = row.isNull(8) ? nil : Timestamp(microseconds: try row.timestamp(8))
  }
}
