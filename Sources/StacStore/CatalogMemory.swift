import Packing
import Postgres
import StacSearch
import Synchronization

/// What a store keeps in memory of its catalog.
///
/// Names of collections by their keys and dictionaries never change, so that it does not matter from which replica they
/// were read: what a row refers to was written before it, and a replica that shows the row shows that too. The sample and
/// the queryables age, and are read again: what they decide is how quickly something is found, and which type a filter
/// takes a new property for.
final class CatalogMemory: Sendable {
  private struct Facts {
    var collectionIDs: [Int32: String] = [:]
    var dictionaries: [Int32: PackingDictionary] = [:]
    /// The dictionary that a collection's documents are packed against, by its identifier's bytes.
    var packings: [[UInt8]: DocumentPacking.Choice] = [:]
  }

  /// The most memory that dictionaries take before some of them are dropped.
  private static let mostDictionaryBytes = 24 << 20
  private static let mostCollections = 100_000

  private let facts = Mutex(Facts())
  let sample = Refreshed<CatalogSample>()
  /// The names of the indexes over properties of items, and the properties that they are over.
  let indexes = Refreshed<[String: String]>()
  /// How the values of properties with an index are spread, by the index's name.
  private let propertySamples = Mutex<[String: Refreshed<PropertySample>]>([:])
  let queryables = QueryablesMemory()
  let itemCount = ItemCountMemory()
  let selectivities = SelectivityMemory()
  let writes = OwnWrites()

  /// What an item's row refers to.
  struct Reference: Sendable {
    /// Nil where the collection was deleted between two statements, and its items with it.
    fileprivate(set) var collectionID: String?
    fileprivate(set) var dictionary: PackingDictionary?
  }

  /// What the rows of a page refer to, in their order.
  ///
  /// All are looked up under one lock: sessions that took it for each row would spend their time handing it to each other.
  ///
  /// - Parameters:
  ///   - keys: those of the collection and of the dictionary, nil for none.
  ///   - session: the one that has read the rows.
  func references(
    _ keys: [(collection: Int32, dictionary: Int32?)], on session: isolated PostgresSession
  ) throws(PostgresError) -> [Reference] {
    var found = facts.withLock { facts in
      keys.map { collection, dictionary in
        Reference(
          collectionID: facts.collectionIDs[collection], dictionary: dictionary.flatMap { facts.dictionaries[$0] })
      }
    }
    let unknownIDs = Set(keys.indices.filter { found[$0].collectionID == nil }.map { keys[$0].collection })
    let ids = try unknownIDs.isEmpty ? [:] : readCollectionIDs(ofKeys: unknownIDs, on: session)
    let unknown = Set(keys.indices.filter { found[$0].dictionary == nil }.compactMap { keys[$0].dictionary })
    let dictionaries = try unknown.isEmpty ? [:] : readDictionaries(Array(unknown), on: session)
    for (index, (collection, dictionary)) in keys.enumerated() {
      if found[index].collectionID == nil { found[index].collectionID = ids[collection] }
      if found[index].dictionary == nil, let dictionary { found[index].dictionary = dictionaries[dictionary] }
    }
    return found
  }

  private func readCollectionIDs(
    ofKeys keys: Set<Int32>, on session: isolated PostgresSession
  ) throws(PostgresError) -> [Int32: String] {
    let wanted = SQL.Bind.integerArray(keys.map { Int64($0) })
    let rows = try session.query(
      "SELECT key, id FROM gnomon.collections WHERE key = ANY(\(wanted)::int4[])", plan: .generic)
    var ids: [Int32: String] = [:]
    for row in rows { ids[Int32(truncatingIfNeeded: try row.integer(0))] = try row.text(1) }
    facts.withLock { facts in
      if facts.collectionIDs.count + ids.count > Self.mostCollections { facts.collectionIDs = [:] }
      facts.collectionIDs.merge(ids) { $1 }
    }
    return ids
  }

  /// How the values of a property are spread.
  ///
  /// - Parameter name: the name of the property's index, of which there are few.
  func propertySample(named name: String) -> Refreshed<PropertySample> {
    propertySamples.withLock { samples in
      if let sample = samples[name] { return sample }
      let sample = Refreshed<PropertySample>()
      samples[name] = sample
      return sample
    }
  }

  /// A dictionary by its key.
  func dictionary(_ key: Int32, on session: isolated PostgresSession) throws(PostgresError) -> PackingDictionary {
    if let known = facts.withLock({ $0.dictionaries[key] }) { return known }
    guard let read = try readDictionaries([key], on: session)[key] else {
      throw PostgresError(reason: .unreadableValue, function: "dictionary", message: "there is no dictionary \(key)")
    }
    return read
  }

  private func readDictionaries(
    _ keys: [Int32], on session: isolated PostgresSession
  ) throws(PostgresError) -> [Int32: PackingDictionary] {
    var read: [Int32: PackingDictionary] = [:]
    for start in stride(from: 0, to: keys.count, by: Self.readAtOnce) {
      let wanted = SQL.Bind.integerArray(keys[start...].prefix(Self.readAtOnce).map { Int64($0) })
      let rows = try session.query(
        "SELECT key, content FROM gnomon.dictionaries WHERE key = ANY(\(wanted)::int4[])", plan: .generic)
      for row in rows { read[Int32(truncatingIfNeeded: try row.integer(0))] = try Self.dictionary(of: row.bytes(1)) }
    }
    facts.withLock { facts in
      if facts.dictionaries.values.reduce(0, { $0 + $1.memorySize }) > Self.mostDictionaryBytes {
        // Those that collections are packed against are kept by them.
        facts.packings = [:]
        facts.dictionaries = facts.dictionaries.filter { _ in Bool.random() }
      }
      facts.dictionaries.merge(read) { known, _ in known }
    }
    return read
  }

  /// How many dictionaries are in memory twice while they are read.
  private static let readAtOnce = 64

  private static func dictionary(of content: [UInt8]) throws(PostgresError) -> PackingDictionary {
    do throws(PackingError) {
      return try PackingDictionary(content)
    } catch {
      throw PostgresError(reason: .unreadableValue, function: "dictionary", message: error.description)
    }
  }

  /// A dictionary with its key.
  func choice(_ key: Int32, on session: isolated PostgresSession) throws(PostgresError) -> DocumentPacking.Choice {
    DocumentPacking.Choice(key: key, dictionary: try dictionary(key, on: session))
  }

  /// What documents of a collection are packed against, nil where that is not known.
  func packing(of collection: String) -> DocumentPacking.Choice? {
    facts.withLock { $0.packings[Array(collection.utf8)] }
  }

  func remember(_ choice: DocumentPacking.Choice?, of collection: String) {
    guard let choice else { return }
    facts.withLock { facts in
      if facts.packings.count >= Self.mostCollections { facts.packings = [:] }
      facts.packings[Array(collection.utf8)] = choice
    }
  }
}

/// A value that is read again when it has aged: the longer a reading takes, the longer it serves.
final class Refreshed<Value: Sendable>: Sendable {
  private struct State {
    var value: Value?
    var expires = ContinuousClock.now
    /// The reading that goes on; all who need the value wait for the same one.
    var reading: Task<Swift.Result<Value, StoreError>, Never>?
  }

  private let state = Mutex(State())
  /// What share of its life a reading may take.
  private static var factor: Int { 500 }
  private static var shortest: Duration { .seconds(1) }

  /// The value; the first callers wait for it, later ones get the old one while it is read again.
  func value(_ read: @escaping @Sendable () async throws(StoreError) -> Value) async throws(StoreError) -> Value {
    let (known, reading) = state.withLock { state in
      if state.reading == nil, state.value == nil || state.expires <= .now {
        state.reading = Task { await refresh(read) }
      }
      return (state.value, state.reading)
    }
    if let known { return known }
    guard let reading else { return try await read() }
    return try await reading.value.get()
  }

  private func refresh(
    _ read: @Sendable () async throws(StoreError) -> Value
  ) async -> Swift.Result<Value, StoreError> {
    let start = ContinuousClock.now
    do throws(StoreError) {
      let value = try await read()
      let life = max((ContinuousClock.now - start) * Self.factor, Self.shortest)
      state.withLock { $0 = State(value: value, expires: .now + life) }
      return .success(value)
    } catch {
      state.withLock { state in
        state.reading = nil
        state.expires = .now + Self.shortest
      }
      return .failure(error)
    }
  }
}
