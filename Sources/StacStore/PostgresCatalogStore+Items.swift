import Postgres
public import StacModel

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
    derivedFrom place: CatalogPlace, limit: Int, offset: Int
  ) async throws(StoreError) -> DerivedItems {
    let notes = place.item.map { Self.notes(of: $0, in: place.collection) } ?? Self.notes(of: place.collection)
    return try await read { [memory] session throws(PostgresError) in
      let rows = try session.query(
        """
        SELECT \(FoundItem.columns) FROM (\(notes) ORDER BY 1, 2 LIMIT \(limit) OFFSET \(offset)) d \
        LEFT JOIN gnomon.items i ON i.collection_key = d.collection_key AND i.id = d.id ORDER BY d.collection_key, d.id
        """, plan: .generic)
      // Of an item that went its note may stay.
      let found = rows.filter { !$0.isNull(0) }.map { FoundItem($0) }
      return DerivedItems(
        items: try FoundItem.documents(found, memory, on: session), isLast: rows.count < limit)
    }
  }

  /// The notes of those that were made of a collection.
  private static func notes(of collection: String) -> SQL {
    """
    SELECT DISTINCT d.collection_key, d.id FROM gnomon.derivations d \
    WHERE d.source_collection = \(collection) AND d.source_id IS NULL
    """
  }

  /// The notes of those that were made of an item, by its identifier, and of a model also by the names that its versions
  /// have: `mlm:name` and the identifiers of all of them, with whatever behind an @.
  private static func notes(of item: String, in collection: String) -> SQL {
    """
    WITH m AS (SELECT i.collection_key, i.model_properties ->> 'mlm:name' AS name FROM gnomon.items i \
    WHERE i.collection_key = (SELECT c.key FROM gnomon.collections c WHERE c.id = \(collection)) AND i.id = \(item) \
    AND i.is_model), n AS (SELECT \(item)::text AS name FROM m UNION SELECT m.name FROM m WHERE m.name IS NOT NULL \
    UNION (SELECT o.id FROM m JOIN gnomon.items o ON o.collection_key = m.collection_key AND o.is_model \
    AND md5(o.model_properties ->> 'mlm:name') = md5(m.name) ORDER BY o.id LIMIT \(mostNames))) \
    SELECT d.collection_key, d.id FROM gnomon.derivations d \
    WHERE d.source_collection = \(collection) AND d.source_id = \(item) \
    UNION SELECT d.collection_key, d.id FROM n JOIN gnomon.derivations d ON d.source_collection = \(collection) \
    AND d.source_id >= (n.name || '@') COLLATE "C" AND d.source_id < (n.name || 'A') COLLATE "C"
    """
  }

  /// Of how many versions of a model the identifiers are looked up as names of it.
  private static let mostNames = 1_000

  public func collectionsWithSources(limit: Int) async throws(StoreError) -> [StoredDocument] {
    try await read { session throws(PostgresError) in
      try session.query(
        """
        SELECT id, links_position, document, NULL FROM gnomon.collections \
        WHERE document LIKE '%"derived_from"%' ORDER BY id LIMIT \(limit)
        """, plan: .generic
      ).map { row throws(PostgresError) in try FoundCollection(row, order: nil).document }
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
