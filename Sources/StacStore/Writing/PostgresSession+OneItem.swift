import Postgres
import StacModel

extension PostgresSession {
  /// Adds one item by one statement, which is a transaction of its own.
  func insert(
    _ row: ItemRow, into collection: String, remembering sets: PropertySetMemory
  ) throws(PostgresError) -> WriteOutcome {
    if let keys = sets[row] {
      let (isThere, isWritten) = try write(row, into: collection, conflict: "DO NOTHING", notedWith: keys)
      if isThere {
        // As rarely as the trigger does. The item is in, whatever becomes of it.
        if Int.random(in: 0..<64) == 0 { _ = try? mergeChanges(of: collection) }
        return isWritten ? .written : .taken(row.id, collection: collection)
      }
    }
    let (isThere, isWritten) = try write(row, into: collection, conflict: "DO NOTHING")
    guard isThere else { return .unknownCollection(collection) }
    guard isWritten else { return .taken(row.id, collection: collection) }
    // The item is in, whatever becomes of what follows.
    sets[row] = try? propertySets(of: row)
    return .written
  }

  /// Adds or replaces one item by one statement, which is a transaction of its own.
  ///
  /// - Parameter writer: who does it; what stands there may be a model.
  func upsert(_ row: ItemRow, by writer: Actor?) throws(PostgresError) -> WriteOutcome {
    let (isThere, _) = try write(row, into: row.collectionID, conflict: Self.replaceOnConflict, by: writer)
    return isThere ? .written : .unknownCollection(row.collectionID)
  }

  /// Writes one row into a collection that stays until it is written: whether the collection was found, and the row written.
  ///
  /// - Parameter sets: the keys of sets in which the row's properties are registered. Where the collection has them, the
  ///   statement appends itself what the trigger would append (migration 0011); else it is not found.
  private func write(
    _ row: ItemRow, into collection: String, conflict: SQL, notedWith sets: [Int64]? = nil, by writer: Actor? = nil
  ) throws(PostgresError) -> (isThere: Bool, isWritten: Bool) {
    var announced: SQL = sets == nil ? "" : Self.announced
    if let writer { announced = "\(announced), \(writer.settings)" }
    let hasSets: SQL = sets.map { Self.hasSets($0) } ?? ""
    let note: SQL = sets == nil ? "" : Self.note(ofOne: true)
    let found = try query(
      """
      WITH c AS MATERIALIZED (SELECT key\(announced) FROM gnomon.collections c WHERE id = \(collection)\(hasSets) \
      FOR KEY SHARE), \
      w AS (INSERT INTO gnomon.items (\(ItemColumns.names)) SELECT c.key, \(ItemColumns.values) \
      FROM c, (\(row.query)) AS r ON CONFLICT (collection_key, id) \(conflict) \
      RETURNING collection_key, id, geometry, start_datetime, end_datetime)\(note)\(Self.derivations(of: [row])) \
      SELECT EXISTS (SELECT FROM c), EXISTS (SELECT FROM w)
      """, plan: .generic)
    guard let row = found.first else { return (false, false) }
    return (try row.boolean(0), try row.boolean(1))
  }

  /// Adds items of one collection by one statement, which is a transaction of its own.
  ///
  /// - Parameters:
  ///   - set: no two of one identifier, all valid.
  ///   - sets: the keys of sets in which the properties of all of them are registered.
  /// - Returns: the identifiers of those that were not there; nil where the collection is not, or does not have the sets:
  ///   nothing is written then.
  func insert(
    _ set: ItemSet, into collection: String, notedWith sets: [Int64]
  ) throws(PostgresError) -> Set<[UInt8]>? {
    let rows = try query(
      """
      WITH c AS MATERIALIZED (SELECT key\(Self.announced) FROM gnomon.collections c WHERE id = \(collection)\
      \(Self.hasSets(sets)) FOR KEY SHARE), \
      w AS (INSERT INTO gnomon.items (\(ItemColumns.names)) SELECT c.key, \(ItemColumns.values) \
      FROM c, (\(ItemColumns(set.rows[...]).rows())) AS r ON CONFLICT (collection_key, id) DO NOTHING \
      RETURNING collection_key, id, geometry, start_datetime, end_datetime)\(Self.note(ofOne: false))\
      \(Self.derivations(of: set.rows)) \
      SELECT NULL AS id FROM c UNION ALL SELECT id FROM w
      """, plan: .generic)
    guard !rows.isEmpty else { return nil }
    if Int.random(in: 0..<64) == 0 { _ = try? mergeChanges(of: collection) }
    var added: Set<[UInt8]> = []
    for row in rows where !row.isNull(0) { added.insert(try row.bytes(0)) }
    return added
  }

  /// Tells the trigger that the statement notes what it changes.
  private static let announced: SQL = ", set_config('gnomon.notes_changes', 'yes', true)"

  private static func hasSets(_ keys: [Int64]) -> SQL {
    let own: SQL = "FROM gnomon.collection_property_sets k WHERE k.collection_key = c.key AND k.set_key"
    if keys.count == 1 { return " AND EXISTS (SELECT \(own) = \(keys[0])::int4)" }
    return """
       AND (SELECT count(DISTINCT k.set_key) \(own) = ANY(\(.integerArray(keys)))) = \(Int64(keys.count))
      """
  }

  /// What the trigger appends for rows that were added. A single row is noted as it is: starting the aggregates costs more
  /// than the row.
  private static func note(ofOne isOne: Bool) -> SQL {
    let (count, least, most): (SQL, SQL, SQL) = isOne ? ("1", "", "") : ("count(*)", "min", "max")
    let groups: SQL = isOne ? "" : " GROUP BY a.collection_key"
    return """
      , n AS (INSERT INTO gnomon.collection_changes SELECT a.collection_key, \(count), false, \
      \(least)(ST_XMin(a.box)), \(least)(ST_YMin(a.box)), \(most)(ST_XMax(a.box)), \(most)(ST_YMax(a.box)), \
      \(least)(gnomon.eastern_west(a.geometry, a.box)), \(most)(gnomon.western_east(a.geometry, a.box)), \
      \(least)(a.start_datetime), \(most)(a.end_datetime) \
      FROM (SELECT *, geometry::box3d AS box FROM w OFFSET 0) a\(groups))
      """
  }

  /// What notes the sources of the rows that were added; of rows without sources nothing.
  private static func derivations(of rows: [ItemRow]) -> SQL {
    var notes = DerivationNotes()
    for row in rows { notes.add(row.derivations, of: row.id, in: 0) }
    guard !notes.ids.isEmpty else { return "" }
    return """
      , s AS (INSERT INTO gnomon.derivations SELECT w.collection_key, s.id, s.collection, s.item \
      FROM w JOIN unnest(\(.textArray(notes.ids)), \(.textArray(notes.collections)), \(.textArray(notes.items))) \
      AS s (id, collection, item) ON s.id = w.id)
      """
  }

  private func mergeChanges(of collection: String) throws(PostgresError) {
    _ = try query(
      "SELECT gnomon.merge_changes(key, 1000) FROM gnomon.collections WHERE id = \(collection)", plan: .generic)
  }

  /// The keys of few sets of its collection that hold all properties of a row together; none where there are no such.
  private func propertySets(of row: ItemRow) throws(PostgresError) -> [Int64] {
    let rows = try query(
      """
      WITH i AS (SELECT (jsonb_typeof(p.value) || ' ' || p.key) COLLATE "C" AS property \
      FROM jsonb_each(\(.binary([1] + row.properties))::jsonb) p WHERE octet_length(p.key) <= 1000), \
      k AS (SELECT k.set_key, s.properties FROM gnomon.collections c \
      JOIN gnomon.collection_property_sets k ON k.collection_key = c.key \
      JOIN gnomon.property_sets s ON s.key = k.set_key \
      WHERE c.id = \(row.collectionID) AND s.properties && (SELECT array_agg(property) FROM i) LIMIT 8) \
      SELECT DISTINCT k.set_key::int8 FROM k \
      WHERE NOT EXISTS (SELECT property FROM i EXCEPT SELECT unnest(properties) FROM k)
      """)
    return try rows.map { row throws(PostgresError) in try row.integer(0) }
  }
}
