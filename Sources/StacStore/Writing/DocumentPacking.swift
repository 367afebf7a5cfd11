import Packing
import Postgres
import StacModel

/// What the documents of a write are packed against, by collection; any dictionary serves, for each item names its own.
struct DocumentPacking: Sendable {
  /// A dictionary and its key in `gnomon.dictionaries`.
  struct Choice: Sendable {
    let key: Int32
    let dictionary: PackingDictionary
    let watch = PackingWatch()
  }

  private var choices: [[UInt8]: Choice] = [:]

  mutating func choose(_ choice: Choice?, for collection: String) { choices[Array(collection.utf8)] = choice }

  /// The frame of a document and the key of what it was packed against.
  func pack(_ document: [UInt8], of collection: String) throws(StoreError) -> (frame: [UInt8], key: Int32?) {
    let choice = choices[Array(collection.utf8)]
    do throws(PackingError) {
      let frame = try DocumentPacker.pack(document, against: choice?.dictionary)
      choice?.watch.note(document, packedTo: frame.count)
      return (frame, choice?.key)
    } catch {
      throw .failed(error.description)
    }
  }
}

extension DocumentPacking {
  /// The choices whose documents should be tried with a new dictionary.
  fileprivate func takeSamples() -> [(collection: String, choice: Choice, samples: [[UInt8]])] {
    choices.compactMap { id, choice in
      choice.watch.takeSamples().map { (String(decoding: id, as: UTF8.self), choice, $0) }
    }
  }
}

extension PostgresCatalogStore {
  /// Items as rows, their documents packed.
  func rows(of items: [Item]) async throws(StoreError) -> [ItemRow] {
    try await chooseDictionaries(for: items)
    var packing = DocumentPacking()
    var seen: Set<[UInt8]> = []
    var last: String?
    for index in items.indices {
      let collection = items[index].collectionID ?? ""
      if last?.utf8.elementsEqual(collection.utf8) == true { continue }
      last = collection
      guard seen.insert(Array(collection.utf8)).inserted else { continue }
      packing.choose(try await dictionary(of: collection, among: items[index...]), for: collection)
    }
    var rows: [ItemRow] = []
    rows.reserveCapacity(items.count)
    for item in items { rows.append(try ItemRow(item, packing: packing)) }
    for (collection, choice, samples) in packing.takeSamples() { try await renew(choice, of: collection, samples) }
    return rows
  }

  /// Gives a collection another dictionary for the items to come, where its documents have become unlike the one it has.
  private func renew(
    _ choice: DocumentPacking.Choice, of collection: String, _ samples: [[UInt8]]
  ) async throws(StoreError) {
    let other = choice.dictionary.better(for: samples)
    let renewed = try await perform { [memory] session throws(PostgresError) -> DocumentPacking.Choice? in
      let rows = try session.query("SELECT dictionary_key FROM gnomon.collections WHERE id = \(collection)")
      guard let row = rows.first, !row.isNull(0) else { return nil }
      let key = Int32(truncatingIfNeeded: try row.integer(0))
      // Another writer may have been quicker.
      if key != choice.key { return try memory.choice(key, on: session) }
      guard let other, let key = try session.replace(key, by: other, in: collection) else { return nil }
      return DocumentPacking.Choice(key: key, dictionary: other)
    }
    memory.remember(renewed, of: collection)
  }

  /// Of how many items a new dictionary is made.
  private static let sampleCount = 4

  /// What the documents of a collection are packed against: its own dictionary, or the first time one of a collection like
  /// it, or a new one. Nil where there is no such collection.
  private func dictionary(
    of collection: String, among items: ArraySlice<Item>
  ) async throws(StoreError) -> DocumentPacking.Choice? {
    if let known = memory.packing(of: collection) { return known }
    let samples = Self.samples(of: collection, among: items)
    let choice = try await perform {
      [memory] session throws(PostgresError) -> DocumentPacking.Choice? in
      let rows = try session.query("SELECT dictionary_key FROM gnomon.collections WHERE id = \(collection)")
      guard let row = rows.first else { return nil }
      if !row.isNull(0) { return try memory.choice(Int32(truncatingIfNeeded: row.integer(0)), on: session) }
      let late = try session.shared(samples, memory)
      let key = try late == nil ? session.makeDictionary(of: samples) : late
      guard let key, try session.assign(key, to: collection) else { return nil }
      return try memory.choice(key, on: session)
    }
    memory.remember(choice, of: collection)
    return choice
  }

  /// The documents of the first items of a collection.
  private static func samples(of collection: String, among items: ArraySlice<Item>) -> [[UInt8]] {
    let chosen = items.indices.lazy.filter { (items[$0].collectionID ?? "").utf8.elementsEqual(collection.utf8) }
    return chosen.prefix(sampleCount).map { items[$0].serialized.bytes }
  }
}

extension PostgresSession {
  /// One of the latest dictionaries, if it packs a document to a seventh of its size.
  fileprivate func shared(_ samples: [[UInt8]], _ memory: CatalogMemory) throws(PostgresError) -> Int32? {
    guard let document = samples.first else { return nil }
    for row in try query("SELECT key FROM gnomon.dictionaries ORDER BY key DESC LIMIT 4") {
      let choice = try memory.choice(Int32(truncatingIfNeeded: row.integer(0)), on: self)
      let frame = try? DocumentPacker.pack(document, against: choice.dictionary)
      if let frame, frame.count * 7 < document.count { return choice.key }
    }
    return nil
  }

  /// A new dictionary of some documents.
  fileprivate func makeDictionary(of samples: [[UInt8]]) throws(PostgresError) -> Int32? {
    guard let dictionary = try? PackingDictionary(of: samples) else { return nil }
    let rows = try query(
      "INSERT INTO gnomon.dictionaries (content) VALUES (\(SQL.Bind.bytes(dictionary.content))) RETURNING key")
    return try rows.first.map { row throws(PostgresError) in Int32(truncatingIfNeeded: try row.integer(0)) }
  }

  /// Gives a collection a new dictionary in place of the one it has; nil where it has another by now.
  fileprivate func replace(
    _ old: Int32, by dictionary: PackingDictionary, in collection: String
  ) throws(PostgresError) -> Int32? {
    let rows = try query(
      """
      WITH c AS MATERIALIZED (SELECT key FROM gnomon.collections \
      WHERE id = \(collection) AND dictionary_key = \(Int64(old))::int4 FOR NO KEY UPDATE), \
      d AS (INSERT INTO gnomon.dictionaries (content) SELECT \(SQL.Bind.bytes(dictionary.content)) FROM c RETURNING key) \
      UPDATE gnomon.collections SET dictionary_key = d.key FROM c, d WHERE collections.key = c.key \
      RETURNING dictionary_key
      """)
    return try rows.first.map { row throws(PostgresError) in Int32(truncatingIfNeeded: try row.integer(0)) }
  }

  /// Gives a collection a dictionary where it has none; whether it has one then.
  fileprivate func assign(_ key: Int32, to collection: String) throws(PostgresError) -> Bool {
    let rows = try query(
      """
      UPDATE gnomon.collections SET dictionary_key = coalesce(dictionary_key, \(Int64(key))::int4) \
      WHERE id = \(collection) RETURNING key
      """)
    return !rows.isEmpty
  }
}
