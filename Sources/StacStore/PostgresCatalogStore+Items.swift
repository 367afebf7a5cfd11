import Postgres
import StacModel

extension PostgresCatalogStore {
  public func item(collection: String, id: String) async throws(StoreError) -> StoredDocument? {
    try await read { [memory] session throws(PostgresError) in
      let rows = try session.query(
        """
        SELECT \(FoundItem.columns) FROM gnomon.items i WHERE i.collection_key = \
        (SELECT c.key FROM gnomon.collections c WHERE c.id = \(collection)) AND i.id = \(id)
        """, plan: .generic)
      return try rows.first.flatMap { row throws(PostgresError) in
        try FoundItem(row).document(memory, on: session)
      }
    }
  }

  public func items(
    derivedFrom id: String, in collection: String, limit: Int, offset: Int
  ) async throws(StoreError) -> DerivedItems {
    try await read { [memory] session throws(PostgresError) in
      let rows = try session.query(
        """
        SELECT \(FoundItem.columns) FROM (SELECT DISTINCT d.collection_key, d.id FROM gnomon.derivations d \
        WHERE d.source_collection = \(collection) AND d.source_id = \(id) ORDER BY d.collection_key, d.id \
        LIMIT \(limit) OFFSET \(offset)) d LEFT JOIN gnomon.items i \
        ON i.collection_key = d.collection_key AND i.id = d.id ORDER BY d.collection_key, d.id
        """, plan: .generic)
      // Of an item that went its note may stay.
      let found = rows.filter { !$0.isNull(0) }.map { FoundItem($0) }
      return DerivedItems(
        items: try FoundItem.documents(found, memory, on: session), isLast: rows.count < limit)
    }
  }

  public func models(limit: Int) async throws(StoreError) -> [StoredDocument] {
    try await read { [memory] session throws(PostgresError) in
      let rows = try session.query(
        """
        SELECT \(FoundItem.columns) FROM gnomon.items i WHERE i.is_model ORDER BY i.collection_key, i.id \
        LIMIT \(limit)
        """)
      return try FoundItem.documents(rows.map { FoundItem($0) }, memory, on: session)
    }
  }
}
