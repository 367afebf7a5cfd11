import Digests
import Inference
import MLMExtension
import ModelArtifacts
import StacAPI
import StacModel
import Synchronization

/// Proves a model: its file goes through the guard, its golden vector is predicted.
struct ModelProof: Sendable {
  let access: AssetAccess
  /// Bounds how many fetch from a host at once; nobody else waits for a slow one.
  let places = HostPlaces(capacity: 4)
  /// Bounds how many are read, whose files are on this machine by then; two of these have them in memory.
  let gate = InferenceGate(capacity: 8, waiting: 64, of: "proofs of models")

  /// The largest model file that is read, in bytes.
  static let modelLimit = 512 << 20
  /// The largest golden vector that is read, in bytes.
  static let vectorLimit = 16 << 20

  /// What is found in a model's document and, where that is sound, in its files.
  ///
  /// - Throws: ``InferenceError`` where too many are being proved already, or the task is cancelled.
  func findings(of item: Item) async throws -> ModelFindings { try await look(at: item).findings }

  /// The same with what was seen of the files; nil where the document is not followed to them.
  ///
  /// - Parameter deadline: until when the hosts of the files are waited for; nil for as long as a fetch may take.
  func look(
    at item: Item, until deadline: ContinuousClock.Instant? = nil
  ) async throws -> (findings: ModelFindings, files: SeenFiles?) {
    let document = MLMExtension.validate(item)
    // A document that is not taken is not followed to its files.
    guard document.refusals.isEmpty else { return (document, nil) }
    let said =
      AddressForm.findings(of: item) + ContainerFindings.malformed(in: item)
      + (await TrainingDataFindings.of(item, access))
    let files = try await files(of: item, until: deadline)
    return (document.adding(said + files.findings), files)
  }

  /// What a decision stands on: what was found, with the files that it was found in.
  func evidence(_ item: Item, until deadline: ContinuousClock.Instant? = nil) async throws -> ModelEvidence {
    let (findings, files) = try await look(at: item, until: deadline)
    return ModelEvidence(findings: findings, modelFile: files?.modelFile, testVector: files?.testVector)
  }

  /// The files that are looked at of a model, the one that is run first; none where that one is never loaded.
  static func assets(of item: Item) -> [Asset] {
    guard let asset = item.modelAsset, asset.executableFormatAdvice == nil else { return [] }
    let others = item.otherModelAssets.filter { $0.executableFormatAdvice == nil }
    return [asset] + others + item.testVectorAssets
  }

  /// What the files of a model tell against it; off the cooperative pool.
  ///
  /// They are fetched first, holding places of their hosts alone, and read when they are there.
  func files(of item: Item, until deadline: ContinuousClock.Instant? = nil) async throws -> SeenFiles {
    let assets = Self.assets(of: item)
    guard let asset = assets.first else { return SeenFiles() }
    let hosts = access.hosts(of: assets)
    let end = ProofEnd(deadline)
    return try await withTaskCancellationHandler {
      guard await places.take(hosts, until: deadline) else {
        try end.check()
        return SeenFiles(unchecked: asset, "as many as may are fetching from its host")
      }
      defer { places.leave(hosts) }
      let list = SeenFileList(assets, on: access)
      let fetched = await access.fetch(assets, of: item) { end.isOver }
      defer { fetched.remove() }
      try end.check()
      return try await gate.run { [access] isCancelled in
        try access.withTurn(reading: fetched, isCancelled) { resolve in
          var seen = SeenFiles(item, asset, resolve)
          seen.list = list
          for other in assets.dropFirst() where !other.roles.contains("test-vector") {
            seen.look(at: other, of: item, resolve)
          }
          return seen
        }
      }
    } onCancel: {
      end.cancel()
    }
  }
}

/// When a fetch is given up: at its deadline, or because nobody waits for it any more.
private final class ProofEnd: Sendable {
  private let deadline: ContinuousClock.Instant?
  private let isCancelled = Atomic(false)

  init(_ deadline: ContinuousClock.Instant?) { self.deadline = deadline }

  var isOver: Bool { isCancelled.load(ordering: .relaxed) || deadline.map { $0 <= .now } ?? false }

  func cancel() { isCancelled.store(true, ordering: .relaxed) }

  /// Throws where nobody waits any more.
  func check() throws(InferenceError) {
    if isCancelled.load(ordering: .relaxed) { throw InferenceError(.cancelled, "The request was cancelled.") }
  }
}

/// The files of a model as they were read, each once, and what they tell against it.
struct SeenFiles: Sendable {
  private(set) var findings: [ModelFinding] = []
  /// The files of this machine as they were before they were read.
  fileprivate(set) var list: SeenFileList?
  /// What a run says of the first file that is wrong.
  private(set) var failure: InferenceError?
  /// Nil where it was not read.
  private(set) var modelFile: ModelEvidence.SeenFile?
  private(set) var testVector: ModelEvidence.SeenFile?
  /// Whether the golden vector was predicted, and as it says.
  private(set) var isVectorMet = false

  init() {}

  /// Of a model whose files nobody could look at.
  init(unchecked asset: Asset, _ reason: String) {
    findings = [.unchecked(at: asset.key, "the model file is not yet checked: \(reason)")]
  }

  /// Whether a file was not there in time, so that what is found may not be all.
  var isPending: Bool { findings.contains(where: \.isPending) }

  init(_ item: Item, _ asset: Asset, _ resolve: InferencePipeline.AssetResolver) {
    guard let bytes = read(asset, of: item, "the model file", "it", ModelProof.modelLimit, resolve) else { return }
    modelFile = Self.seen(bytes, asset)
    do {
      meet(try RunnableModel(item: item, bytes: bytes), resolve)
    } catch {
      // What its document says against a run has been told with the document.
      if [.invalidModel, .unsupportedModel, .featureMismatch].contains(error.code),
        !MLMExtension.validate(item).runBars.isEmpty
      {
        return
      }
      note(error, at: JSONPointer("/assets").appending(asset.key))
    }
  }

  /// Notes what is wrong with a file.
  private mutating func note(_ error: InferenceError, at pointer: JSONPointer) {
    failure = failure ?? error
    findings.append(Self.finding(error, at: pointer))
  }

  /// Looks at another file of the model, which is not run here: it has to be the one that its checksum names, and data.
  fileprivate mutating func look(at other: Asset, of item: Item, _ resolve: InferencePipeline.AssetResolver) {
    guard let bytes = read(other, of: item, "the model file", "it", ModelProof.modelLimit, resolve) else { return }
    do {
      try RunnableModel.checkFile(bytes, of: other)
    } catch {
      note(error, at: JSONPointer("/assets").appending(other.key))
    }
  }

  /// What keeps a model from being run, by its file.
  private static func finding(_ error: InferenceError, at pointer: JSONPointer) -> ModelFinding {
    switch error.code {
    case .checksum:
      ModelFinding(
        beyond: .fileChecksum, at: pointer.appending("file:checksum"), words(error),
        remedy: "write the checksum of the file that was tested, or restore that file")
    case .size:
      ModelFinding(
        beyond: .fileSize, at: pointer.appending("file:size"), words(error),
        remedy: "write the size of the file that was tested, or restore that file")
    case .modelFile:
      ModelFinding(
        beyond: .fileFormat, at: pointer, words(error),
        remedy: "export the model anew, in a format that holds data only")
    case .unsupportedModel:
      ModelFinding(
        beyond: .otherRuntime, at: pointer, "the model is not run here: \(words(error))",
        remedy: "leave it in the catalog for the runtime it is for, or export it for XGBoost or LightGBM")
    default:
      ModelFinding(
        beyond: .runnableHere, at: pointer, "the model cannot be run here: \(words(error))",
        remedy: "mend the item where it is wrong; a model for another runtime may stay in the catalog as it is")
    }
  }

  /// Predicts the golden vectors.
  private mutating func meet(_ model: RunnableModel, _ resolve: InferencePipeline.AssetResolver) {
    let assets = model.item.testVectorAssets
    let met = assets.count { meet($0, by: model, resolve) }
    isVectorMet = !assets.isEmpty && met == assets.count
  }

  private mutating func meet(
    _ asset: Asset, by model: RunnableModel, _ resolve: InferencePipeline.AssetResolver
  ) -> Bool {
    let bytes = read(asset, of: model.item, "the test vector", "the model", ModelProof.vectorLimit, resolve)
    guard let bytes else { return false }
    testVector = testVector ?? Self.seen(bytes, asset)
    do {
      _ = try model.verify(testVector: bytes, of: asset)
      return true
    } catch {
      let place = JSONPointer("/assets").appending(asset.key)
      let missed = ModelFinding(
        beyond: .goldenVectorMet, at: place, Self.words(error),
        remedy: "find out which is wrong, the model file or the vector, before anybody reads a map")
      failure = failure ?? error
      findings.append(error.code == .size ? Self.finding(error, at: place) : missed)
      return false
    }
  }

  /// The bytes of a file; nil where it cannot be read, which is told.
  private mutating func read(
    _ asset: Asset, of item: Item, _ what: String, _ unproved: String, _ limit: Int,
    _ resolve: InferencePipeline.AssetResolver
  ) -> [UInt8]? {
    do {
      return try AssetAccess.bytes(of: asset, item: item, limit: limit, resolve)
    } catch {
      let place = JSONPointer("/assets").appending(asset.key)
      switch (error as? InferenceError)?.code {
      case .checksum?:
        // What was fetched and is another file is known to be wrong; what could not be had is not.
        note(error as? InferenceError ?? InferenceError(.checksum, "\(error)"), at: place)
      case .cancelled?:
        findings.append(
          .unchecked(
            at: asset.key,
            "\(what) was not handed out in time by its host, so \(unproved) is not yet checked"))
      default:
        findings.append(
          ModelFinding(
            beyond: .fileReadable, at: place,
            "\(what) could not be read, so \(unproved) is not proved: \(Self.words(error))",
            remedy: "make it readable for this server, or allow its host"))
      }
      return nil
    }
  }

  private static func seen(_ bytes: [UInt8], _ asset: Asset) -> ModelEvidence.SeenFile? {
    (try? SHA256.hash(bytes)).map { digest in
      ModelEvidence.SeenFile(asset: asset.key, sha256: Hexadecimal.encode(digest), size: bytes.count)
    }
  }

  /// What an error says, without its full stop.
  private static func words(_ error: any Error) -> String {
    let text = (error as? InferenceError)?.message ?? "\(error)"
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
