public import MLMExtension
public import StacModel
public import StacStore

/// Knows what the files of models have told, and how they met their golden vectors.
public protocol ModelProofService: Sendable {
  /// What predicts here now: the program, its library and the instructions of the processor, with their versions.
  var runtime: String { get }
  /// The proofs of a model, the latest first.
  func proofs(of model: ItemReference) async throws -> [ModelProofRecord]
  /// Keeps what was seen of models before they were stored, of those that are stored as they were then.
  func keep(_ seen: [(item: Item, note: ModelProofNote)], in collection: String) async
}

/// What a look at a model has shown.
public struct ModelLook: Sendable {
  /// What was found in its document, and where that is sound in its files.
  public let findings: ModelFindings
  /// What its files have told, to be kept with it; nil where nobody has seen them all.
  public let proof: ModelProofNote?

  public init(findings: ModelFindings, proof: ModelProofNote? = nil) {
    self.findings = findings
    self.proof = proof
  }

  /// How long a request that writes models waits for other hosts, however many models it brings.
  public static let patienceOfWrites = Duration.seconds(10)
  /// How long a decision about a model, or its run, waits for the hosts of its files.
  public static let patienceOfUses = Duration.seconds(30)

  static var deadlineOfWrites: ContinuousClock.Instant { .now + patienceOfWrites }
}

extension ModelProofNote {
  /// What was found, as it is kept.
  public static func text(_ findings: [ModelFinding]) -> String {
    JSONSerializer.text(.array(findings.map { .object($0.fault.json) }))
  }
}

extension ModelProofRecord {
  /// What was found in the files; nil of what an earlier program has kept.
  public var found: [ModelFinding]? {
    guard let findings, let list = try? JSONParser.parse(Array(findings.utf8)).array else { return nil }
    return list.compactMap { value in
      guard let object = value.object, let rule = object["rule"]?.string.flatMap(ModelRule.init(rawValue:)),
        let pointer = object["pointer"]?.string, let message = object["message"]?.string
      else { return nil }
      return ModelFinding(
        beyond: rule, at: JSONPointer(stringLiteral: pointer), message, remedy: object["remedy"]?.string ?? "")
    }
  }
}

/// What is known of a model's files and its golden vector, as an answer tells it.
struct ProofReport {
  let runtime: String
  let proofs: [ModelProofRecord]

  /// The proof of the present document with the software that runs here; nil where there is none yet.
  private var present: ModelProofRecord? {
    proofs.first { $0.runtime == runtime && $0.isOfPresentItem && $0.findings != nil }
  }

  var json: JSONObject {
    [
      "runtime": .string(runtime), "state": .string(present?.state.rawValue ?? "unproved"),
      "proofs": .array(proofs.map { .object(Self.json($0)) }),
    ]
  }

  /// What a promotion asks for and no proof has told.
  var missing: [String] {
    switch present?.state {
    case nil:
      return [
        "its files and its golden vector have not been looked at since it was written, by the software that runs here"
      ]
    case .met?, .missed?, .faulty?, .unread?: return []
    case ModelProofRecord.State.none?:
      return [
        "it predicts no golden vector here; of a model for another runtime a promotion asks that the registry has its "
          + "container image by digest, and MLflow its run"
      ]
    }
  }

  /// What the files tell against the model here and now, or that they have not been looked at.
  func findings(of item: Item) -> [ModelFinding] {
    if let present { return present.found ?? [] }
    guard let asset = item.modelAsset, asset.executableFormatAdvice == nil else { return [] }
    return [
      .unchecked(
        at: asset.key,
        "the model's files are not yet checked as they are now by the software that runs here, which happens within "
          + "minutes")
    ]
  }

  private static func json(_ proof: ModelProofRecord) -> JSONObject {
    var object: JSONObject = [
      "state": .string(proof.state.rawValue), "runtime": .string(proof.runtime),
      "at": .string(proof.provedAt.description), "present": .bool(proof.isOfPresentItem),
    ]
    if let digest = proof.modelDigest { object["model_sha256"] = .string(digest) }
    if let digest = proof.vectorDigest { object["vector_sha256"] = .string(digest) }
    if let reason = proof.reason { object["reason"] = .string(reason) }
    return object
  }
}

extension ModelFinding {
  /// That a file of a model has not been looked at yet.
  public static func unchecked(at asset: String, _ message: String) -> ModelFinding {
    ModelFinding(
      beyond: .fileUnchecked, at: JSONPointer("/assets").appending(asset), message,
      remedy: "wait until it was looked at, which this server does without being asked; look at …/validation")
  }
}
