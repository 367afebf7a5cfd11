import Postgres
import StacModel

extension PostgresSession {
  /// A transaction that is rolled back unless its body says that it has written.
  func write(
    _ body: @Sendable (isolated PostgresSession) throws(PostgresError) -> WriteOutcome
  ) throws(PostgresError) -> WriteOutcome {
    try transaction(body) { outcome in if case .written = outcome { true } else { false } }
  }

  /// The keys of the collections that exist; none of them can be deleted before the transaction ends.
  func collectionKeys(_ ids: [String]) throws(PostgresError) -> [[UInt8]: Int32] {
    let rows = try query(
      "SELECT id, key FROM gnomon.collections WHERE id = ANY(\(texts: ids)) ORDER BY id FOR KEY SHARE",
      plan: .generic)
    var keys: [[UInt8]: Int32] = [:]
    for row in rows { keys[try row.bytes(0)] = Int32(truncatingIfNeeded: try row.integer(1)) }
    return keys
  }

  /// Adds items to a collection in the running transaction; the first that is taken is named.
  func insert(_ set: ItemSet, into collection: String) throws(PostgresError) -> WriteOutcome {
    let keys = try collectionKeys([collection])
    guard let key = keys.values.first else { return .unknownCollection(collection) }
    try announceNames(of: set)
    if set.rows.contains(where: \.isModel) { try announceWriter(of: set) }
    for chunk in set.chunks {
      let chunkKeys = [Int32](repeating: key, count: chunk.count)
      if try add(chunk, keys: chunkKeys) { continue }
      let added = try write(chunk, keys: chunkKeys, conflict: "DO NOTHING", returning: "RETURNING id")
      if added.count == chunk.count { continue }
      var rest = added[...]
      for row in chunk {
        guard let first = rest.first, try first.bytes(0) == Array(row.id.utf8) else {
          return .taken(row.id, collection: collection)
        }
        rest = rest.dropFirst()
      }
    }
    try confirmModels(of: set, keys: keys)
    try noteDerivations(of: set, keys: keys, areNew: true)
    try registerNames(of: set, keys: keys)
    return .written
  }

  /// Adds or replaces items in the running transaction.
  func upsert(_ set: ItemSet) throws(PostgresError) -> WriteOutcome {
    let ids = set.collectionIDs
    let keys = try collectionKeys(ids)
    if let unknown = ids.first(where: { keys[Array($0.utf8)] == nil }) { return .unknownCollection(unknown) }
    try announceNames(of: set)
    try announceWriter(of: set)
    var areNew = true
    for chunk in set.chunks {
      let chunkKeys = chunk.keys(keys)
      if try add(chunk, keys: chunkKeys) { continue }
      areNew = false
      _ = try write(chunk, keys: chunkKeys, conflict: Self.replaceOnConflict)
    }
    try confirmModels(of: set, keys: keys)
    try keepRuns(of: set, keys: keys)
    try noteDerivations(of: set, keys: keys, areNew: areNew)
    try registerNames(of: set, keys: keys)
    return .written
  }

  /// From how many items on their properties' names are registered here, and not by the triggers.
  private static let manyItems = 20

  /// Tells the triggers of the running transaction that the names of the properties will be registered.
  private func announceNames(of set: ItemSet) throws(PostgresError) {
    guard set.rows.count >= Self.manyItems else { return }
    _ = try query("SELECT set_config('gnomon.registers_names', 'yes', true)")
  }

  /// Tells the triggers of the running transaction who writes models, or something else in their place.
  private func announceWriter(of set: ItemSet) throws(PostgresError) {
    guard let writer = set.writer else { return }
    _ = try query("SELECT \(writer.settings)", plan: .generic)
  }

  /// Registers the names, behind the items: who rebuilds the statistics waits for a transaction that has written items.
  private func registerNames(of set: ItemSet, keys: [[UInt8]: Int32]) throws(PostgresError) {
    guard set.rows.count >= Self.manyItems else { return }
    _ = try query(PropertyNames(of: set).registration(keys: keys), plan: .generic)
  }

  /// Writes rows by one statement, in their order.
  private func write(
    _ rows: ArraySlice<ItemRow>, keys: [Int32], conflict: SQL, returning: SQL = ""
  ) throws(PostgresError) -> [Row] {
    var column = BinaryArray(of: .int4, count: keys.count, capacity: keys.count * 4)
    for key in keys { column.append(key) }
    let source = ItemColumns(rows).rows(keys: "unnest(\(.binary(column.bytes))::int4[]) AS collection_key, ")
    return try query(
      """
      INSERT INTO gnomon.items (\(ItemColumns.names)) SELECT r.collection_key, \(ItemColumns.values) \
      FROM (\(source)) AS r ON CONFLICT (collection_key, id) \(conflict) \(returning)
      """, plan: .generic)
  }

  static var replaceOnConflict: SQL {
    """
    DO UPDATE SET datetime = excluded.datetime, start_datetime = excluded.start_datetime, \
    end_datetime = excluded.end_datetime, geometry = excluded.geometry, is_model = excluded.is_model, \
    properties = excluded.properties, model_properties = excluded.model_properties, search_text = excluded.search_text, \
    links_position = excluded.links_position, packed = excluded.packed, \
    dictionary_key = excluded.dictionary_key, document = NULL, updated_at = now()
    """
  }
}

extension ArraySlice<ItemRow> {
  /// The key of each row's collection.
  fileprivate func keys(_ keys: [[UInt8]: Int32]) -> [Int32] {
    var last: (id: String, key: Int32)?
    return map { row in
      if let last, last.id.utf8.elementsEqual(row.collectionID.utf8) { return last.key }
      let key = keys[Array(row.collectionID.utf8)] ?? 0
      last = (row.collectionID, key)
      return key
    }
  }
}
