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

  /// The most dictionaries that are kept: each takes some hundred kilobytes.
  private static let mostDictionaries = 64
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

  /// The identifier of a collection; nil where it was deleted between two statements, and its items with it.
  ///
  /// - Parameter session: the one that has read the key.
  func collectionID(ofKey key: Int32, on session: isolated PostgresSession) throws(PostgresError) -> String? {
    if let id = facts.withLock({ $0.collectionIDs[key] }) { return id }
    let rows = try session.query("SELECT id FROM gnomon.collections WHERE key = \(Int64(key))::int4", plan: .generic)
    guard let id = try rows.first?.text(0) else { return nil }
    facts.withLock { facts in
      if facts.collectionIDs.count >= Self.mostCollections { facts.collectionIDs = [:] }
      facts.collectionIDs[key] = id
    }
    return id
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
    let rows = try session.query(
      "SELECT content FROM gnomon.dictionaries WHERE key = \(Int64(key))::int4", plan: .generic)
    guard let content = try rows.first?.bytes(0) else {
      throw PostgresError(reason: .unreadableValue, function: "dictionary", message: "there is no dictionary \(key)")
    }
    do throws(PackingError) {
      let dictionary = try PackingDictionary(content)
      remember(dictionary, key: key)
      return dictionary
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

  private func remember(_ dictionary: PackingDictionary, key: Int32) {
    facts.withLock { facts in
      // Those that collections are packed against are kept by them.
      if facts.dictionaries.count >= Self.mostDictionaries { (facts.dictionaries, facts.packings) = ([:], [:]) }
      facts.dictionaries[key] = dictionary
    }
  }
}

/// A value that is read again when it has aged: the longer a reading takes, the longer it serves.
final class Refreshed<Value: Sendable>: Sendable {
  private struct State {
    var value: Value?
    var expires = ContinuousClock.now
    var isReading = false
  }

  private let state = Mutex(State())
  /// What share of its life a reading may take.
  private static var factor: Int { 500 }
  private static var shortest: Duration { .seconds(1) }

  /// The value; the first caller waits for it, later ones get the old one while it is read again.
  func value<Failure: Error>(
    _ read: @escaping @Sendable () async throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let (known, isDue) = state.withLock { state in
      let isDue = state.expires <= .now && !state.isReading
      if isDue { state.isReading = true }
      return (state.value, isDue)
    }
    guard let known else { return try await refresh(read) }
    if isDue { Task { _ = try? await refresh(read) } }
    return known
  }

  private func refresh<Failure: Error>(
    _ read: @Sendable () async throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let start = ContinuousClock.now
    do throws(Failure) {
      let value = try await read()
      let life = max((ContinuousClock.now - start) * Self.factor, Self.shortest)
      state.withLock { $0 = State(value: value, expires: .now + life) }
      return value
    } catch {
      state.withLock { state in
        state.isReading = false
        state.expires = .now + Self.shortest
      }
      throw error
    }
  }
}
