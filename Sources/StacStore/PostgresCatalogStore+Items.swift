import Postgres
import StacModel

extension PostgresCatalogStore {
  public func item(collection: String, id: String) async throws(StoreError) -> StoredDocument? {
    try await perform { session throws(PostgresError) in
      let rows = try session.query(
        """
        SELECT c.id, i.id, i.links_position, i.document FROM gnomon.items i \
        JOIN gnomon.collections c ON c.key = i.collection_key WHERE c.id = \(collection) AND i.id = \(id)
        """)
      return try rows.first.map { row throws(PostgresError) in try FoundRow(row, keys: 0).document }
    }
  }

  public func models(limit: Int) async throws(StoreError) -> [StoredDocument] {
    try await perform { session throws(PostgresError) in
      try session.query(
        """
        SELECT c.id, i.id, i.links_position, i.document FROM gnomon.items i \
        JOIN gnomon.collections c ON c.key = i.collection_key WHERE i.is_model \
        ORDER BY i.collection_key, i.id LIMIT \(limit)
        """
      ).map { row throws(PostgresError) in try FoundRow(row, keys: 0).document }
    }
  }
}
