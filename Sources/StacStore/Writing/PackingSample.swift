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

  init(_ items: [Item]) {
    collection = items.first?.collectionID ?? ""
    documents = items.prefix(Self.size).map(\.serialized.bytes)
  }

  /// Whether a dictionary packs a document to a seventh of its size.
  func isPacked(by dictionary: PackingDictionary) -> Bool {
    guard let document = documents.first else { return false }
    let frame = try? DocumentPacker.pack(document, against: dictionary)
    return frame.map { $0.count * 7 < document.count } ?? false
  }
}

extension PostgresCatalogStore {
  /// Chooses what the documents of a write's collections are packed against, for all of them at once: a write may be of
  /// hundreds, and one after the other would take some statements each.
  func chooseDictionaries(for items: [Item]) async throws(StoreError) {
    let members = Dictionary(grouping: items) { Array(($0.collectionID ?? "").utf8) }
    if members.count < 2 { return }
    let unknown = members.values.filter { memory.packing(of: $0[0].collectionID ?? "") == nil }.map(PackingSample.init)
    if unknown.isEmpty { return }
    let chosen = try await perform { [memory] session throws(PostgresError) in
      try session.chooseDictionaries(unknown, memory)
    }
    for (collection, choice) in chosen { memory.remember(choice, of: collection) }
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

  private func latestDictionaries(_ memory: CatalogMemory) throws(PostgresError) -> [DocumentPacking.Choice] {
    let count = Int64(Self.candidateCount)
    return try query("SELECT key FROM gnomon.dictionaries ORDER BY key DESC LIMIT \(count)").map {
      row throws(PostgresError) in
      try memory.choice(Int32(truncatingIfNeeded: row.integer(0)), on: self)
    }
  }

  private func addDictionary(of sample: PackingSample) throws(PostgresError) -> DocumentPacking.Choice? {
    guard let dictionary = try? PackingDictionary(of: sample.documents) else { return nil }
    let rows = try query(
      "INSERT INTO gnomon.dictionaries (content) VALUES (\(SQL.Bind.bytes(dictionary.content))) RETURNING key")
    return try rows.first.map { row throws(PostgresError) in
      DocumentPacking.Choice(key: Int32(truncatingIfNeeded: try row.integer(0)), dictionary: dictionary)
    }
  }

  /// Gives collections dictionaries where they have none: rows of their identifiers and the keys that they have then.
  private func assign(_ wanted: [(collection: String, key: Int32)]) throws(PostgresError) -> [Row] {
    if wanted.isEmpty { return [] }
    // One order for all writers keeps them from waiting for each other in a circle.
    return try query(
      """
      WITH locked AS MATERIALIZED (SELECT c.key, v.dictionary_key FROM gnomon.collections c \
      JOIN (SELECT unnest(\(texts: wanted.map(\.collection))) AS id, \
      unnest(\(SQL.Bind.integerArray(wanted.map { Int64($0.key) })))::int4 AS dictionary_key) v ON v.id = c.id \
      ORDER BY c.id FOR NO KEY UPDATE OF c) \
      UPDATE gnomon.collections c SET dictionary_key = coalesce(c.dictionary_key, l.dictionary_key) FROM locked l \
      WHERE c.key = l.key RETURNING c.id, c.dictionary_key
      """, plan: .generic)
  }
}
