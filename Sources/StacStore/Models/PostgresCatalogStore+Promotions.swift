import Digests
import Postgres
import StacModel

extension PostgresCatalogStore {
  public func standing(ofModel id: String, in collection: String) async throws(StoreError) -> PromotionStanding? {
    try await read { [memory] session throws(PostgresError) in
      try session.standing(ofModel: id, in: collection, memory)
    }
  }

  public func promotions(
    ofModel id: String, in collection: String, before number: Int64?, limit: Int
  ) async throws(StoreError) -> [Promotion] {
    try await read { session throws(PostgresError) in
      let aliases = try session.aliasWrites(ofModel: id, in: collection)
      return try session.query(
        """
        SELECT number, model, version, from_state, to_state, actor, role, is_person, comment, evidence, \
        document_digest, promoted_at FROM gnomon.promotions \
        WHERE collection = \(collection) AND item = \(id) AND number < \(number ?? .max) \
        ORDER BY number DESC LIMIT \(limit)
        """
      ).reversed().map { row throws(PostgresError) in try Promotion(row, aliases: aliases) }
    }
  }

  public func promote(_ request: PromotionRequest) async throws(StoreError) {
    let outcome = try await write { [memory] session throws(PostgresError) -> WriteOutcome in
      try session.write { session throws(PostgresError) in try session.promote(request, memory) }
    }
    try outcome.check()
  }
}

extension Promotion {
  fileprivate init(_ row: Row, aliases: [Int64: [AliasWrite]]) throws(PostgresError) {
    number = try row.integer(0)
    model = try row.text(1)
    version = row.isNull(2) ? nil : try row.text(2)
    from = row.isNull(3) ? nil : ModelState(rawValue: try row.text(3))
    let outcome = try row.text(4)
    to = ModelState(rawValue: outcome)
    guard to != nil || outcome == Self.removal else {
      throw PostgresError(reason: .unreadableValue, function: "Promotion", message: "the state is not known")
    }
    actor = try row.text(5)
    role = try row.text(6)
    isPerson = try row.boolean(7)
    comment = try row.text(8)
    evidence = try row.text(9)
    documentDigest = try row.bytes(10)
    time = Timestamp(microseconds: try row.timestamp(11))
    self.aliases = aliases[number] ?? []
  }
}

extension PostgresSession {
  fileprivate func standing(
    ofModel id: String, in collection: String, _ memory: CatalogMemory, locking lock: SQL = ""
  ) throws(PostgresError) -> PromotionStanding? {
    let rows = try query(
      """
      SELECT \(FoundItem.columns), s.state, s.promotion, s.document_digest, \
      coalesce(i.properties ->> 'mlm:name', i.id), \(SQL.modelVersion), \(RegistrationRecord.columns) \
      FROM gnomon.items i LEFT JOIN gnomon.model_states s ON s.collection_key = i.collection_key AND s.id = i.id \
      LEFT JOIN gnomon.model_registrations g ON g.collection_key = i.collection_key AND g.id = i.id \
      WHERE i.collection_key = (SELECT c.key FROM gnomon.collections c WHERE c.id = \(collection)) AND i.id = \(id)\
      \(lock)
      """)
    guard let row = rows.first, let document = try FoundItem(row).document(memory, on: self) else { return nil }
    let column = FoundItem.columnCount
    let name = try row.text(column + 3)
    return PromotionStanding(
      document: document, documentDigest: try Self.digest(of: document), name: name,
      version: row.isNull(column + 4) ? nil : try row.text(column + 4),
      state: row.isNull(column) ? nil : ModelState(rawValue: try row.text(column)),
      promotion: row.isNull(column + 1) ? nil : try row.integer(column + 1),
      decidedDigest: row.isNull(column + 2) ? nil : try row.bytes(column + 2),
      registration: try RegistrationRecord(row, column + 5),
      production: try production(ofModel: name, collectionKey: try row.integer(0)))
  }

  private func production(ofModel name: String, collectionKey: Int64) throws(PostgresError) -> ProductionRelease? {
    let rows = try query(
      """
      SELECT id, promotion FROM gnomon.model_states WHERE collection_key = \(collectionKey)::int4 \
      AND md5(model) = md5(\(name)) AND state = 'production'
      """)
    return try rows.first.map { row throws(PostgresError) in
      ProductionRelease(id: try row.text(0), promotion: try row.integer(1))
    }
  }

  static func digest(of document: StoredDocument) throws(PostgresError) -> [UInt8] {
    let bytes = try document.serialized().bytes
    do throws(DigestError) {
      return try SHA256.hash(bytes)
    } catch {
      throw PostgresError(reason: .unreadableValue, function: "SHA256", message: "\(error)")
    }
  }

  /// Writes a decision in the running transaction, where it still stands on what is so.
  fileprivate func promote(_ request: PromotionRequest, _ memory: CatalogMemory) throws(PostgresError) -> WriteOutcome {
    let known = request.standing
    let (id, collection) = (known.document.id, known.document.collectionID)
    // Decisions about the versions of one model come one after the other.
    _ = try query("SELECT pg_advisory_xact_lock(hashtextextended(\("promotion \(collection)/\(known.name)"), 0))")
    guard let key = try collectionKeys([collection]).values.first else { return .unknownCollection(collection) }
    guard let present = try standing(ofModel: id, in: collection, memory, locking: " FOR NO KEY UPDATE OF i") else {
      return .unknownItem(id, collection: collection)
    }
    guard present.documentDigest == known.documentDigest, present.promotion == known.promotion,
      present.production == known.production
    else { return .changed(id, collection: collection) }
    if request.to == .production, let former = known.production, !former.id.utf8.elementsEqual(id.utf8) {
      try replace(former, by: request, key: key)
    }
    let number = try note(
      request, of: id, from: known.state, to: request.to, comment: request.comment, evidence: request.evidence, key: key
    )
    _ = try query(
      """
      INSERT INTO gnomon.model_states (collection_key, id, model, state, promotion, document_digest, is_current) \
      VALUES (\(Int64(key))::int4, \(id), \(known.name), \(request.to.rawValue), \(number), \
      \(.bytes(known.documentDigest)), true) ON CONFLICT (collection_key, id) DO UPDATE SET model = excluded.model, \
      state = excluded.state, promotion = excluded.promotion, document_digest = excluded.document_digest, \
      is_current = true
      """)
    if request.to == .production {
      if let alias = request.alias { try note(alias: alias, of: id, key: key, promotion: number) }
    } else if known.state == .production, let former = known.promotion {
      try withdrawAliases(of: former, promotion: number)
    }
    return .written
  }

  /// Takes the version that was in production out of it; it stays approved.
  private func replace(
    _ former: ProductionRelease, by request: PromotionRequest, key: Int32
  ) throws(PostgresError) {
    let successor = JSONSerializer.text(["successor": .string(request.standing.document.id)])
    let number = try note(
      request, of: former.id, from: .production, to: .approved,
      comment: "'\(request.standing.document.id)' takes its place in production", evidence: successor, key: key)
    _ = try query(
      """
      UPDATE gnomon.model_states SET state = 'approved', promotion = \(number) \
      WHERE collection_key = \(Int64(key))::int4 AND id = \(former.id)
      """)
    try withdrawAliases(of: former.promotion, promotion: number)
  }

  /// Appends to the history; gives the entry's number.
  private func note(
    _ request: PromotionRequest, of id: String, from: ModelState?, to: ModelState, comment: String, evidence: String,
    key: Int32
  ) throws(PostgresError) -> Int64 {
    let known = request.standing
    let from: SQL.Bind = from.map { .text($0.rawValue) } ?? .null
    // Of the former version the document is the one that was decided upon.
    let rows = try query(
      """
      INSERT INTO gnomon.promotions (collection, item, model, version, from_state, to_state, actor, role, is_person, \
      comment, evidence, document_digest) \
      SELECT \(known.document.collectionID), i.id, coalesce(i.properties ->> 'mlm:name', i.id), \
      \(SQL.modelVersion), \(from)::text, \(to.rawValue), \(request.actor), \(request.role.rawValue), \
      \(request.isPerson), \(comment), \(evidence), \
      CASE WHEN i.id = \(known.document.id) THEN \(.bytes(known.documentDigest)) ELSE s.document_digest END \
      FROM gnomon.items i LEFT JOIN gnomon.model_states s ON s.collection_key = i.collection_key AND s.id = i.id \
      WHERE i.collection_key = \(Int64(key))::int4 AND i.id = \(id) RETURNING number
      """)
    guard let row = rows.first else {
      throw PostgresError(reason: .unreadableValue, function: "promote", message: "there is no item '\(id)'")
    }
    return try row.integer(0)
  }
}
