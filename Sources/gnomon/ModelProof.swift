import Digests
import Inference
import MLMExtension
import StacAPI
import StacModel

/// Proves a model: its file goes through the guard, its golden vector is predicted.
struct ModelProof: Sendable {
  let access: AssetAccess
  /// Bounds how many have fetched files on the disk; two of these have them in memory.
  let gate = InferenceGate(capacity: 8, waiting: 64, of: "proofs of models")

  /// The largest model file that is read, in bytes.
  static let modelLimit = 512 << 20
  /// The largest golden vector that is read, in bytes.
  static let vectorLimit = 16 << 20

  /// What is found in a model's document and, where that is sound, in its files.
  ///
  /// - Throws: ``InferenceError`` where too many are being proved already, or the task is cancelled.
  func findings(of item: Item) async throws -> ModelFindings { try await evidence(item).findings }

  /// The same, with the files that it was found in.
  func evidence(_ item: Item) async throws -> ModelEvidence {
    let document = MLMExtension.validate(item)
    // A document that is not taken is not followed to its files.
    guard document.refusals.isEmpty else {
      return ModelEvidence(findings: document, modelFile: nil, testVector: nil)
    }
    let said =
      AddressForm.findings(of: item) + ContainerFindings.malformed(in: item)
      + (await TrainingDataFindings.of(item, access))
    let files = try await files(of: item)
    return ModelEvidence(
      findings: document.adding(said + files.findings), modelFile: files.modelFile, testVector: files.testVector)
  }

  /// What the files of a model tell against it; off the cooperative pool.
  func files(of item: Item) async throws -> SeenFiles {
    guard let asset = item.modelAsset, asset.executableFormatAdvice == nil else { return SeenFiles() }
    let others = item.otherModelAssets.filter { $0.executableFormatAdvice == nil }
    return try await gate.run { [access] isCancelled in
      try access.withTurn(fetching: [asset] + others + item.testVectorAssets, of: item, isCancelled) { resolve in
        var seen = SeenFiles(item, asset, resolve)
        for other in others { seen.look(at: other, of: item, resolve) }
        return seen
      }
    }
  }
}

/// The files of a model as they were read, each once, and what they tell against it.
struct SeenFiles: Sendable {
  private(set) var findings: [ModelFinding] = []
  /// Nil where it was not read.
  private(set) var modelFile: ModelEvidence.SeenFile?
  private(set) var testVector: ModelEvidence.SeenFile?
  /// Whether the golden vector was predicted, and as it says.
  private(set) var isVectorMet = false

  init() {}

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
      findings.append(Self.finding(error, at: JSONPointer("/assets").appending(asset.key)))
    }
  }

  /// Looks at another file of the model, which is not run here: it has to be the one that its checksum names, and data.
  fileprivate mutating func look(at other: Asset, of item: Item, _ resolve: InferencePipeline.AssetResolver) {
    guard let bytes = read(other, of: item, "the model file", "it", ModelProof.modelLimit, resolve) else { return }
    do {
      try RunnableModel.checkFile(bytes, of: other)
    } catch {
      findings.append(Self.finding(error, at: JSONPointer("/assets").appending(other.key)))
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
      // What was fetched and is another file is known to be wrong; what could not be had is not.
      if let error = error as? InferenceError, error.code == .checksum {
        findings.append(Self.finding(error, at: JSONPointer("/assets").appending(asset.key)))
        return nil
      }
      findings.append(
        ModelFinding(
          beyond: .fileReadable, at: JSONPointer("/assets").appending(asset.key),
          "\(what) could not be read, so \(unproved) is not proved: \(Self.words(error))",
          remedy: "make it readable for this server, or allow its host"))
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
