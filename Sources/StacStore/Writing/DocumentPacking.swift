import Packing
import Postgres
import StacModel

/// What the documents of a write are packed against, by collection; any dictionary serves, for each item names its own.
struct DocumentPacking: Sendable {
  /// A dictionary and its key in `gnomon.dictionaries`.
  struct Choice: Sendable {
    let key: Int32
    let dictionary: PackingDictionary
    var watch = PackingWatch()
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
    let packing = try await packing(for: items)
    var rows: [ItemRow] = []
    rows.reserveCapacity(items.count)
    for item in items { rows.append(try ItemRow(item, packing: packing)) }
    for (collection, choice, samples) in packing.takeSamples() { try await renew(choice, of: collection, samples) }
    return rows
  }

  /// Gives a collection another dictionary for the items to come, where its documents have become unlike the one it has:
  /// one of the latest that packs them about as well as a new one would, or a new one.
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
      guard let other else { return nil }
      if let known = try session.latestDictionaries(memory).first(where: { $0.dictionary.better(for: samples) == nil })
      {
        return try session.replace(key, by: known.key, in: collection) ? known : nil
      }
      guard let key = try session.replace(key, by: other, in: collection) else { return nil }
      return DocumentPacking.Choice(key: key, dictionary: other)
    }
    // Where kinds of documents alternate, they are tried the more rarely, whichever dictionary is at hand.
    memory.remember(renewed.map { .init(key: $0.key, dictionary: $0.dictionary, watch: choice.watch) }, of: collection)
  }
}

extension PostgresSession {
  /// Gives a collection a new dictionary in place of the one it has; nil where it has another by now.
  fileprivate func replace(
    _ old: Int32, by dictionary: PackingDictionary, in collection: String
  ) throws(PostgresError) -> Int32? {
    try transaction { session throws(PostgresError) in
      guard let key = try session.add(dictionary) else { return nil }
      return try session.replace(old, by: key, in: collection) ? key : nil
    } keepingIf: {
      $0 != nil
    }
  }

  /// Gives a collection a dictionary in place of the one it has; false where it has another by now.
  fileprivate func replace(_ old: Int32, by key: Int32, in collection: String) throws(PostgresError) -> Bool {
    let rows = try query(
      """
      UPDATE gnomon.collections SET dictionary_key = \(Int64(key))::int4 \
      WHERE id = \(collection) AND dictionary_key = \(Int64(old))::int4 RETURNING key
      """)
    return !rows.isEmpty
  }

  /// Adds a dictionary: its key.
  func add(_ dictionary: PackingDictionary) throws(PostgresError) -> Int32? {
    let rows = try query(
      "INSERT INTO gnomon.dictionaries (content) VALUES (\(SQL.Bind.bytes(dictionary.content))) RETURNING key")
    return try rows.first.map { row throws(PostgresError) in Int32(truncatingIfNeeded: try row.integer(0)) }
  }
}
