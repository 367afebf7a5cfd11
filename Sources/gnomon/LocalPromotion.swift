import Logging
import MLflow
import StacAPI
import StacModel
import StacStore

/// A decision about a model that is taken in this process, as the server takes it: with what MLflow says as evidence, and its
/// alias written behind.
struct LocalPromotion: Sendable {
  let needsFourEyes: Bool
  let proof: ModelProof
  let mlflow: MLflowSettings

  /// The most aliases that are written on the way: others may wait from before.
  private static let mostAliases = 20

  /// Decides.
  ///
  /// - Returns: the history of the model, as far as this decision.
  func promote(
    _ reference: ItemReference, to state: ModelState, comment: String, evidence given: JSONValue?,
    in catalog: OpenCatalog
  ) async throws -> JSONObject {
    let store = catalog.store
    let silent = Logger(label: "gnomon") { _ in SwiftLogNoOpLogHandler() }
    // Without a server to ask, what is known of a run is not to become that nobody may be asked.
    let isAsked = !mlflow.servers.named.isEmpty
    let runs = isAsked ? ModelRunUpkeep(store: store, settings: mlflow, logger: silent) : nil
    let source = EvidenceOfModels(proof: proof, store: store, runs: runs)
    let promotions = ModelPromotions(store: store, needsFourEyes: needsFourEyes) { try await source.evidence($0) }
    let model = try await promotions.promote(
      reference, to: state, comment: comment, evidence: given, by: .user(Machine.user))
    if isAsked {
      await AliasUpkeep.writeDue(
        atMost: Self.mostAliases, store: store, mirror: MLflowAliases(servers: mlflow.servers), logger: silent)
    }
    return try await promotions.history(of: model, limit: 1)
  }
}

/// What a decision has wanted MLflow to be told, and whether it was.
enum AliasReport {
  /// A sentence for each alias of the latest entry of a history.
  static func lines(of history: JSONObject) -> [String] {
    let latest = history["promotions"]?.array?.last?.object
    return (latest?["mlflow_aliases"]?.array ?? []).compactMap(\.object).map(line)
  }

  private static func line(_ write: JSONObject) -> String {
    func text(_ name: String) -> String { write[name]?.string ?? "" }
    let isRemoval = text("action") == "remove"
    let what = "MLflow's alias '\(text("alias"))' of '\(text("registered_model"))'"
    let version = text("version")
    switch text("state") {
    case "done":
      return isRemoval ? "\(what) leads to version \(version) no more." : "\(what) leads to version \(version)."
    case "superseded": return "\(what): \(text("error"))."
    default:
      let reason = write["error"]?.string.map { " (\($0))" } ?? ""
      return "\(what) is still to \(isRemoval ? "go from" : "lead to") version \(version)\(reason): gnomon serve "
        + "--mlflow-tracking-uri sees to it."
    }
  }
}
