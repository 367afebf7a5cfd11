import Postgres

extension SQL {
  /// Whether the state `s` (`gnomon.model_states`) is that of the present document. What is retired stays so, whatever its
  /// document says by now, until somebody proposes it again.
  static let stateHolds: SQL = "(s.is_current OR s.state = 'retired')"
}

extension PostgresSession {
  /// Says of the models of a set that are written as they were decided upon that their decisions hold; the trigger has
  /// taken them for other documents (migration 0019).
  func confirmStates(of set: ItemSet, keys: [[UInt8]: Int32]) throws(PostgresError) {
    var (places, ids, digests): ([Int64?], [String?], [[UInt8]?]) = ([], [], [])
    for row in set.rows {
      guard let digest = row.digest, let key = keys[Array(row.collectionID.utf8)] else { continue }
      places.append(Int64(key))
      ids.append(row.id)
      digests.append(digest)
    }
    guard !ids.isEmpty else { return }
    _ = try query(
      """
      UPDATE gnomon.model_states s SET is_current = true \
      FROM unnest(\(.integerArray(places))::int8[], \(.textArray(ids)), \(.bytesArray(digests))) AS n (key, id, digest) \
      WHERE s.collection_key = n.key::int4 AND s.id = n.id COLLATE "C" AND s.document_digest = n.digest \
      AND NOT s.is_current
      """, plan: .generic)
  }
}
