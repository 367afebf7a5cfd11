import Postgres
public import StacSearch

extension PostgresCatalogStore {
  public func queryables(collection: String?) async throws(StoreError) -> Queryables {
    let found = try await propertiesFound(inCollection: collection)
    return .ofItems(found: found, allowsOthers: allowsOtherProperties)
  }

  public func collectionQueryables() async throws(StoreError) -> Queryables {
    let found = try await read { session throws(PostgresError) in
      try session.memberTypes()
    }
    return .ofCollections(
      found: found.filter { !Self.collectionMembers.contains($0.key) }, allowsOthers: allowsOtherProperties)
  }

  /// Members that are the same in every collection.
  private static let collectionMembers: Set<String> = ["type"]

  /// The names that items have or had, with their JSON types.
  private func propertiesFound(inCollection collection: String?) async throws(StoreError) -> [String: Set<JSONType>] {
    if let collection {
      return try await inCollection(collection) { session, key throws(PostgresError) in
        try session.propertyTypes(ofCollection: key)
      }
    }
    return try await read { session throws(PostgresError) in
      try session.propertyTypes(ofCollection: nil)
    }
  }
}
