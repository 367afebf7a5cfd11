import Inference
import Logging
import MLMExtension
import StacAPI
import StacModel
import StacStore
import TreeEnsembles

/// Keeps how models meet their golden vectors: in the background, each that was not proved with the software that runs here as
/// it is now. So every model is proved again after an upgrade of the program or the machine.
struct ModelProofs: ModelProofService {
  let store: PostgresCatalogStore
  let proof: ModelProof
  let logger: Logger

  /// How long the background waits where nothing is to do, and how many models it takes at a time.
  private static let pause = Duration.seconds(10)
  private static let batch = 200

  var runtime: String { Self.runtime }

  private static let runtime =
    "gnomon \(Version.current), \(InstructionSet.available.first?.rawValue ?? "portable"), \(Machine.architecture)"

  func proofs(of model: ItemReference) async throws -> [ModelProofRecord] {
    try await store.proofs(ofModel: model.id, in: model.collection)
  }

  /// Proves in the background until the task is cancelled.
  func start() -> Task<Void, Never> {
    Task {
      var round = ProofRound()
      while !Task.isCancelled {
        let start = ContinuousClock.now
        let isMore = await work(&round)
        let spent = ContinuousClock.now - start
        // Many models at once are proved beside what is asked for, not before it; and a catalog of very many is looked through
        // the less often.
        let rest = isMore ? spent * 4 : max(Self.pause, spent * 20)
        try? await Task.sleep(for: min(rest, .seconds(600)))
      }
    }
  }

  /// One round; whether there is more to do at once. A failure is no reason to stop serving.
  private func work(_ round: inout ProofRound) async -> Bool {
    do throws(StoreError) {
      let changes = try await store.modelChanges(since: round.mark)
      let keys = round.keys(of: changes)
      if keys?.isEmpty == true { return false }
      round.begin(isOfAll: keys == nil)
      let models = try await store.unprovedModels(by: runtime, among: keys, limit: Self.batch)
      for model in models where !Task.isCancelled {
        guard try await prove(model) else { return false }
      }
      guard models.count < Self.batch else { return true }
      round.end(at: changes.mark)
      return false
    } catch {
      logger.debug("models not proved", metadata: ["error": .string(error.description)])
      return false
    }
  }

  /// Proves a model; false where so many others are being proved that it has to wait.
  private func prove(_ model: UnprovedModel) async throws(StoreError) -> Bool {
    guard let note = await note(on: model) else { return false }
    try await store.note(note, for: model)
    guard note.state == .missed else { return true }
    logger.warning(
      "a model misses its golden vector, and is not run",
      metadata: [
        "collection": .string(model.document.collectionID), "item": .string(model.document.id),
        "runtime": .string(runtime), "reason": .string(note.reason ?? ""),
      ])
    return true
  }

  private func note(on model: UnprovedModel) async -> ModelProofNote? {
    guard let item = try? Item(JSONText(model.document.document.bytes)), item.testVectorAsset != nil,
      RunnableModel.obstacle(to: item) == nil
    else {
      return ModelProofNote(runtime: runtime, state: .none, modelDigest: nil, vectorDigest: nil, reason: nil)
    }
    guard let files = try? await proof.files(of: item) else { return nil }
    return ModelProofNote(
      runtime: runtime, state: Self.state(files), modelDigest: files.modelFile?.sha256,
      vectorDigest: files.testVector?.sha256, reason: files.findings.first?.message)
  }

  private static func state(_ files: SeenFiles) -> ModelProofRecord.State {
    if files.isVectorMet { return .met }
    if files.findings.contains(where: { $0.rule == .fileReadable }) { return .unread }
    return files.findings.contains { $0.rule == .otherRuntime } ? .none : .missed
  }
}

/// Which models a round has to look at: those that have changed since the last, and now and then all, since files that could
/// not be read may be there again.
private struct ProofRound {
  /// What was known when the last round ended; nil before the first.
  private(set) var mark: ModelMark?
  private var latestOfAll: ContinuousClock.Instant?
  private var isUnfinished = false

  private static let pause = Duration.seconds(300)
  /// From how many changes on all models are looked at by one statement.
  private static let manyChanges = 1_000

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
