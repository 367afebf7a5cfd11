import Postgres
import StacModel

/// Items that were made of another, as far as they are noted to be.
public struct DerivedItems: Sendable {
  public let items: [StoredDocument]
  /// Whether no note lies behind those that were looked at.
  public let isLast: Bool
}

extension Item {
  /// The items and collections that the item names as its sources, each once.
  var derivations: [CatalogPlace] {
    guard let links = member("links")?.array else { return [] }
    var places: [CatalogPlace] = []
    var seen: Set<[UInt8]> = []
    for link in links {
      guard let members = link.object, members["rel"]?.equals("derived_from") == true,
        let href = members["href"]?.string,
        let place = CatalogPlace(href: href, in: .item(collection: collectionID ?? ""))
      else { continue }
      // Texts that no index takes are no identifiers of items that are here.
      let own = CatalogPlace(collection: place.collection, item: place.item)
      guard own.byteCount <= Self.longestPlace, !own.hasNUL, seen.insert(own.bytes).inserted else { continue }
      places.append(own)
      if places.count == Self.mostDerivations { break }
    }
    return places
  }

  private static let longestPlace = 2_000
  private static let mostDerivations = 10_000
}

extension CatalogPlace {
  var byteCount: Int { collection.utf8.count + (item?.utf8.count ?? 0) }
  /// The identifiers byte by byte, U+0000 between them: those of different Unicode forms are different ones.
  fileprivate var bytes: [UInt8] { Array(collection.utf8) + (item.map { [0] + Array($0.utf8) } ?? []) }
  fileprivate var hasNUL: Bool { collection.utf8.contains(0) || item?.utf8.contains(0) == true }
}

extension PostgresSession {
  /// Notes what the items of a set were made of; of a set without sources nothing.
  ///
  /// - Parameter areNew: whether none of them was there before, so that nothing is noted of them: notes go with their
  ///   items. Else theirs take the place of what was noted.
  func noteDerivations(of set: ItemSet, keys: [[UInt8]: Int32], areNew: Bool) throws(PostgresError) {
    var notes = DerivationNotes()
    var last: (id: String, key: Int32)?
    for row in set.rows where !row.derivations.isEmpty {
      if last?.id.utf8.elementsEqual(row.collectionID.utf8) != true {
        last = keys[Array(row.collectionID.utf8)].map { (row.collectionID, $0) }
      }
      if let last { notes.add(row.derivations, of: row.id, in: last.key) }
    }
    if areNew { try add(notes) } else { try note(notes) }
  }

  /// Adds notes of items of which nothing is noted.
  private func add(_ notes: DerivationNotes) throws(PostgresError) {
    guard !notes.ids.isEmpty else { return }
    var buffer = CopyBuffer()
    for index in notes.ids.indices {
      buffer.startRow(fieldCount: 4)
      buffer.append(int4: Int32(truncatingIfNeeded: notes.keys[index] ?? 0))
      for text in [notes.ids[index], notes.collections[index], notes.items[index]] {
        if let text { try buffer.append(text: text) } else { buffer.appendNull() }
      }
    }
    try copy(
      unsafeStatement: """
        COPY gnomon.derivations (collection_key, id, source_collection, source_id) FROM STDIN (FORMAT binary)
        """, buffer)
  }

  /// Puts notes in place of those of the same items.
  func note(_ notes: DerivationNotes) throws(PostgresError) {
    guard !notes.ids.isEmpty else { return }
    _ = try query(
      """
      DELETE FROM gnomon.derivations d \
      USING unnest(\(.integerArray(notes.keys))::int8[], \(.textArray(notes.ids))) AS n (key, id) \
      WHERE d.collection_key = n.key::int4 AND d.id = n.id
      """, plan: .generic)
    _ = try query(
      """
      INSERT INTO gnomon.derivations SELECT n.key::int4, n.id, n.collection, n.item \
      FROM unnest(\(.integerArray(notes.keys))::int8[], \(.textArray(notes.ids)), \(.textArray(notes.collections)), \
      \(.textArray(notes.items))) AS n (key, id, collection, item)
      """, plan: .generic)
  }
}

/// Rows of `gnomon.derivations` as columns.
struct DerivationNotes: Sendable {
  private(set) var keys: [Int64?] = []
  private(set) var ids: [String?] = []
  private(set) var collections: [String?] = []
  private(set) var items: [String?] = []

  mutating func add(_ places: [CatalogPlace], of id: String, in key: Int32) {
    for place in places {
      keys.append(Int64(key))
      ids.append(id)
      collections.append(place.collection)
      items.append(place.item)
    }
  }
}

extension CatalogDatabase {
  /// Reads the links of the models and predictions that were there before `gnomon.derivations` was, once.
  ///
  /// Items of other collections are noted when they are written the next time: reading all of a large catalog takes
  /// too long for a migration.
  static func readDerivations(of pool: PostgresPool, _ warn: @Sendable (String) -> Void) async throws(PostgresError) {
    do throws(PostgresError) {
      try await pool.withSession { session throws(PostgresError) in
        let wanted: SQL = "SELECT FROM gnomon.settings WHERE name = 'derivations_to_read'"
        guard try !session.query(wanted).isEmpty else { return }
        try session.transaction { session throws(PostgresError) in
          // Of many servers that start at once one gets the row; the others wait, and find it gone.
          let taken = try session.query(
            "DELETE FROM gnomon.settings WHERE name = 'derivations_to_read' RETURNING name")
          if !taken.isEmpty { try session.readAllDerivations() }
        }
      }
    } catch {
      guard error.state == .insufficientPrivilege else { throw error }
      warn("what older items were made of is not read: run gnomon migrate as the owner of the database")
    }
  }
}

extension PostgresSession {
  private static let batch = 500

  fileprivate func readAllDerivations() throws(PostgresError) {
    let memory = CatalogMemory()
    var (key, id): (Int64, String) = (-1, "")
    while true {
      let rows = try query(
        """
        SELECT \(FoundItem.columns) FROM gnomon.items i WHERE (i.is_model OR i.collection_key = \
        (SELECT c.key FROM gnomon.collections c WHERE c.id = 'predictions')) \
        AND (i.collection_key, i.id) > (\(key)::int4, \(id)) ORDER BY i.collection_key, i.id LIMIT \(Self.batch)
        """)
      guard let last = rows.last else { return }
      var notes = DerivationNotes()
      for row in rows {
        guard let stored = try FoundItem(row).document(memory, on: self),
          // What cannot be read is found where it is shown.
          let text = try? JSONText(stored.serialized().bytes), let item = try? Item(text)
        else { continue }
        notes.add(
          item.inCollection(stored.collectionID).derivations, of: stored.id,
          in: Int32(truncatingIfNeeded: try row.integer(0)))
      }
      try note(notes)
      (key, id) = (try last.integer(0), try last.text(1))
    }
  }
}
