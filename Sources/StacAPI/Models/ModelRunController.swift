import Foundation
import Hummingbird
import StacModel
public import StacStore

/// Knows what MLflow says of the runs of models.
public protocol ModelRunService: Sendable {
  /// What is known of the run of a model, asked for anew where it is older than the server's settings allow; nil where there
  /// is no model. A tracking server that does not answer is a state, not an error.
  func run(of stored: StoredDocument) async throws -> ModelRun?
  /// Has models looked at soon that were written just now; returns at once.
  func lookSoon(at models: [ItemReference])
}

extension APIServices {
  /// Keeps what the files of models have told, now that they are stored, and has their runs looked at.
  func keep(_ admitted: [AdmittedItem], in collection: String) async {
    let items = admitted.map(\.item)
    lookSoon(atModelsOf: items, in: collection)
    guard let proofs, items.contains(where: \.declaresModel) else { return }
    await proofs.keep(admitted.compactMap { one in one.proof.map { (one.item, $0) } }, in: collection)
  }

  /// Has the runs of those items looked at soon that describe models.
  private func lookSoon(atModelsOf items: [Item], in collection: String) {
    let models = items.filter(\.declaresModel).map { ItemReference(collection: collection, id: $0.id) }
    if !models.isEmpty { modelRuns?.lookSoon(at: models) }
  }
}

/// `/collections/{collectionId}/items/{itemId}/mlflow`: the MLflow run of a model, as it was last seen.
struct ModelRunController {
  let services: APIServices

  func answer(_ request: APIRequest, item reference: ItemReference) async throws -> Response {
    _ = try request.parameters([])
    guard let runs = services.modelRuns else { throw APIError(.notFound, "This server keeps no runs of models") }
    let stored = try await services.store.required(reference)
    guard let run = try await runs.run(of: stored) else {
      throw APIError(.notFound, "The item '\(reference.id)' describes no model")
    }
    return .json(document(of: run, reference, request.base))
  }

  private func document(of run: ModelRun, _ reference: ItemReference, _ base: BaseURL) -> JSONObject {
    let item = base.url("collections", reference.collection, "items", reference.id)
    let now = Int64(Date().timeIntervalSince1970)
    var links = LinkList()
    links.add(.selfLink, item + "/mlflow", .json)
    links.add(.item, item, .geoJSON)
    var document: JSONObject = [
      "state": .string(run.state), "reasons": .array(run.reasons.map(JSONValue.string)),
      "declared": run.declared.map(JSONValue.object) ?? .null, "run": run.run.map(JSONValue.object) ?? .null,
      "fetched": run.fetchedAt.map { .string($0.description) } ?? .null,
      "checked": run.checkedAt.map { .string($0.description) } ?? .null,
      "age": run.fetchedAt.map { .init(max(0, now - $0.microseconds / 1_000_000)) } ?? .null,
    ]
    document["links"] = links.json
    return document
  }
}
