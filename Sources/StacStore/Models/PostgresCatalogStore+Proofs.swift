import Postgres
public import StacModel

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

  /// Models that miss their golden vectors or whose files are wrong, by the latest proof of their present documents.
  ///
  /// - Parameter limit: how many are named at most; nil for all.
  public func faultyProofs(limit: Int?) async throws(StoreError) -> DoubtfulModels<ModelProofRecord> {
    try await read { session throws(PostgresError) in
      let rows = try session.query(
        """
        SELECT \(ModelProofRecord.columns), count(*) OVER () FROM (SELECT DISTINCT ON (collection_key, id) * \
        FROM gnomon.model_proofs ORDER BY collection_key, id, proved_at DESC) p \
        JOIN gnomon.collections c ON c.key = p.collection_key \
        JOIN gnomon.items i ON i.collection_key = p.collection_key AND i.id = p.id AND i.updated_at = p.item_updated_at \
        WHERE p.state IN ('missed', 'faulty') AND i.is_model ORDER BY c.id, p.id LIMIT \(limit ?? Int(Int32.max))
        """)
      let count = try rows.first.map { row throws(PostgresError) in try row.integer(ModelProofRecord.columnCount) }
      return DoubtfulModels(
        named: try rows.map { row throws(PostgresError) in try ModelProofRecord(row) }, count: Int(count ?? 0))
    }
  }

  /// Models whose files were not looked at with a software as they are now, or are to be looked at again.
  ///
  /// - Parameter keys: the models that are looked at; nil for all of them, which is a walk over all.
  public func unprovedModels(
    by runtime: String, among keys: [ModelKey]?, limit: Int
  ) async throws(StoreError) -> [UnprovedModel] {
    try await unproved(
      keys,
      where: """
        NOT EXISTS (SELECT FROM gnomon.model_proofs p WHERE p.collection_key = i.collection_key AND p.id = i.id \
        AND p.runtime = \(runtime) AND p.item_updated_at = i.updated_at AND p.findings IS NOT NULL \
        AND (p.recheck_at IS NULL OR p.recheck_at > now()))
        """, limit: limit)
  }

  /// Models as they are to be looked at, proved or not; those that are gone are left out.
  public func modelsToProve(_ keys: [ModelKey]) async throws(StoreError) -> [UnprovedModel] {
    if keys.isEmpty { return [] }
    return try await unproved(keys, where: "true", limit: keys.count)
  }

  /// One model; nil where there is none.
  public func modelToProve(_ id: String, in collection: String) async throws(StoreError) -> UnprovedModel? {
    try await unproved(
      nil, where: "i.id = \(id) AND i.collection_key = (SELECT key FROM gnomon.collections WHERE id = \(collection))",
      limit: 1
    ).first
  }

  private func unproved(
    _ keys: [ModelKey]?, where condition: SQL, limit: Int
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
        WHERE i.is_model AND \(condition) ORDER BY i.collection_key, i.id LIMIT \(limit)
        """)
      let own = FoundItem.columnCount
      var models: [UnprovedModel] = []
      for row in rows {
        guard let document = try FoundItem(row).document(memory, on: session) else { continue }
        let key = ModelKey(collection: Int32(truncatingIfNeeded: try row.integer(own + 1)), id: document.id)
        models.append(UnprovedModel(key: key, document: document, itemTime: try row.timestamp(own)))
      }
      return models
    }
  }

  /// The files that were seen of models, where that was after a time; nil for all.
  public func seenFiles(
    by runtime: String, since time: Timestamp?
  ) async throws(StoreError) -> [SeenModelFiles] {
    try await perform { session throws(PostgresError) in
      try session.query(
        """
        SELECT collection_key, id, files, proved_at FROM gnomon.model_proofs WHERE runtime = \(runtime) \
        AND files IS NOT NULL AND proved_at > \(SQL.Bind.timestamp(microseconds: time?.microseconds ?? 0))
        """
      ).map { row throws(PostgresError) in
        let key = ModelKey(collection: Int32(truncatingIfNeeded: try row.integer(0)), id: try row.text(1))
        return SeenModelFiles(
          key: key, files: try row.text(2), provedAt: Timestamp(microseconds: try row.timestamp(3)))
      }
    }
  }

  /// Leaves what is known of a model's present document in place where that is in some state, to be looked at again later;
  /// whether that was so.
  public func postpone(
    _ model: UnprovedModel, by runtime: String, in states: [ModelProofRecord.State], seconds: Int
  ) async throws(StoreError) -> Bool {
    try await perform { session throws(PostgresError) in
      try session.query(
        """
        UPDATE gnomon.model_proofs SET recheck_at = now() + make_interval(secs => \(seconds)) \
        WHERE collection_key = \(Int64(model.key.collection))::int4 AND id = \(model.key.id) AND runtime = \(runtime) \
        AND item_updated_at = \(SQL.Bind.timestamp(microseconds: model.itemTime)) AND findings IS NOT NULL \
        AND state = ANY(\(SQL.Bind.textArray(states.map(\.rawValue)))) RETURNING true
        """, plan: .generic
      ).first != nil
    }
  }

  /// Keeps what a look at a model has shown, in place of what an earlier one with the same software did; of a model that has
  /// gone or changed meanwhile nothing that counts.
  public func note(_ note: ModelProofNote, for model: UnprovedModel) async throws(StoreError) {
    @Sendable func optional(_ text: String?) -> SQL.Bind { text.map { .text($0) } ?? .null }
    let seconds: SQL.Bind = note.recheckSeconds.map { .integer(Int64($0)) } ?? .null
    try await perform { session throws(PostgresError) in
      _ = try session.query(
        """
        INSERT INTO gnomon.model_proofs (collection_key, id, runtime, item_updated_at, state, model_digest, \
        vector_digest, reason, findings, obstacle, files, recheck_at) SELECT i.collection_key, i.id, \(note.runtime), \
        \(SQL.Bind.timestamp(microseconds: model.itemTime)), \(note.state.rawValue), \(optional(note.modelDigest))::text, \
        \(optional(note.vectorDigest))::text, \(optional(note.reason))::text, \(note.findings), \
        \(optional(note.obstacle))::text, \(optional(note.files))::text, \
        now() + make_interval(secs => \(seconds)::int8) FROM gnomon.items i \
        WHERE i.collection_key = \(Int64(model.key.collection))::int4 AND i.id = \(model.key.id) AND i.is_model \
        FOR KEY SHARE ON CONFLICT (collection_key, id, runtime) DO UPDATE \
        SET item_updated_at = excluded.item_updated_at, state = excluded.state, model_digest = excluded.model_digest, \
        vector_digest = excluded.vector_digest, reason = excluded.reason, findings = excluded.findings, \
        obstacle = excluded.obstacle, files = excluded.files, recheck_at = excluded.recheck_at, proved_at = now()
        """, plan: .generic)
    }
    // What this process keeps of models in memory is another now.
    if note.obstacle != nil { memory.writes.increase() }
    replicas?.noteWrite(isCommitted: true)
  }
}

extension ModelProofRecord {
  fileprivate static let columns: SQL = """
    c.id, p.id, p.runtime, p.state, p.model_digest, p.vector_digest, p.reason, p.proved_at, \
    p.item_updated_at = i.updated_at, p.findings, p.files
    """
  fileprivate static let columnCount = 11

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
    findings = try text(9)
    files = try text(10)
  }
}
