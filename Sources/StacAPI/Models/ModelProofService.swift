import MLMExtension
import StacModel
public import StacStore

/// Knows how models met their golden vectors.
public protocol ModelProofService: Sendable {
  /// What predicts here now: the program, its library and the instructions of the processor, with their versions.
  var runtime: String { get }
  /// The proofs of a model, the latest first.
  func proofs(of model: ItemReference) async throws -> [ModelProofRecord]
}

/// What is known of a model's golden vector, as an answer tells it.
struct ProofReport {
  let runtime: String
  let proofs: [ModelProofRecord]

  /// The proof of the present document with the software that runs here; nil where there is none yet.
  private var present: ModelProofRecord? { proofs.first { $0.runtime == runtime && $0.isOfPresentItem } }

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
    case .met?, .missed?, .unread?: return []
    case ModelProofRecord.State.none?:
      return [
        "it predicts no golden vector here; of a model for another runtime a promotion asks that the registry has its "
          + "container image by digest, and MLflow its run"
      ]
    }
  }

  /// That the model misses its golden vector here and now, or that its files could not be read to see.
  func findings(of item: Item) -> [ModelFinding] {
    guard let present else { return [] }
    if present.state == .unread {
      return [
        ModelFinding(
          beyond: .fileReadable, at: "/assets",
          present.reason ?? "the model file or its golden vector could not be read, so the model is not proved",
          remedy: "make it readable for this server, or allow its host")
      ]
    }
    guard present.state == .missed else { return [] }
    return [
      ModelFinding(
        beyond: .goldenVectorMet, at: JSONPointer("/assets").appending(item.testVectorAsset?.key ?? "test-vector"),
        present.reason ?? "the model does not predict what its golden vector says",
        remedy: "find out which is wrong, the model file or the vector, before anybody reads a map")
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
