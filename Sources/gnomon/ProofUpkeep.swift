import Logging
import MLMExtension
import StacModel
import StacStore
import Synchronization

/// Looks at the files of models in the background: of each that was not proved with the software that runs here as it is now, and
/// of those whose files have changed. So every model is proved again after an upgrade of the program or the machine.
struct ProofUpkeep: Sendable {
  let proofs: ModelProofs

  /// How long it waits where nothing is to do, and how many models it takes at a time.
  private static let pause = Duration.seconds(10)
  private static let batch = 200

  private var store: PostgresCatalogStore { proofs.store }

  /// Proves until the task is cancelled.
  func start() -> Task<Void, Never> {
    Task {
      await withDiscardingTaskGroup { group in
        let elsewhere = ProofsElsewhere(proofs: proofs)
        var round = ProofRound(watch: FileWatch(proofs.proof.access))
        while !Task.isCancelled {
          let start = ContinuousClock.now
          let isMore = await work(&round, elsewhere)
          while let host = elsewhere.next() { group.addTask { await elsewhere.prove(host) } }
          let spent = ContinuousClock.now - start
          // Many models at once are proved beside what is asked for, not before it; and a catalog of very many is looked
          // through the less often.
          let rest = isMore ? spent * 4 : max(Self.pause, spent * 20)
          try? await Task.sleep(for: min(rest, .seconds(600)))
        }
      }
    }
  }

  /// One round; whether there is more to do at once. A failure is no reason to stop serving.
  private func work(_ round: inout ProofRound, _ elsewhere: ProofsElsewhere) async -> Bool {
    do throws(StoreError) {
      let changed = await round.changed(try await store.seenFiles(by: proofs.runtime, since: round.watch.latest))
      for model in try await store.modelsToProve(changed) where !Task.isCancelled {
        guard try await prove(model, elsewhere) else { return false }
      }
      let changes = try await store.modelChanges(since: round.mark)
      round.watch.forget(changes.changes.filter { !$0.isModel }.map(\.key))
      let keys = round.keys(of: changes)
      if keys?.isEmpty == true { return false }
      round.begin(isOfAll: keys == nil)
      let models = try await store.unprovedModels(by: proofs.runtime, among: keys, limit: Self.batch)
      for model in models where !Task.isCancelled {
        guard try await prove(model, elsewhere) else { return false }
      }
      guard models.count < Self.batch else { return true }
      round.end(at: changes.mark)
      return false
    } catch {
      proofs.logger.debug("models not proved", metadata: ["error": .string(error.description)])
      return false
    }
  }

  /// Proves a model whose files are here, and lines up one whose files are elsewhere; false where so many others are being
  /// proved that it has to wait.
  private func prove(_ model: UnprovedModel, _ elsewhere: ProofsElsewhere) async throws(StoreError) -> Bool {
    guard let item = model.item else {
      try await store.note(ModelProofNote(runtime: proofs.runtime, state: .none), for: model)
      return true
    }
    let hosts = proofs.proof.access.hosts(of: ModelProof.assets(of: item))
    guard hosts.isEmpty else {
      // Until its turn comes nothing more is known of it than before.
      if let asset = item.modelAsset {
        let waiting = SeenFiles(unchecked: asset, "its host is asked for it in the background")
        try await proofs.keep(waiting, of: item, for: model)
      }
      elsewhere.add(model, at: hosts)
      return true
    }
    guard let files = try? await proofs.proof.files(of: item) else { return false }
    try await proofs.keep(files, of: item, for: model)
    proofs.tell(files, of: model)
    return true
  }
}

/// Models whose files are on other hosts: one of each host at a time, so that a slow one holds up nothing but its own.
private final class ProofsElsewhere: Sendable {
  /// How long one model's files are waited for.
  private static let patience = Duration.seconds(600)
  /// How many hosts are asked at once, and how many models wait for one.
  private static let mostHosts = 8
  private static let mostWaiting = 200

  private struct State {
    var waiting: [Set<String>: [UnprovedModel]] = [:]
    var running: Set<Set<String>> = []
  }

  private let proofs: ModelProofs
  private let state = Mutex(State())

  init(proofs: ModelProofs) { self.proofs = proofs }

  /// Lines a model up. One that finds no room is found again when its time has come.
  func add(_ model: UnprovedModel, at hosts: Set<String>) {
    state.withLock { state in
      var models = state.waiting[hosts] ?? []
      guard models.count < Self.mostWaiting else { return }
      models.removeAll { $0.key == model.key }
      state.waiting[hosts] = models + [model]
    }
  }

  /// Hosts whose models nobody proves yet, where more may be asked; nil where there are none.
  func next() -> Set<String>? {
    state.withLock { state in
      guard state.running.count < Self.mostHosts,
        let hosts = state.waiting.first(where: { !$0.value.isEmpty && !state.running.contains($0.key) })?.key
      else { return nil }
      state.running.insert(hosts)
      return hosts
    }
  }

  /// Proves the models of hosts one after the other, until one of them is not handed out in time: then the others wait too.
  func prove(_ hosts: Set<String>) async {
    while !Task.isCancelled, let model = take(hosts) {
      guard let item = model.item,
        let files = try? await proofs.proof.files(of: item, until: .now + Self.patience)
      else { continue }
      do throws(StoreError) {
        try await proofs.keep(files, of: item, for: model)
      } catch {
        proofs.logger.debug("a proof was not kept", metadata: ["error": .string(error.description)])
      }
      proofs.tell(files, of: model)
      if files.isPending { state.withLock { $0.waiting[hosts] = nil } }
    }
    state.withLock { state in
      state.running.remove(hosts)
      if state.waiting[hosts]?.isEmpty == true { state.waiting[hosts] = nil }
    }
  }

  private func take(_ hosts: Set<String>) -> UnprovedModel? {
    state.withLock { state in
      guard let models = state.waiting[hosts], let first = models.first else { return nil }
      state.waiting[hosts] = Array(models.dropFirst())
      return first
    }
  }
}

/// Which models a round has to look at: those that have changed since the last, and now and then all, since files that could
/// not be read may be there again.
private struct ProofRound {
  var watch: FileWatch
  /// What was known when the last round ended; nil before the first.
  private(set) var mark: ModelMark?
  private var latestOfAll: ContinuousClock.Instant?
  private var isUnfinished = false

  private static let pause = Duration.seconds(300)
  /// From how many changes on all models are looked at by one statement.
  private static let manyChanges = 1_000

  init(watch: FileWatch) { self.watch = watch }

  /// The models whose files have changed; the file system is asked on a thread of its own.
  mutating func changed(_ news: [SeenModelFiles]) async -> [ModelKey] {
    let watch = watch
    let (changed, after) = await onOwnThread {
      var watch = watch
      let changed = watch.changes(news)
      return (changed, watch)
    }
    self.watch = after
    return changed
  }

  /// The models to look at; nil for all.
  func keys(of changes: ModelChanges) -> [ModelKey]? {
    guard mark != nil, !isUnfinished, changes.changes.count < Self.manyChanges,
      let latestOfAll, ContinuousClock.now - latestOfAll < Self.pause
    else { return nil }
    return changes.changes.filter(\.isModel).map(\.key)
  }

  mutating func begin(isOfAll: Bool) {
    isUnfinished = true
    if isOfAll { latestOfAll = .now }
  }

  mutating func end(at mark: ModelMark) {
    isUnfinished = false
    self.mark = mark
  }
}
