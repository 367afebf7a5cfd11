import Inference
import Logging
import MLMExtension
import StacAPI
import StacModel
import StacStore
import TreeEnsembles

/// Keeps what the files of models tell and how they meet their golden vectors, by the software that runs here: as they come,
/// as they are used, and in the background (``ProofUpkeep``).
struct ModelProofs: ModelProofService {
  let store: PostgresCatalogStore
  let proof: ModelProof
  let logger: Logger

  var runtime: String { Self.runtime }

  static let runtime =
    "gnomon \(Version.current), \(InstructionSet.available.first?.rawValue ?? "portable"), \(Machine.architecture)"

  func proofs(of model: ItemReference) async throws -> [ModelProofRecord] {
    try await store.proofs(ofModel: model.id, in: model.collection)
  }

  // MARK: As models come

  /// Looks at a model that is on its way in; where too many are looked at, that is said, and nothing is kept up.
  func look(at item: Item, until deadline: ContinuousClock.Instant) async throws -> ModelLook {
    do {
      let (findings, files) = try await proof.look(at: item, until: deadline)
      return ModelLook(findings: findings, proof: files.flatMap { $0.isPending ? nil : note($0, of: item) })
    } catch let error as InferenceError {
      guard error.code == .busy else { throw error }
      let place = item.modelAsset?.key ?? ""
      let finding = ModelFinding.unchecked(
        at: place, "the model's files are not yet checked: others are being looked at")
      return ModelLook(findings: MLMExtension.validate(item).adding([finding]))
    }
  }

  func keep(_ seen: [(item: Item, note: ModelProofNote)], in collection: String) async {
    for (item, note) in seen {
      do throws(StoreError) {
        guard let model = try await store.modelToProve(item.id, in: collection), model.isLike(item) else { continue }
        try await store.note(note, for: model)
      } catch {
        // The background looks again at what was not kept.
        logger.debug("a proof was not kept", metadata: ["error": .string(error.description)])
      }
    }
  }

  // MARK: As models are used

  /// Refuses a run of a model whose files are known to be wrong or that nobody could look at, by looking again now.
  ///
  /// - Parameter onlyKnown: whether a model of which nothing is known passes, since the run itself looks at what it reads.
  func demandSound(_ reference: ItemReference, onlyKnown: Bool = false) async throws {
    let proofs = try await store.proofs(ofModel: reference.id, in: reference.collection)
    let present = proofs.first { $0.runtime == runtime && $0.isOfPresentItem && $0.findings != nil }
    if present == nil, onlyKnown { return }
    if let present, present.state == .met || present.state == .none || onlyKnown && present.state == .unread,
      SeenFileList(present.files)?.isAsOn(proof.access) ?? true
    {
      return
    }
    guard let model = try await store.modelToProve(reference.id, in: reference.collection), let item = model.item else {
      return
    }
    let files = try await proof.files(of: item, until: .now + ModelLook.patienceOfUses)
    // Who may not write learns it all the same.
    try? await keep(files, of: item, for: model)
    if let failure = files.failure { throw failure }
    if let pending = files.findings.first(where: \.isPending) {
      throw InferenceError(.busy, "The model '\(item.id)' is not run: \(pending.message).")
    }
  }

  /// Keeps what was seen of a stored model, unless less was seen than is known.
  func keep(_ files: SeenFiles, of item: Item, for model: UnprovedModel) async throws(StoreError) {
    let note = note(files, of: item)
    if note.state == .unread {
      let states: [ModelProofRecord.State] =
        files.isPending ? [.met, .missed, .faulty, .unread, .none] : [.missed, .faulty]
      let seconds = Self.unreadSeconds
      if try await store.postpone(model, by: runtime, in: states, seconds: seconds) { return }
    }
    try await store.note(note, for: model)
  }

  /// Tells the log of a stored model whose files are wrong.
  func tell(_ files: SeenFiles, of model: UnprovedModel) {
    let rules = files.findings.map(\.rule)
    guard let first = files.findings.first(where: { $0.barsRun && !$0.isPending }) else { return }
    let what = rules.contains(.goldenVectorMet) ? "a model misses its golden vector" : "the files of a model are wrong"
    guard first.rule != .otherRuntime else { return }
    logger.warning(
      "\(what), and it is not run",
      metadata: [
        "collection": .string(model.document.collectionID), "item": .string(model.document.id),
        "runtime": .string(runtime), "reason": .string(first.message),
      ])
  }

  // MARK: What is kept

  /// After how long files are tried again that could not be read.
  static let unreadSeconds = 600
  /// After how long faulty files of other machines are looked at again, and those that no checksum names.
  private static let faultySeconds = 3_600
  private static let unnamedSeconds = 86_400

  /// What was seen, as it is kept.
  func note(_ seen: SeenFiles, of item: Item) -> ModelProofNote {
    var note = ModelProofNote(
      runtime: runtime, state: Self.state(seen), findings: ModelProofNote.text(seen.findings))
    note.modelDigest = seen.modelFile?.sha256
    note.vectorDigest = seen.testVector?.sha256
    note.reason = seen.findings.first?.message
    let bar = seen.findings.first { $0.barsRun && !$0.isPending }
    note.obstacle = bar.map { "The model's files speak against it (\($0.pointer)): \($0.message)." }
    note.files = seen.list?.text
    note.recheckSeconds = recheckSeconds(note.state, isFaulty: bar != nil, of: item)
    return note
  }

  private func recheckSeconds(_ state: ModelProofRecord.State, isFaulty: Bool, of item: Item) -> Int? {
    if state == .unread { return Self.unreadSeconds }
    let elsewhere = ModelProof.assets(of: item).filter { !proof.access.hosts(of: [$0]).isEmpty }
    if elsewhere.isEmpty { return nil }
    if isFaulty { return Self.faultySeconds }
    return elsewhere.allSatisfy { $0.checksum != nil } ? nil : Self.unnamedSeconds
  }

  private static func state(_ files: SeenFiles) -> ModelProofRecord.State {
    let rules = Set(files.findings.map(\.rule))
    if !rules.isDisjoint(with: [.fileChecksum, .fileSize, .fileFormat, .runnableHere]) { return .faulty }
    if rules.contains(.goldenVectorMet) { return .missed }
    if !rules.isDisjoint(with: [.fileReadable, .fileUnchecked]) { return .unread }
    return files.isVectorMet ? .met : .none
  }
}

extension UnprovedModel {
  /// The item; nil where what is stored is none.
  var item: Item? { try? Item(JSONText(document.document.bytes)) }

  /// Whether an item says the same of its files and of what is done with them.
  func isLike(_ other: Item) -> Bool {
    guard let item else { return false }
    return ["assets", "properties", "stac_extensions"].allSatisfy { item.document[$0] == other.document[$0] }
  }
}
