import Postgres
public import StacModel

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

  public func insert(_ items: [Item], into collection: String) async throws(StoreError) {
    if let twice = Self.repeatedIdentifier(items) { throw .conflict("item '\(twice)' in collection '\(collection)'") }
    let ordered = items.map { ItemRow($0.inCollection(collection)) }.sorted()
    let outcome = try await write { session throws(PostgresError) -> WriteOutcome in
      guard let key = try session.collectionKeys([collection]).values.first else {
        return .unknownCollection(collection)
      }
      for row in ordered where try session.insert(row, collectionKey: key, conflict: "DO NOTHING") == false {
        return .taken(row.id, collection: collection)
      }
      return .written
    }
    try Self.check(outcome)
  }

  public func upsert(_ items: [Item]) async throws(StoreError) {
    let rows = items.map { ItemRow($0) }
    // Of two with one identifier the later stays; one order for all writers keeps them from waiting for each other.
    let latest = Dictionary(rows.map { ($0.identity, $0) }) { $1 }
    let ordered = latest.values.sorted()
    let outcome = try await write { session throws(PostgresError) -> WriteOutcome in
      let keys = try session.collectionKeys(ordered.map(\.collectionID))
      for row in ordered {
        guard let key = keys[Array(row.collectionID.utf8)] else { return .unknownCollection(row.collectionID) }
        _ = try session.insert(row, collectionKey: key, conflict: ItemRow.replaceOnConflict)
      }
      return .written
    }
    try Self.check(outcome)
  }

  public func replace(
    _ item: Item, in collection: String, expecting expected: SerializedDocument?
  ) async throws(StoreError) {
    let row = ItemRow(item.inCollection(collection))
    let outcome = try await write { session throws(PostgresError) -> WriteOutcome in
      guard let key = try session.collectionKeys([collection]).values.first else {
        return .unknownCollection(collection)
      }
      let found = try session.query(
        "SELECT document FROM gnomon.items WHERE collection_key = \(key)::int4 AND id = \(row.id) FOR UPDATE")
      guard let stored = found.first else { return .unknownItem(row.id, collection: collection) }
      if let expected, try stored.bytes(0) != expected.bytes { return .changed(row.id, collection: collection) }
      _ = try session.insert(row, collectionKey: key, conflict: ItemRow.replaceOnConflict)
      return .written
    }
    try Self.check(outcome)
  }

  public func deleteItem(collection: String, id: String) async throws(StoreError) {
    let deleted = try await perform { session throws(PostgresError) in
      try !session.query(
        """
        DELETE FROM gnomon.items i USING gnomon.collections c \
        WHERE c.key = i.collection_key AND c.id = \(collection) AND i.id = \(id) RETURNING i.id
        """
      ).isEmpty
    }
    if !deleted { throw .notFound("item '\(id)' in collection '\(collection)'") }
  }

  /// Runs a body in a transaction, rolled back unless it has written; again where writers got in each other's way.
  ///
  /// It runs to its end, also where the client has gone: it may make geometries valid, which nothing may interrupt.
  private func write(
    _ body: @escaping @Sendable (isolated PostgresSession) throws(PostgresError) -> WriteOutcome
  ) async throws(StoreError) -> WriteOutcome {
    try await Self.uncancelled { () async throws(StoreError) in
      try await perform { session throws(PostgresError) in try session.writeAgain(body) }
    }
  }

  private static func check(_ outcome: WriteOutcome) throws(StoreError) {
    switch outcome {
    case .written: return
    case .unknownCollection(let id): throw .notFound("collection '\(id)'")
    case .unknownItem(let id, let collection): throw .notFound("item '\(id)' in collection '\(collection)'")
    case .taken(let id, let collection): throw .conflict("item '\(id)' in collection '\(collection)'")
    case .changed(let id, let collection): throw .changed("item '\(id)' in collection '\(collection)'")
    }
  }

  private static func repeatedIdentifier(_ items: [Item]) -> String? {
    // Bytes are compared, as the database does: Swift takes texts for equal that differ in their Unicode form.
    var seen: Set<[UInt8]> = []
    return items.first { !seen.insert(Array($0.id.utf8)).inserted }?.id
  }
}

/// What became of a write; everything but ``written`` leaves the database as it was.
private enum WriteOutcome: Sendable {
  case written
  case unknownCollection(String)
  case unknownItem(String, collection: String)
  case taken(String, collection: String)
  case changed(String, collection: String)
}

/// An item taken apart for the table.
struct ItemRow: Sendable, Comparable {
  let collectionID: String
  let id: String
  let time: ItemTime
  let geometry: [UInt8]?
  let isModel: Bool
  /// The properties as text that `jsonb` takes.
  let properties: String
  let document: SerializedDocument

  init(_ item: Item) {
    collectionID = item.collectionID ?? ""
    id = item.id
    time = item.time
    geometry = item.geometry?.extendedWKB
    isModel = item.extensions.contains { $0.hasPrefix(Item.modelExtensionPrefix) }
    properties = item.properties.jsonbText
    document = SerializedDocument(item.document)
  }

  /// The bytes of the primary key; U+0000 stands in no identifier.
  var identity: [UInt8] { Array(collectionID.utf8) + [0] + Array(id.utf8) }

  static func < (left: ItemRow, right: ItemRow) -> Bool { left.identity.lexicographicallyPrecedes(right.identity) }
  static func == (left: ItemRow, right: ItemRow) -> Bool { left.identity == right.identity }

  static let replaceOnConflict: SQL = """
    DO UPDATE SET datetime = excluded.datetime, start_datetime = excluded.start_datetime, \
    end_datetime = excluded.end_datetime, geometry = excluded.geometry, is_model = excluded.is_model, \
    properties = excluded.properties, search_text = excluded.search_text, \
    links_position = excluded.links_position, document = excluded.document, updated_at = now()
    """
}

extension PostgresSession {
  /// The same as ``write(_:)``, again where writers got in each other's way.
  fileprivate func writeAgain(
    _ body: @Sendable (isolated PostgresSession) throws(PostgresError) -> WriteOutcome
  ) throws(PostgresError) -> WriteOutcome {
    var attempts = 0
    while true {
      attempts += 1
      do throws(PostgresError) {
        return try write(body)
      } catch  where error.state?.class == .transactionRollback && attempts < 5 {
        continue
      }
    }
  }

  /// A transaction that is rolled back unless its body says that it has written.
  fileprivate func write(
    _ body: @Sendable (isolated PostgresSession) throws(PostgresError) -> WriteOutcome
  ) throws(PostgresError) -> WriteOutcome {
    _ = try query("BEGIN")
    let outcome: WriteOutcome
    do throws(PostgresError) {
      outcome = try body(self)
    } catch {
      rollback()
      throw error
    }
    if case .written = outcome { try commit() } else { rollback() }
    return outcome
  }

  /// The keys of the collections that exist; none of them can be deleted before the transaction ends.
  fileprivate func collectionKeys(_ ids: [String]) throws(PostgresError) -> [[UInt8]: Int64] {
    let rows = try query(
      "SELECT id, key FROM gnomon.collections WHERE id = ANY(\(texts: ids)) ORDER BY id FOR KEY SHARE")
    var keys: [[UInt8]: Int64] = [:]
    for row in rows { keys[try row.bytes(0)] = try row.integer(1) }
    return keys
  }

  /// Adds one item; false where a conflict was left alone.
  fileprivate func insert(_ row: ItemRow, collectionKey: Int64, conflict: SQL) throws(PostgresError) -> Bool {
    let geometry: SQL = row.geometry.map { "gnomon.valid(\(ewkb: $0))" } ?? "NULL"
    let inserted = try query(
      """
      INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, geometry, is_model, \
      properties, search_text, links_position, document) \
      SELECT \(collectionKey)::int4, \(row.id), \(timestamp: row.time.sortKey), \(timestamp: row.time.start), \
      \(timestamp: row.time.end), \(geometry), \(row.isModel), p, gnomon.search_text(p), \
      \(row.document.linksPosition)::int4, \(String(decoding: row.document.bytes, as: UTF8.self)) \
      FROM (SELECT \(row.properties)::jsonb) AS properties (p) \
      ON CONFLICT (collection_key, id) \(conflict) RETURNING id
      """)
    return !inserted.isEmpty
  }
}
