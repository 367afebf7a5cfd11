import Packing
import Postgres
import StacModel

/// Some items of a collection that come together, by which a dictionary is chosen for it.
private struct PackingSample: Sendable {
  let collection: String
  /// The first documents.
  let documents: [[UInt8]]

  /// Of how many items a new dictionary is made.
  private static let size = 4

  init(of collection: String, among items: ArraySlice<Item>) {
    self.collection = collection
    let members = items.lazy.filter { ($0.collectionID ?? "").utf8.elementsEqual(collection.utf8) }
    documents = members.prefix(Self.size).map(\.serialized.bytes)
  }

  /// What a small document may be packed to: one of its kind would hardly spare more than a dictionary takes itself.
  private static let smallFrame = 160

  /// Whether a dictionary packs a document to a seventh of its size, or to little.
  func isPacked(by dictionary: PackingDictionary) -> Bool {
    guard let document = documents.first else { return false }
    let frame = try? DocumentPacker.pack(document, against: dictionary)
    return frame.map { $0.count <= max(document.count / 7, Self.smallFrame) } ?? false
  }
}

extension PostgresCatalogStore {
  /// What the documents of a write are packed against. What is not known yet is chosen for all collections at once: a write
  /// may be of hundreds, and one after the other would take some statements each.
  func packing(for items: [Item]) async throws(StoreError) -> DocumentPacking {
    var packing = DocumentPacking()
    var unknown: [PackingSample] = []
    var seen: Set<[UInt8]> = []
    var last: String?
    for index in items.indices {
      let collection = items[index].collectionID ?? ""
      if last?.utf8.elementsEqual(collection.utf8) == true { continue }
      last = collection
      guard seen.insert(Array(collection.utf8)).inserted else { continue }
      if let known = memory.packing(of: collection) {
        packing.choose(known, for: collection)
      } else {
        unknown.append(PackingSample(of: collection, among: items[index...]))
      }
    }
    for (collection, choice) in try await chooseDictionaries(unknown) {
      memory.remember(choice, of: collection)
      packing.choose(choice, for: collection)
    }
    return packing
  }

  private func chooseDictionaries(
    _ samples: [PackingSample]
  ) async throws(StoreError) -> [(collection: String, choice: DocumentPacking.Choice)] {
    if samples.isEmpty { return [] }
    return try await perform { [memory] session throws(PostgresError) in
      try session.chooseDictionaries(samples, memory)
    }
  }
}

extension PostgresSession {
  /// A collection and what its documents are packed against.
  private typealias Chosen = (collection: String, choice: DocumentPacking.Choice)

  /// What the documents of collections are packed against: each its own dictionary, or the first time one of a collection
  /// like it, or a new one; those that do not exist are left out.
  fileprivate func chooseDictionaries(
    _ samples: [PackingSample], _ memory: CatalogMemory
  ) throws(PostgresError) -> [(collection: String, choice: DocumentPacking.Choice)] {
    let rows = try query(
      "SELECT id, dictionary_key FROM gnomon.collections WHERE id = ANY(\(texts: samples.map(\.collection)))",
      plan: .generic)
    var chosen: [Chosen] = []
    var undecided: Set<[UInt8]> = []
    for row in rows {
      if row.isNull(1) {
        undecided.insert(try row.bytes(0))
      } else {
        chosen.append((try row.text(0), try memory.choice(Int32(truncatingIfNeeded: row.integer(1)), on: self)))
      }
    }
    if undecided.isEmpty { return chosen }
    var candidates = try latestDictionaries(memory)
    var wanted: [(collection: String, key: Int32)] = []
    for sample in samples where undecided.contains(Array(sample.collection.utf8)) {
      if let alike = candidates.first(where: { sample.isPacked(by: $0.dictionary) }) {
        wanted.append((sample.collection, alike.key))
      } else if let new = try addDictionary(of: sample) {
        candidates.insert(new, at: 0)
        if candidates.count > Self.candidateCount { candidates.removeLast() }
        wanted.append((sample.collection, new.key))
      }
    }
    for row in try assign(wanted) {
      chosen.append((try row.text(0), try memory.choice(Int32(truncatingIfNeeded: row.integer(1)), on: self)))
    }
    return chosen
  }

  /// How many of the latest dictionaries are tried.
  private static let candidateCount = 4

  /// The latest dictionaries, the newest first.
  func latestDictionaries(_ memory: CatalogMemory) throws(PostgresError) -> [DocumentPacking.Choice] {
    let count = Int64(Self.candidateCount)
    return try query("SELECT key FROM gnomon.dictionaries ORDER BY key DESC LIMIT \(count)").map {
      row throws(PostgresError) in
      try memory.choice(Int32(truncatingIfNeeded: row.integer(0)), on: self)
    }
  }

  private func addDictionary(of sample: PackingSample) throws(PostgresError) -> DocumentPacking.Choice? {
    guard let dictionary = try? PackingDictionary(of: sample.documents) else { return nil }
    return try add(dictionary).map { DocumentPacking.Choice(key: $0, dictionary: dictionary) }
  }

  /// Gives collections dictionaries where they have none: rows of their identifiers and the keys that they have then.
  private func assign(_ wanted: [(collection: String, key: Int32)]) throws(PostgresError) -> [Row] {
    if wanted.isEmpty { return [] }
    let ids = wanted.map(\.collection)
    let keys = SQL.Bind.integerArray(wanted.map { Int64($0.key) })
    // One order for all writers keeps them from waiting for each other in a circle. The update is a statement of its own,
    // which sees what was written until it had the locks.
    return try transaction { session throws(PostgresError) in
      _ = try session.query(
        "SELECT FROM gnomon.collections WHERE id = ANY(\(texts: ids)) ORDER BY id FOR NO KEY UPDATE", plan: .generic)
      return try session.query(
        """
        UPDATE gnomon.collections c SET dictionary_key = coalesce(c.dictionary_key, v.dictionary_key) \
        FROM (SELECT unnest(\(texts: ids)) AS id, unnest(\(keys))::int4 AS dictionary_key) v \
        WHERE v.id = c.id RETURNING c.id, c.dictionary_key
        """, plan: .generic)
    }
  }
}
