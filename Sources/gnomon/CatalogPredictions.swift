import Foundation
import Inference
import MLMExtension
import StacAPI
import StacModel
import StacStore

/// Runs models of the catalog on items of the catalog; the server and the command line share it.
struct CatalogPredictions: Sendable {
  let store: any CatalogStore
  let access: AssetAccess
  let gate: InferenceGate

  /// What a run has made.
  struct Outcome: Sendable {
    let id: String
    let model: Item
    let items: [ItemReference]
    let report: PredictionReport
  }

  /// Runs a model into a folder.
  ///
  /// - Parameters:
  ///   - folder: the folder for a result's identifier, nil where the identifier cannot name one.
  ///   - progress: told the share of the whole and the pixels that are classified.
  /// - Throws: ``InferenceError``, ``StoreError``, or ``APIError`` where the model or an item is not in the catalog.
  func run(
    _ request: PredictionRequest, folder: @escaping @Sendable (_ id: String) -> String?,
    progress: @escaping InferencePipeline.Progress = { _, _ in }
  ) async throws -> Outcome {
    let model = try await item(request.model)
    var sources: [SourceItem] = []
    for reference in request.items { sources.append(try await source(reference)) }
    let (items, access) = (sources, access)
    let (id, report) = try await gate.run { isCancelled in
      try access.withResolver { resolve in
        try Self.run(request, model, items, resolve, folder, progress, isCancelled)
      }
    }
    let references = report.items.map { ItemReference(collection: $0.collectionID ?? "", id: $0.id) }
    return Outcome(id: id, model: model, items: references, report: report)
  }

  private static func run(
    _ request: PredictionRequest, _ model: Item, _ items: [SourceItem],
    _ resolve: @escaping InferencePipeline.AssetResolver, _ folder: (String) -> String?,
    _ progress: InferencePipeline.Progress, _ isCancelled: @escaping @Sendable () -> Bool
  ) throws -> (id: String, report: PredictionReport) {
    guard let asset = model.modelAsset else {
      throw InferenceError(.invalidModel, "The item '\(model.id)' has no asset with the role mlm:model.")
    }
    if let advice = asset.executableFormatAdvice { throw InferenceError(.modelFile, advice) }
    var inference = InferenceRequest(
      model: model, modelBytes: try AssetAccess.bytes(of: asset, item: model, limit: ModelProof.modelLimit, resolve),
      items: items)
    inference.boundingBox = request.boundingBox
    inference.area = request.area
    inference.sievePixels = request.sievePixels
    inference.minimumArea = request.minimumArea
    inference.simplification = request.simplification
    inference.confidence = request.confidence
    // Met before every run: a library that was exchanged must not draw wrong maps.
    inference.testVector = try model.testVectorAsset.map { vector in
      try AssetAccess.bytes(of: vector, item: model, limit: ModelProof.vectorLimit, resolve)
    }
    let id = try PredictionDocument.identifier(for: inference)
    guard let path = folder(id) else { throw InferenceError(.unwritable, "The result has no place.") }
    let report = try InferencePipeline(resolve: resolve)
      .run(inference, into: path, progress: progress, isCancelled: isCancelled)
    return (id, report)
  }

  private func item(_ reference: ItemReference) async throws -> Item {
    guard let stored = try await store.item(collection: reference.collection, id: reference.id) else {
      throw APIError(.invalidInput, "There is no item '\(reference.id)' in the collection '\(reference.collection)'")
    }
    return try Item(JSONParser.parse(stored.document.bytes))
  }

  private func source(_ reference: ItemReference) async throws -> SourceItem {
    let item = try await item(reference)
    let collection = try await store.collection(id: reference.collection)
    let document = try collection.map { try JSONParser.parse($0.document.bytes) }
    return SourceItem(item, itemAssets: document?.object?["item_assets"]?.object)
  }
}

extension Timestamp {
  /// The present, to the second.
  static var now: Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970) * 1_000_000) }
}
