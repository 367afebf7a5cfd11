import Foundation
import Inference
import Logging
import StacAPI
import StacModel
import StacStore

/// Runs models for the server and keeps the results: files below the data directory, an item in `predictions`.
struct StoredPredictions: PredictionService {
  let predictions: CatalogPredictions
  let files: PublishedFiles
  let version: String
  let logger: Logger

  private static let collection = "predictions"

  func predict(_ request: PredictionRequest) async throws -> StoredDocument {
    let outcome = try await predictions.run(request) { [files] id in
      files.folder(of: ItemReference(collection: Self.collection, id: id))
    }
    for warning in outcome.report.warnings {
      logger.warning("a prediction's map", metadata: ["id": .string(outcome.id), "warning": .string(warning)])
    }
    // What is whole gets its item though the client may have gone by now: a write that is broken off may be there or not.
    return try await Task { try await publish(outcome, request) }.value
  }

  /// Puts the result's item into the catalog; where that fails, its files go too.
  private func publish(
    _ outcome: CatalogPredictions.Outcome, _ request: PredictionRequest
  ) async throws -> StoredDocument {
    do {
      let item = try Item(.object(document(outcome, request)))
      if try await predictions.store.collection(id: Self.collection) == nil {
        try await predictions.store.upsert([Self.collectionDocument()])
      }
      try await predictions.store.upsert([item])
      return StoredDocument(
        collectionID: Self.collection, id: item.id, document: SerializedDocument(item.document))
    } catch {
      if let folder = files.folder(of: ItemReference(collection: Self.collection, id: outcome.id)) {
        try? FileManager.default.removeItem(atPath: folder)
      }
      throw error
    }
  }

  private func document(_ outcome: CatalogPredictions.Outcome, _ request: PredictionRequest) -> JSONObject {
    let base = request.base
    let id = outcome.id
    let context = PredictionDocument.Context(
      id: id, collection: Self.collection,
      modelHref: base.url("collections", request.model.collection, "items", request.model.id),
      itemHrefs: outcome.items.map { base.url("collections", $0.collection, "items", $0.id) }, created: .now,
      programVersion: version, request: request.inputs
    ) { key, _ in base.url("collections", Self.collection, "items", id, "assets", key) }
    return PredictionDocument.item(outcome.report, model: outcome.model, context: context)
  }

  /// The collection of results where nobody has made one.
  private static func collectionDocument() throws -> Collection {
    try Collection([
      "type": "Collection", "stac_version": "1.1.0", "id": .string(collection), "title": "Predictions",
      "description": "Maps that models of this catalog have made.", "license": "other",
      "extent": [
        "spatial": ["bbox": [[-180, -90, 180, 90]]], "temporal": ["interval": [[.null, .null]]],
      ],
      "links": [],
    ])
  }
}
