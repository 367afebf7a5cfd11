import Postgres

extension PostgresCatalogStore {
  public var writeCount: Int { memory.writes.count }

  public func modelChanges(since mark: ModelMark?) async throws(StoreError) -> ModelChanges {
    let condition: SQL
    if let mark {
      // What seems to come from the future is of a catalog that was restored from a dump: it was read at first.
      condition = "m.xact >= \(mark.oldest)::xid8 AND m.xact < pg_snapshot_xmax(pg_current_snapshot())"
    } else {
      condition = "m.is_model"
    }
    return try await perform { session throws(PostgresError) in
      let rows = try session.query(
        """
        SELECT pg_snapshot_xmin(pg_current_snapshot())::text, m.collection_key, m.id, m.xact::text, m.is_model \
        FROM (SELECT) AS once LEFT JOIN gnomon.model_changes m ON \(condition)
        """)
      var changes: [ModelChange] = []
      for row in rows where !row.isNull(1) {
        let key = ModelKey(collection: Int32(truncatingIfNeeded: try row.integer(1)), id: try row.text(2))
        changes.append(
          ModelChange(key: key, transaction: UInt64(try row.text(3)) ?? 0, isModel: try row.boolean(4)))
      }
      return ModelChanges(mark: ModelMark(oldest: try rows.first?.text(0) ?? "0"), changes: changes)
    }
  }

  public func models(_ keys: [ModelKey], provedBy runtime: String?) async throws(StoreError) -> [StoredModel] {
    try await perform { [memory] session throws(PostgresError) in
      let rows = try session.query(
        """
        SELECT \(FoundItem.columns), s.state, p.obstacle \
        FROM unnest(\(SQL.Bind.integerArray(keys.map { Int64($0.collection) }))::int4[], \
        \(SQL.Bind.textArray(keys.map(\.id)))) AS k (collection_key, id) \
        JOIN gnomon.items i ON i.collection_key = k.collection_key AND i.id = k.id AND i.is_model \
        LEFT JOIN gnomon.model_states s ON s.collection_key = i.collection_key AND s.id = i.id AND \(SQL.stateHolds) \
        LEFT JOIN gnomon.model_proofs p ON p.collection_key = i.collection_key AND p.id = i.id \
        AND p.item_updated_at = i.updated_at AND p.runtime = \(runtime ?? "")
        """, plan: .generic)
      let state = FoundItem.columnCount
      var models: [StoredModel] = []
      for row in rows {
        guard let document = try FoundItem(row).document(memory, on: session) else { continue }
        let key = ModelKey(collection: Int32(truncatingIfNeeded: try row.integer(0)), id: try row.text(1))
        models.append(
          StoredModel(
            key: key, document: document, state: row.isNull(state) ? nil : try row.text(state),
            obstacle: row.isNull(state + 1) ? nil : try row.text(state + 1)))
      }
      return models
    }
  }
}
