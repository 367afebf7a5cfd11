import Postgres

extension SQL {
  /// Whether the state `s` (`gnomon.model_states`) is that of the present document. What is retired stays so, whatever its
  /// document says by now, until somebody proposes it again.
  static let stateHolds: SQL = "(s.is_current OR s.state = 'retired')"

  /// The version of the item `i`, as `JSONValue.versionText` reads it; NULL where it says none.
  static let modelVersion: SQL = """
    (CASE WHEN jsonb_typeof(i.properties -> 'version') IN ('string', 'number') THEN i.properties ->> 'version' END)
    """
}

extension SQLState {
  /// GN403: a model is approved, and who would end that may not (migration 0021).
  static let decidedModel = SQLState(rawValue: "GN403")
}

extension PostgresSession {
  /// Says of the models of a set which documents they have now.
  func confirmModels(of set: ItemSet, keys: [[UInt8]: Int32]) throws(PostgresError) {
    let models = WrittenModels(set, keys: keys, \.digest)
    guard !models.isEmpty else { return }
    try confirmStates(of: models)
    try confirmAuthors(of: models)
  }

  /// Says of the models of a set that are written as they were decided upon that their decisions hold; the trigger has
  /// taken them for other documents (migration 0019).
  private func confirmStates(of models: WrittenModels) throws(PostgresError) {
    _ = try query(
      """
      UPDATE gnomon.model_states s SET is_current = true FROM \(models.rows) \
      WHERE s.collection_key = n.key::int4 AND s.id = n.id COLLATE "C" AND s.document_digest = n.digest \
      AND NOT s.is_current
      """, plan: .generic)
  }

  /// Notes the documents of the models of a set; where one is that which was there before, its author stays (migration 0021).
  private func confirmAuthors(of models: WrittenModels) throws(PostgresError) {
    let isSame: SQL = "r.digest IS NULL AND r.former_digest = n.digest"
    _ = try query(
      """
      UPDATE gnomon.model_registrations r SET digest = n.digest, \
      changed_by = CASE WHEN \(isSame) THEN r.former_by ELSE r.changed_by END, \
      changed_at = CASE WHEN \(isSame) THEN r.former_at ELSE r.changed_at END, \
      former_by = NULL, former_at = NULL, former_digest = NULL FROM \(models.rows) \
      WHERE r.collection_key = n.key::int4 AND r.id = n.id COLLATE "C" AND r.digest IS DISTINCT FROM n.digest
      """, plan: .generic)
  }
}
