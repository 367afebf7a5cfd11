public import Postgres
public import StacModel

extension PostgresCatalogStore {
  public func insert(_ items: [Item], into collection: String) async throws(StoreError) {
    let set = ItemSet(try await rows(of: items.map { $0.inCollection(collection) }))
    if let twice = set.repeated { throw .conflict("item '\(twice.id)' in collection '\(collection)'") }
    if let row = set.plainItem { return try await insert(single: row).check() }
    let outcome = try await writeAgain(set) { session throws(PostgresError) -> WriteOutcome in
      try session.write { session throws(PostgresError) in try session.insert(set, into: collection) }
    }
    try outcome.check()
  }

  public func upsert(_ items: [Item]) async throws(StoreError) { try await load(items, note: nil) }

  /// Adds items or replaces their documents, as ``upsert(_:)`` does, and runs a statement in the same transaction: both
  /// are committed, or neither.
  ///
  /// - Parameter note: what is to be remembered of the items; it may run more than once, each time in a transaction of
  ///   which the earlier ones left nothing.
  public func load(_ items: [Item], note: SQL?) async throws(StoreError) {
    let set = ItemSet(try await rows(of: items)).keepingLatest()
    let outcome = try await writeAgain(set) { session throws(PostgresError) -> WriteOutcome in
      if note == nil, let row = set.plainItem, row.derivations.isEmpty {
        return try session.upsert(row, by: set.writer)
      }
      return try session.write { session throws(PostgresError) in
        let outcome = try session.upsert(set)
        if case .written = outcome, let note { _ = try session.query(note, plan: .generic) }
        return outcome
      }
    }
    try outcome.check()
  }

  public func replace(
    _ item: Item, in collection: String, expecting expected: SerializedDocument?
  ) async throws(StoreError) {
    let set = ItemSet(try await rows(of: [item.inCollection(collection)]))
    let outcome = try await writeAgain(set) { [memory] session throws(PostgresError) -> WriteOutcome in
      try session.write { session throws(PostgresError) in
        try session.replace(set, item.id, in: collection, expecting: expected, memory)
      }
    }
    try outcome.check()
  }

  public func deleteItem(collection: String, id: String, comment: String) async throws(StoreError) {
    let settings = Actor.settings(comment: comment)
    let deleted = try await write { session throws(PostgresError) in
      try !session.query(
        """
        WITH gone AS (DELETE FROM gnomon.items i USING gnomon.collections c \
        WHERE c.key = i.collection_key AND c.id = \(collection) AND i.id = \(id) RETURNING i.collection_key, i.id), \
        forgotten AS (DELETE FROM gnomon.derivations d USING gone \
        WHERE d.collection_key = gone.collection_key AND d.id = gone.id) SELECT id\(settings) FROM gone
        """, plan: .generic
      ).isEmpty
    }
    if !deleted { throw .notFound("item '\(id)' in collection '\(collection)'") }
  }

  /// Runs a write of items, again where writers got in each other's way.
  ///
  /// Where the database has to make geometries valid, which nothing may interrupt, it runs to its end also where the
  /// client has gone.
  func writeAgain(
    _ set: ItemSet, _ body: @escaping @Sendable (isolated PostgresSession) throws(PostgresError) -> WriteOutcome
  ) async throws(StoreError) -> WriteOutcome {
    defer { memory.queryables.forget() }
    if set.rows.allSatisfy(\.isSurelyValid) { return try await writeAgain(body) }
    return try await Self.uncancelled { () async throws(StoreError) in try await writeAgain(body) }
  }

  private func writeAgain(
    _ body: @Sendable (isolated PostgresSession) throws(PostgresError) -> WriteOutcome
  ) async throws(StoreError) -> WriteOutcome {
    try await write { session throws(PostgresError) in
      var attempts = 0
      while true {
        attempts += 1
        do throws(PostgresError) {
          return try body(session)
        } catch  where error.state?.class == .transactionRollback && attempts < 5 {
          continue
        }
      }
    }
  }
}

extension PostgresSession {
  /// Replaces the one item of a set in the running transaction, where it is there and its document the expected one.
  func replace(
    _ set: ItemSet, _ id: String, in collection: String, expecting expected: SerializedDocument?,
    _ memory: CatalogMemory
  ) throws(PostgresError) -> WriteOutcome {
    guard let key = try collectionKeys([collection]).values.first else { return .unknownCollection(collection) }
    let found = try query(
      """
      SELECT \(FoundItem.columns) FROM gnomon.items i WHERE i.collection_key = \(Int64(key))::int4 \
      AND i.id = \(id) FOR UPDATE
      """, plan: .generic)
    guard let stored = found.first else { return .unknownItem(id, collection: collection) }
    // Its collection cannot go before the transaction ends.
    let document = try FoundItem(stored).document(memory, on: self)?.serialized()
    if let expected, document?.bytes != expected.bytes { return .changed(id, collection: collection) }
    return try upsert(set)
  }
}
