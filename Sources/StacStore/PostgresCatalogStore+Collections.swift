import Postgres
public import StacModel

extension PostgresCatalogStore {
  public func collection(id: String) async throws(StoreError) -> StoredDocument? {
    try await read { session throws(PostgresError) in
      let rows = try session.query(
        """
        SELECT c.id, c.links_position, c.document, \(CollectionStatistics.columns) FROM gnomon.collections c \
        \(CollectionStatistics.join(to: "c.key")) WHERE c.id = \(id)
        """, plan: .generic)
      return try rows.first.map { row throws(PostgresError) in
        try FoundCollection(row, order: nil).document
      }
    }
  }

  public func declaration(ofCollection id: String) async throws(StoreError) -> StoredDocument? {
    // It is read to be replaced.
    try await perform { session throws(PostgresError) in
      // The columns of what is kept of its items, which the declared extent knows nothing of.
      let rows = try session.query(
        "SELECT id, links_position, document, NULL FROM gnomon.collections WHERE id = \(id)", plan: .generic)
      return try rows.first.map { row throws(PostgresError) in try FoundCollection(row, order: nil).document }
    }
  }

  public func insert(_ collection: Collection) async throws(StoreError) {
    let added = try await write { session throws(PostgresError) in
      try !session.query(
        """
        INSERT INTO gnomon.collections (\(CollectionRow.columns)) \(CollectionRow(collection).values) \
        ON CONFLICT (id) DO NOTHING RETURNING key
        """
      ).isEmpty
    }
    if !added { throw .conflict("collection '\(collection.id)'") }
  }

  public func replace(
    _ collection: Collection, expecting expected: SerializedDocument?
  ) async throws(StoreError) {
    let row = CollectionRow(collection)
    let outcome: StoreError? = try await write { session throws(PostgresError) in
      try session.transaction { session throws(PostgresError) in
        let found = try session.query(
          "SELECT document FROM gnomon.collections WHERE id = \(collection.id) FOR NO KEY UPDATE")
        guard let stored = found.first else { return .notFound("collection '\(collection.id)'") }
        if let expected, try stored.bytes(0) != expected.bytes { return .changed("collection '\(collection.id)'") }
        _ = try session.query(
          """
          UPDATE gnomon.collections SET (\(CollectionRow.columns), updated_at) = \
          (SELECT v.*, now() FROM (\(row.values)) v) WHERE id = \(collection.id)
          """)
        return nil
      }
    }
    if let outcome { throw outcome }
  }

  public func upsert(_ collections: [Collection]) async throws(StoreError) {
    // Of two with one identifier the later stays; one order for all writers keeps them from waiting for each other.
    let latest = Dictionary(collections.map { (Array($0.id.utf8), $0) }) { $1 }
    let ordered = latest.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    try await write { session throws(PostgresError) in
      try session.transaction { session throws(PostgresError) in
        for collection in ordered {
          _ = try session.query(
            """
            INSERT INTO gnomon.collections (\(CollectionRow.columns)) \(CollectionRow(collection).values) \
            ON CONFLICT (id) DO UPDATE SET \(CollectionRow.replaceOnConflict), updated_at = now()
            """, plan: .generic)
        }
      }
    }
  }

  public func deleteCollection(id: String, comment: String) async throws(StoreError) {
    let settings = Actor.settings(comment: comment)
    let deleted = try await write { session throws(PostgresError) in
      try !session.query(
        """
        WITH gone AS (DELETE FROM gnomon.collections WHERE id = \(id) RETURNING key), \
        forgotten AS (DELETE FROM gnomon.derivations d USING gone WHERE d.collection_key = gone.key) \
        SELECT key\(settings) FROM gone
        """
      ).isEmpty
    }
    if !deleted { throw .notFound("collection '\(id)'") }
  }
}
