import Postgres
public import StacSearch

extension PostgresCatalogStore {
  public func queryables(collection: String?) async throws(StoreError) -> Queryables {
    .ofItems(
      found: try await propertiesFound(inCollection: collection, withDerived: true), allowsOthers: allowsOtherProperties
    )
  }

  /// What searches must know of properties: derived ones are known by their names.
  func documentQueryables(collection: String?) async throws(StoreError) -> Queryables {
    .ofItems(
      found: try await propertiesFound(inCollection: collection, withDerived: false),
      allowsOthers: allowsOtherProperties)
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
  private func propertiesFound(
    inCollection collection: String?, withDerived: Bool
  ) async throws(StoreError) -> [String: Set<JSONType>] {
    if let collection {
      return try await inCollection(collection) { session, key throws(PostgresError) in
        try session.properties(ofCollection: key, withDerived: withDerived)
      }
    }
    return try await read { session throws(PostgresError) in
      try session.properties(ofCollection: nil, withDerived: withDerived)
    }
  }
}

extension PostgresSession {
  fileprivate func properties(
    ofCollection key: Int64?, withDerived: Bool
  ) throws(PostgresError) -> [String: Set<JSONType>] {
    var found = try propertyTypes(ofCollection: key)
    guard withDerived else { return found }
    // Every model can be asked for by what it reads.
    if found["mlm:input"] != nil { found[ModelItemProperties.reads] = [] }
    let statement = DerivedProperty.all.map { "(\($0.names(key)))" as SQL }.joined(separator: " UNION ALL ")
    for row in try query(statement, plan: .generic) {
      let name = try row.text(0)
      // Its type is declared by its name.
      found[name] = found[name] ?? []
    }
    return found
  }
}
