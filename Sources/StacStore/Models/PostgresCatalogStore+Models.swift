import Postgres
public import StacModel

extension PostgresCatalogStore {
  public func models(
    named name: String, version: String?, in collection: String
  ) async throws(StoreError) -> [String] {
    try await read { session throws(PostgresError) in
      try session.models(named: name, version: version, in: collection)
    }
  }

  public func insert(
    model item: Item, named name: String, version: String?, into collection: String
  ) async throws(StoreError) {
    let set = ItemSet(try await rows(of: [item.inCollection(collection)]))
    let outcome = try await writeAgain(set) { session throws(PostgresError) -> WriteOutcome in
      try session.write { session throws(PostgresError) in
        let others = try session.lockedModels(named: name, version: version, in: collection)
        if let other = others.first { return .taken(other, collection: collection) }
        return try session.insert(set, into: collection)
      }
    }
    try outcome.check()
  }

  public func replace(
    model item: Item, named name: String, version: String?, in collection: String,
    expecting expected: SerializedDocument
  ) async throws(StoreError) {
    let set = ItemSet(try await rows(of: [item.inCollection(collection)]))
    let outcome = try await writeAgain(set) { [memory] session throws(PostgresError) -> WriteOutcome in
      try session.write { session throws(PostgresError) in
        let others = try session.lockedModels(named: name, version: version, in: collection)
        let isThere = others.contains { $0.utf8.elementsEqual(item.id.utf8) }
        if !isThere, let other = others.first { return .taken(other, collection: collection) }
        return try session.replace(set, item.id, in: collection, expecting: expected, memory)
      }
    }
    try outcome.check()
  }
}

extension PostgresSession {
  /// The identifiers of the models of a name and version, which no other registration can change before the transaction
  /// ends: whoever registers the same model waits here until this one is committed, and then finds it.
  fileprivate func lockedModels(
    named name: String, version: String?, in collection: String
  ) throws(PostgresError) -> [String] {
    let key = "gnomon model\u{1}\(collection)\u{1}\(name)"
    _ = try query("SELECT pg_advisory_xact_lock(hashtextextended(\(key), 0))")
    return try models(named: name, version: version, in: collection)
  }

  fileprivate func models(
    named name: String, version: String?, in collection: String
  ) throws(PostgresError) -> [String] {
    let wanted = version.map { SemanticVersion.normal($0).utf8 }
    let rows = try query(
      """
      SELECT i.id, \(SQL.modelVersion) FROM gnomon.items i WHERE i.is_model AND i.collection_key = \
      (SELECT c.key FROM gnomon.collections c WHERE c.id = \(collection)) \
      AND md5(i.model_properties ->> 'mlm:name') = md5(\(name)) AND i.model_properties ->> 'mlm:name' = \(name) ORDER BY i.id
      """)
    var found: [String] = []
    for row in rows {
      let version = row.isNull(1) ? nil : try row.text(1)
      let isWanted =
        switch (version, wanted) {
        case (nil, nil): true
        case (let version?, let wanted?): SemanticVersion.normal(version).utf8.elementsEqual(wanted)
        default: false
        }
      if isWanted { found.append(try row.text(0)) }
    }
    return found
  }
}
