import Postgres
public import StacModel

extension PostgresCatalogStore {
  public func collections(limit: Int?, after: String?) async throws(StoreError) -> [StoredDocument] {
    try await perform { session throws(PostgresError) in
      var query: SQL = "SELECT id, links_position, document FROM gnomon.collections"
      if let after { query += " WHERE id > \(after)" }
      query += " ORDER BY id"
      if let limit { query += " LIMIT \(limit)" }
      return try session.query(query).map { row throws(PostgresError) in try Self.collection(row) }
    }
  }

  public func collectionCount() async throws(StoreError) -> Int {
    try await perform { session throws(PostgresError) in
      let rows = try session.query("SELECT count(*) FROM gnomon.collections")
      return try rows.first.map { row throws(PostgresError) in Int(try row.integer(0)) } ?? 0
    }
  }

  public func collection(id: String) async throws(StoreError) -> StoredDocument? {
    try await perform { session throws(PostgresError) in
      let rows = try session.query("SELECT id, links_position, document FROM gnomon.collections WHERE id = \(id)")
      return try rows.first.map { row throws(PostgresError) in try Self.collection(row) }
    }
  }

  public func insert(_ collection: Collection) async throws(StoreError) {
    let added = try await perform { session throws(PostgresError) in
      try !session.query(
        """
        INSERT INTO gnomon.collections (\(CollectionRow.columns)) \(CollectionRow(collection).values) \
        ON CONFLICT (id) DO NOTHING RETURNING key
        """
      ).isEmpty
    }
    if !added { throw .conflict("collection '\(collection.id)'") }
  }

  public func replace(_ collection: Collection) async throws(StoreError) {
    let replaced = try await perform { session throws(PostgresError) in
      try !session.query(
        """
        UPDATE gnomon.collections SET (\(CollectionRow.columns), updated_at) = \
        (SELECT v.*, now() FROM (\(CollectionRow(collection).values)) v) \
        WHERE id = \(collection.id) RETURNING key
        """
      ).isEmpty
    }
    if !replaced { throw .notFound("collection '\(collection.id)'") }
  }

  public func upsert(_ collections: [Collection]) async throws(StoreError) {
    // Of two with one identifier the later stays; one order for all writers keeps them from waiting for each other.
    let latest = Dictionary(collections.map { (Array($0.id.utf8), $0) }) { $1 }
    let ordered = latest.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    try await perform { session throws(PostgresError) in
      try session.transaction { session throws(PostgresError) in
        for collection in ordered {
          _ = try session.query(
            """
            INSERT INTO gnomon.collections (\(CollectionRow.columns)) \(CollectionRow(collection).values) \
            ON CONFLICT (id) DO UPDATE SET \(CollectionRow.replaceOnConflict), updated_at = now()
            """)
        }
      }
    }
  }

  public func deleteCollection(id: String) async throws(StoreError) {
    let deleted = try await perform { session throws(PostgresError) in
      try !session.query("DELETE FROM gnomon.collections WHERE id = \(id) RETURNING key").isEmpty
    }
    if !deleted { throw .notFound("collection '\(id)'") }
  }

  private static func collection(_ row: Row) throws(PostgresError) -> StoredDocument {
    let id = try row.text(0)
    return StoredDocument(
      collectionID: id, id: id,
      document: SerializedDocument(bytes: try row.bytes(2), linksPosition: Int(try row.integer(1))))
  }
}
