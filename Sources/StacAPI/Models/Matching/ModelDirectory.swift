import MLMExtension
import StacModel
public import StacStore
import Synchronization

/// Every model of the catalog, kept in memory in step with the database.
///
/// What this process writes is seen at once, what others write after ``lifetime`` at the latest: whoever asks later than that
/// waits for one small statement, which tells the models that have changed since.
public final class ModelDirectory: Sendable {
  /// How old may be what is known.
  static let lifetime = Duration.seconds(1)
  /// After this time without a question all is read anew, since the database forgets what went.
  private static let memory = Duration.seconds(86_400)
  private static let readAtOnce = 256
  /// From how many models on what was read out of them before is looked for, and kept for the next start.
  private static let worthKeeping = 100

  private struct State {
    var models: [ModelKey: Entry] = [:]
    var list: [KnownModel] = []
    var mark: ModelMark?
    var time = ContinuousClock.now
    /// How often this process had written before what is known was read; -1 where nothing is known.
    var writeCount = -1
    /// The reading that goes on.
    var reading: Task<Result<Void, StoreError>, Never>?
    var pools = RequirementPool()
  }

  private struct Entry {
    let transaction: UInt64
    /// Nil where what is stored cannot be read.
    let model: KnownModel?
  }

  private let store: any CatalogStore
  /// Whose findings in the files of models count; nil for nobody's.
  private let runtime: String?
  private let state = Mutex(State())

  public init(store: any CatalogStore, runtime: String? = nil) {
    self.store = store
    self.runtime = runtime
  }

  /// The models, in order of collection and identifier.
  public func models() async throws(StoreError) -> [KnownModel] {
    let (asked, count) = (ContinuousClock.now, store.writeCount)
    while true {
      let (list, reading) = state.withLock { state -> ([KnownModel]?, Task<Result<Void, StoreError>, Never>?) in
        if state.writeCount >= count, state.time >= asked || ContinuousClock.now - state.time < Self.lifetime {
          return (state.list, nil)
        }
        if state.reading == nil {
          state.reading = Task { await read(store.writeCount) }
        }
        return (nil, state.reading)
      }
      if let list { return list }
      do throws(StoreError) {
        try await reading?.value.get()
      } catch {
        // Where replicas still answer while the database is away, what was known then is better than nothing.
        guard case .unavailable = error, let list = state.withLock({ $0.mark == nil ? nil : $0.list }) else {
          throw error
        }
        return list
      }
    }
  }

  /// Begins to read, so that whoever asks first need not wait.
  public func begin() { Task { _ = try? await models() } }

  private func read(_ count: Int) async -> Result<Void, StoreError> {
    let start = ContinuousClock.now
    let known = state.withLock { state in start - state.time < Self.memory ? state.mark : nil }
    do throws(StoreError) {
      let found = try await store.modelChanges(since: known)
      let changed = state.withLock { state in
        found.changes.filter { $0.isModel && (known == nil || state.models[$0.key]?.transaction != $0.transaction) }
      }
      // Reading a document takes twenty times as long as reading what was kept of it.
      let keeps = known == nil && changed.count >= Self.worthKeeping
      var entries: [ModelKey: Entry] = [:]
      for start in stride(from: 0, to: changed.count, by: Self.readAtOnce) {
        let part = changed[start..<min(start + Self.readAtOnce, changed.count)]
        let kept = keeps ? await self.kept(Array(part)) : [:]
        entries.merge(kept) { first, _ in first }
        let rest = part.filter { kept[$0.key] == nil }
        if !rest.isEmpty { try await read(rest, keeping: keeps, into: &entries) }
      }
      note(found, entries, changed: changed.map(\.key), isWhole: known == nil, count, at: start)
      return .success(())
    } catch {
      state.withLock { $0.reading = nil }
      return .failure(error)
    }
  }

  /// Reads models out of their documents.
  private func read(
    _ changes: [ModelChange], keeping keeps: Bool, into entries: inout [ModelKey: Entry]
  ) async throws(StoreError) {
    let models = try await store.models(changes.map(\.key), provedBy: runtime)
    let transactions = Dictionary(changes.map { ($0.key, $0.transaction) }) { first, _ in first }
    let read = await Self.read(models)
    for (stored, model) in zip(models, read) {
      note(model?.barred(by: stored.obstacle), stored.key, transactions[stored.key] ?? 0, in: &entries)
    }
    guard keeps else { return }
    let digests = zip(models, read).compactMap { stored, model in
      model?.content.map { ModelDigest(key: stored.key, transaction: transactions[stored.key] ?? 0, content: $0) }
    }
    // Who may not write reads anew with each start.
    try? await store.keep(digests)
  }

  /// What was kept of models that have not changed since.
  private func kept(_ changes: [ModelChange]) async -> [ModelKey: Entry] {
    guard let digests = try? await store.modelDigests(changes, provedBy: runtime) else { return [:] }
    let models = await Self.read(digests)
    var entries: [ModelKey: Entry] = [:]
    for (digest, model) in zip(digests, models) where model != nil {
      note(model?.barred(by: digest.obstacle), digest.key, digest.transaction, in: &entries)
    }
    return entries
  }

  private func note(
    _ model: KnownModel?, _ key: ModelKey, _ transaction: UInt64, in entries: inout [ModelKey: Entry]
  ) {
    entries[key] = Entry(
      transaction: transaction, model: model.map { model in state.withLock { $0.pools.sharing(model) } })
  }

  @concurrent private static func read(_ digests: [ModelDigest]) async -> [KnownModel?] {
    digests.map { KnownModel(content: $0.content) }
  }

  /// Reading documents takes its time, and keeps no connection waiting.
  @concurrent private static func read(_ models: [StoredModel]) async -> [KnownModel?] { models.map { KnownModel($0) } }

  private func note(
    _ found: ModelChanges, _ entries: [ModelKey: Entry], changed: [ModelKey], isWhole: Bool, _ count: Int,
    at time: ContinuousClock.Instant
  ) {
    state.withLock { state in
      if isWhole { state.models = [:] }
      let gone = found.changes.filter { !$0.isModel && state.models.removeValue(forKey: $0.key) != nil }
      // What went between the two statements is gone too.
      for key in changed { state.models[key] = entries[key] }
      if isWhole || !gone.isEmpty || !changed.isEmpty {
        state.list = state.models.values.compactMap(\.model).sorted { $0.reference.precedes($1.reference) }
      }
      state.mark = found.mark
      state.time = time
      state.writeCount = count
      state.reading = nil
    }
  }
}

extension ItemReference {
  /// The order of collection and identifier, by bytes.
  func precedes(_ other: ItemReference) -> Bool {
    collection.utf8.elementsEqual(other.collection.utf8)
      ? id.utf8.lexicographicallyPrecedes(other.id.utf8)
      : collection.utf8.lexicographicallyPrecedes(other.collection.utf8)
  }
}

/// What models have alike, kept once.
private struct RequirementPool {
  private static let most = 100_000
  private var bands: Set<BandNeeds> = []

  mutating func sharing(_ model: KnownModel) -> KnownModel {
    if bands.count >= Self.most { bands = [] }
    return model.sharing(bands.insert(model.requirements.bands).memberAfterInsert)
  }
}
