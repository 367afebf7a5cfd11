import HTTPTypes
import Hummingbird
import Inference
import MLMExtension
import NIOCore
import StacModel
import StacSearch
import StacStore

/// `/processes`: every model of the catalog as a process (OGC API - Processes 1.0, core; executions are synchronous).
struct ProcessController {
  let services: APIServices
  let version: String
  /// Whether a model is run only once it is approved.
  let runsOnlyApproved: @Sendable () async throws -> Bool
  private static let mostModels = 1_000

  func answer(_ request: APIRequest) async throws -> Response {
    switch request.route {
    case .process(let model): try await describe(model, request)
    case .execution(let model): try await execute(model, request)
    default: try await list(request)
    }
  }

  private func list(_ request: APIRequest) async throws -> Response {
    let limit = try request.parameters(["limit"])["limit"].map(SearchRequest.limit) ?? Self.mostModels
    var links = LinkList()
    links.add(.selfLink, request.base.url("processes"))
    links.add(.root, request.base.landing)
    let summaries = try await services.store.models(limit: min(limit, Self.mostModels)).compactMap { stored in
      Self.runnableModel(stored).map { ProcessDescription(model: $0, stored: stored, base: request.base).summary }
    }
    return .json(["processes": .array(summaries.map(JSONValue.object)), "links": links.json])
  }

  private func describe(_ reference: ItemReference, _ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    let (stored, doubts) = try await required(reference)
    guard let model = Self.model(stored) else { throw Self.missing(reference) }
    var response = Response.json(ProcessDescription(model: model, stored: stored, base: request.base).document)
    response.add(warnings: doubts)
    return response
  }

  private func execute(_ reference: ItemReference, _ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    let body = try await request.query()
    let (model, doubts) = try await required(reference)
    guard Self.model(model) != nil else { throw Self.missing(reference) }
    let found = ItemReference(collection: model.collectionID, id: model.id)
    var prediction = try PredictionRequest(body: body, model: found, base: request.base)
    prediction.approvedDocument = try await approvedDocument(of: found, for: request.actor)
    guard let service = services.predictions else {
      throw APIError(.unavailable, "This server does not run models")
    }
    let stored = try await service.predict(prediction)
    let item = try DocumentWriter(base: request.base).item(stored)
    let url = request.base.url("collections", stored.collectionID, "items", stored.id)
    var headers: HTTPFields = [.contentLocation: url]
    headers.add(warnings: doubts)
    // `response: document` asks for a map from the names of outputs to their values; the default is the one output.
    guard body.object?["response"] == "document" else { return .bytes(item, .geoJSON, headers: headers) }
    return .bytes(Array("{\"item\":".utf8) + Array(buffer: item) + Array("}".utf8), .json, headers: headers)
  }

  /// Once there are approvers, everybody else runs what they have approved: the digest of that document, nil for those who
  /// may run any.
  private func approvedDocument(of model: ItemReference, for actor: Actor) async throws -> [UInt8]? {
    guard actor.role < .approver, try await runsOnlyApproved() else { return nil }
    let standing = try await ReadPreference.$current.withValue(.primary) {
      try await services.store.standing(ofModel: model.id, in: model.collection)
    }
    if let standing, standing.isApproved { return standing.documentDigest }
    let state = standing?.state?.rawValue ?? "not proposed"
    let reason =
      standing?.isUnchanged == false ? "its document has changed since it was approved" : "it is \(state)"
    throw APIError(
      .notApproved,
      "The model '\(model.id)' is not approved: \(reason). Approved models can be run, and others by approvers")
  }

  /// The model's item, and what is doubtful about running the version that the reference names.
  private func required(_ reference: ItemReference) async throws -> (StoredDocument, doubts: [Fault]) {
    let model = try await services.store.modelToRun(reference)
    guard let stored = try await services.store.item(collection: reference.collection, id: model.reference.id) else {
      throw Self.missing(reference)
    }
    return (stored, model.doubts)
  }

  private static func missing(_ reference: ItemReference) -> APIError {
    APIError(.noSuchProcess, "There is no model '\(reference.id)' in collection '\(reference.collection)'")
  }

  /// The model that a stored item describes, nil where its document already says that it cannot be run here.
  private static func runnableModel(_ stored: StoredDocument) -> ModelProperties? {
    guard let json = try? JSONParser.parse(stored.document.bytes), let item = try? Item(json),
      RunnableModel.obstacle(to: item) == nil
    else { return nil }
    return try? MLMExtension.properties(of: item)
  }

  /// The model that a stored item describes, nil where it describes none.
  private static func model(_ stored: StoredDocument) -> ModelProperties? {
    guard let json = try? JSONParser.parse(stored.document.bytes), let item = try? Item(json) else { return nil }
    return try? MLMExtension.properties(of: item)
  }
}
