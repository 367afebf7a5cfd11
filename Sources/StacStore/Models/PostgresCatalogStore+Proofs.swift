import Postgres
import StacModel

extension PostgresCatalogStore {
  /// How a model met its golden vector, the latest proof first.
  public func proofs(ofModel id: String, in collection: String) async throws(StoreError) -> [ModelProofRecord] {
    try await read { session throws(PostgresError) in
      try session.query(
        """
        SELECT \(ModelProofRecord.columns) FROM gnomon.model_proofs p \
        JOIN gnomon.collections c ON c.key = p.collection_key \
        JOIN gnomon.items i ON i.collection_key = p.collection_key AND i.id = p.id \
        WHERE c.id = \(collection) AND p.id = \(id) AND i.is_model ORDER BY p.proved_at DESC, p.runtime LIMIT 20
        """
      ).map { row throws(PostgresError) in try ModelProofRecord(row) }
    }
  }

  /// Models that miss their golden vectors, by the latest proof of their present documents.
  public func missedProofs(limit: Int) async throws(StoreError) -> [ModelProofRecord] {
    try await read { session throws(PostgresError) in
      try session.query(
        """
        SELECT \(ModelProofRecord.columns) FROM (SELECT DISTINCT ON (collection_key, id) * FROM gnomon.model_proofs \
        ORDER BY collection_key, id, proved_at DESC) p \
        JOIN gnomon.collections c ON c.key = p.collection_key \
        JOIN gnomon.items i ON i.collection_key = p.collection_key AND i.id = p.id AND i.updated_at = p.item_updated_at \
        WHERE p.state = 'missed' AND i.is_model ORDER BY c.id, p.id LIMIT \(limit)
        """
      ).map { row throws(PostgresError) in try ModelProofRecord(row) }
    }
  }

  /// Models that were not proved with a software as they are now, or whose files could not be read some time ago.
  ///
  /// - Parameter keys: the models that are looked at; nil for all of them, which is a walk over all.
  public func unprovedModels(
    by runtime: String, among keys: [ModelKey]?, limit: Int
  ) async throws(StoreError) -> [UnprovedModel] {
    let chosen: SQL =
      keys.map { keys in
        """
        JOIN unnest(\(SQL.Bind.integerArray(keys.map { Int64($0.collection) }))::int4[], \
        \(SQL.Bind.textArray(keys.map(\.id)))) AS k (collection_key, id) \
        ON i.collection_key = k.collection_key AND i.id = k.id COLLATE "C"
        """
      } ?? ""
    return try await perform { [memory] session throws(PostgresError) in
      let rows = try session.query(
        """
        SELECT \(FoundItem.columns), i.updated_at, i.collection_key FROM gnomon.items i \(chosen) \
        LEFT JOIN gnomon.model_proofs p ON p.collection_key = i.collection_key AND p.id = i.id \
        AND p.runtime = \(runtime) AND p.item_updated_at = i.updated_at \
        WHERE i.is_model AND (p.state IS NULL OR p.state = 'unread' AND p.proved_at < now() - interval '10 minutes') \
        ORDER BY i.collection_key, i.id LIMIT \(limit)
        """)
      let own = FoundItem.columnCount
      var models: [UnprovedModel] = []
      for row in rows {
        guard let document = try FoundItem(row).document(memory, on: session) else { continue }
        models.append(
          UnprovedModel(
            document: document, collectionKey: try row.integer(own + 1), itemTime: try row.timestamp(own)))
      }
      return models
    }
  }

  /// Keeps what a proof has shown, in place of what an earlier one with the same software did; of a model that has gone
  /// nothing.
  public func note(_ note: ModelProofNote, for model: UnprovedModel) async throws(StoreError) {
    @Sendable func optional(_ text: String?) -> SQL.Bind { text.map { .text($0) } ?? .null }
    try await perform { session throws(PostgresError) in
      _ = try session.query(
        """
        INSERT INTO gnomon.model_proofs (collection_key, id, runtime, item_updated_at, state, model_digest, \
        vector_digest, reason) SELECT i.collection_key, i.id, \(note.runtime), \
        \(SQL.Bind.timestamp(microseconds: model.itemTime)), \(note.state.rawValue), \(optional(note.modelDigest))::text, \
        \(optional(note.vectorDigest))::text, \(optional(note.reason))::text FROM gnomon.items i \
        WHERE i.collection_key = \(model.collectionKey)::int4 AND i.id = \(model.document.id) AND i.is_model \
        FOR KEY SHARE ON CONFLICT (collection_key, id, runtime) DO UPDATE \
        SET item_updated_at = excluded.item_updated_at, state = excluded.state, model_digest = excluded.model_digest, \
        vector_digest = excluded.vector_digest, reason = excluded.reason, proved_at = now()
        """)
    }
    replicas?.noteWrite(isCommitted: true)
  }
}

extension ModelProofRecord {
  fileprivate static let columns: SQL = """
    c.id, p.id, p.runtime, p.state, p.model_digest, p.vector_digest, p.reason, p.proved_at, \
    p.item_updated_at = i.updated_at
    """

  fileprivate init(_ row: Row) throws(PostgresError) {
    func text(_ column: Int) throws(PostgresError) -> String? { row.isNull(column) ? nil : try row.text(column) }
    collection = try row.text(0)
    id = try row.text(1)
    runtime = try row.text(2)
    guard let state = State(rawValue: try row.text(3)) else {
      throw PostgresError(reason: .unreadableValue, function: "ModelProofRecord", message: "the state is not known")
    }
    self.state = state
    modelDigest = try text(4)
    vectorDigest = try text(5)
    reason = try text(6)
    provedAt = Timestamp(microseconds: try row.timestamp(7))
    isOfPresentItem = try row.boolean(8)
  }
}
