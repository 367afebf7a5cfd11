import Digests
import Foundation
import Geo
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
  var limits = InferenceLimits()
  /// Refuses a model whose files are known to be wrong; nil where a run finds that out by itself.
  var demandSound: (@Sendable (ItemReference) async throws -> Void)?

  /// A request with the documents that it names.
  struct Documents: Sendable {
    let request: PredictionRequest
    let model: Item
    let items: [SourceItem]
  }

  /// What a run has made.
  struct Outcome: Sendable {
    let id: String
    let model: Item
    let report: PredictionReport

    /// The items whose imagery was read.
    var items: [ItemReference] { report.items.map { ItemReference(collection: $0.collectionID ?? "", id: $0.id) } }
  }

  /// Runs a model into a folder.
  ///
  /// - Parameters:
  ///   - folder: the folder for a result's identifier, nil where the identifier cannot name one.
  ///   - progress: told the stage, the share of the whole and the pixels that are classified.
  /// - Throws: ``InferenceError``, ``StoreError``, or ``APIError`` where the model or an item is not in the catalog.
  func run(
    _ request: PredictionRequest, folder: @escaping @Sendable (_ id: String) -> String?,
    progress: @escaping InferencePipeline.Progress = { _ in }
  ) async throws -> Outcome {
    let documents = try await documents(request)
    try await demandSound?(request.model)
    return try await run(documents, folder: folder, progress: progress)
  }

  /// Runs a model whose documents have been read; asks the catalog nothing.
  ///
  /// - Parameter beside: writes what belongs beside the files of an outcome into a folder, before any of them appears.
  /// - Throws: ``InferenceError``, or what `beside` throws.
  func run(
    _ documents: Documents, folder: @escaping @Sendable (_ id: String) -> String?,
    progress: @escaping InferencePipeline.Progress = { _ in },
    beside: @escaping @Sendable (_ outcome: Outcome, _ folder: String) throws -> Void = { _, _ in }
  ) async throws -> Outcome {
    let (request, model, items) = (documents.request, documents.model, documents.items)
    let (access, limits) = (access, limits)
    return try await gate.run { isCancelled in
      try access.withResolver(until: isCancelled) { resolve in
        let inference = try Self.inference(request, model, items, resolve)
        let id = try PredictionDocument.identifier(for: inference)
        guard let path = folder(id) else { throw InferenceError(.unwritable, "The result has no place.") }
        let pipeline = InferencePipeline(limits: limits, resolve: resolve)
        let report = try pipeline.run(
          inference, into: path, progress: progress, isCancelled: isCancelled,
          documents: { try beside(Outcome(id: id, model: model, report: $0), $1) })
        return Outcome(id: id, model: model, report: report)
      }
    }
  }

  /// What a run would do.
  ///
  /// - Throws: as ``run(_:folder:progress:)`` would before its work begins.
  func plan(_ documents: Documents) async throws -> PredictionPlan {
    let (request, model, items) = (documents.request, documents.model, documents.items)
    let (access, limits) = (access, limits)
    return try await gate.run { isCancelled in
      try access.withResolver(until: isCancelled) { resolve in
        try InferencePipeline(limits: limits, resolve: resolve).plan(Self.inference(request, model, items, resolve))
      }
    }
  }

  /// Reads what a run must know of the catalog.
  ///
  /// - Throws: ``StoreError``, or ``APIError`` where the model or an item is not in the catalog.
  func documents(_ request: PredictionRequest) async throws -> Documents {
    let model = try await model(of: request)
    try Self.checkPostProcessing(request, of: model)
    try Self.checkResampling(request, of: model)
    var sources: [SourceItem] = []
    // A thousand items are of few collections.
    var itemAssets: [String: JSONObject] = [:]
    for id in Set(request.items.map(\.collection)) { itemAssets[id] = try await self.itemAssets(ofCollection: id) }
    for reference in request.items {
      sources.append(SourceItem(try await item(reference), itemAssets: itemAssets[reference.collection]))
    }
    return Documents(request: request, model: model, items: sources)
  }

  /// What a request says of the model's classes is told at its place.
  private static func checkPostProcessing(_ request: PredictionRequest, of model: Item) throws {
    do throws(PostProcessingError) {
      _ = try PostProcessingPlan(of: model, override: request.postProcessing)
    } catch {
      guard case .requested(let faults) = error else { return }
      throw APIError(.invalidInput, faults: faults)
    }
  }

  /// A band that the model does not read is told at its place; what is wrong with the model is told by the run.
  private static func checkResampling(_ request: PredictionRequest, of model: Item) throws {
    guard !request.resampling.isEmpty, let properties = try? MLMExtension.properties(of: model) else { return }
    let known = properties.sourceBandNames
    let unknown = request.resampling.keys.filter { !known.contains($0) }.sorted()
    if unknown.isEmpty { return }
    let names = known.prefix(40).joined(separator: ", ")
    throw APIError(
      .invalidInput,
      faults: unknown.prefix(100).map {
        Fault(JSONPointer("/inputs/resampling").appending($0), "the model does not read this band; it reads \(names)")
      })
  }

  /// The request with the bytes of the model's files.
  private static func inference(
    _ request: PredictionRequest, _ model: Item, _ items: [SourceItem],
    _ resolve: @escaping InferencePipeline.AssetResolver
  ) throws -> InferenceRequest {
    guard let asset = model.modelAsset else {
      throw InferenceError(.invalidModel, "The item '\(model.id)' has no asset with the role mlm:model.")
    }
    if let advice = asset.executableFormatAdvice { throw InferenceError(.modelFile, advice) }
    var inference = InferenceRequest(
      model: model, modelBytes: try AssetAccess.bytes(of: asset, item: model, limit: ModelProof.modelLimit, resolve),
      items: items)
    inference.boundingBox = request.boundingBox
    inference.area = request.area
    inference.postProcessing = request.postProcessing
    inference.resampling = request.resampling.compactMapValues(Resampling.init(rawValue:))
    inference.confidence = request.confidence
    inference.vectorFormats = Set(request.formats.compactMap(VectorFormat.init(rawValue:)))
    // Met before every run: a library that was exchanged must not draw wrong maps.
    inference.testVector = try model.testVectorAsset.map { vector in
      try AssetAccess.bytes(of: vector, item: model, limit: ModelProof.vectorLimit, resolve)
    }
    return inference
  }

  /// The model; where one document of it was approved, that document and no other.
  private func model(of request: PredictionRequest) async throws -> Item {
    let bytes = try await document(request.model)
    if let approved = request.approvedDocument, try SHA256.hash(bytes) != approved {
      throw APIError(
        .notApproved,
        "The model '\(request.model.id)' is not approved: its document has changed while it was to be run")
    }
    return try Item(JSONParser.parse(bytes))
  }

  private func item(_ reference: ItemReference) async throws -> Item {
    try Item(JSONParser.parse(await document(reference)))
  }

  /// The document of an item, as it is stored.
  private func document(_ reference: ItemReference) async throws -> [UInt8] {
    guard let stored = try await store.item(collection: reference.collection, id: reference.id) else {
      throw APIError(.invalidInput, "There is no item '\(reference.id)' in the collection '\(reference.collection)'")
    }
    return try stored.document.bytes
  }

  /// What a collection says of its items' assets.
  private func itemAssets(ofCollection id: String) async throws -> JSONObject? {
    let document = try await store.collection(id: id).map { try JSONParser.parse($0.document.bytes) }
    return document?.object?["item_assets"]?.object
  }
}

extension Timestamp {
  /// The present, to the second.
  static var now: Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970) * 1_000_000) }
}
