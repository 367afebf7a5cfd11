import Postgres
public import StacSearch

extension PostgresCatalogStore {
  public func queryables(collection: String?) async throws(StoreError) -> Queryables {
    let found = try await propertiesFound(inCollection: collection)
    return .ofItems(found: found, allowsOthers: allowsOtherProperties)
  }

  public func collectionQueryables() async throws(StoreError) -> Queryables {
    let found = try await perform { session throws(PostgresError) in
      try Self.names(try session.query(Self.distinct("gnomon.collection_members")))
    }
    return .ofCollections(
      found: found.filter { !Self.collectionMembers.contains($0.key) }, allowsOthers: allowsOtherProperties)
  }

  /// Members that are the same in every collection.
  private static let collectionMembers: Set<String> = ["type"]

  /// The names that items have or had, with their JSON types.
  private func propertiesFound(inCollection collection: String?) async throws(StoreError) -> [String: Set<String>] {
    if let collection {
      return try await inCollection(collection) { session, key throws(PostgresError) in
        try Self.names(
          try session.query(
            "SELECT DISTINCT name, type FROM gnomon.collection_properties WHERE collection_key = \(key)::int4"))
      }
    }
    return try await perform { session throws(PostgresError) in
      try Self.names(try session.query(Self.distinct("gnomon.collection_properties")))
    }
  }

  /// Each name and type of a table once, by a step through its index from one to the next.
  private static func distinct(_ table: SQL) -> SQL {
    """
    WITH RECURSIVE names (name, type) AS ((SELECT name, type FROM \(table) ORDER BY name, type LIMIT 1) UNION ALL \
    SELECT p.name, p.type FROM names n, LATERAL (SELECT name, type FROM \(table) \
    WHERE (name, type) > (n.name, n.type) ORDER BY name, type LIMIT 1) p) SELECT name, type FROM names
    """
  }

  /// Reads rows of a name and a JSON type.
  private static func names(_ rows: [Row]) throws(PostgresError) -> [String: Set<String>] {
    var found: [String: Set<String>] = [:]
    for row in rows { found[try row.text(0), default: []].insert(try row.text(1)) }
    return found
  }
}
