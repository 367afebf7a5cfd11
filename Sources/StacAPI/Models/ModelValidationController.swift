import Hummingbird
import MLMExtension
import StacModel
import StacStore

/// `/models/validate`: what a registration would find, without storing anything; and `validation` of a stored model.
struct ModelValidationController {
  let services: APIServices

  func answer(_ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    let body = try await request.text()
    guard body.root.object != nil else { throw DocumentRefusal([Fault(.root, "a STAC item is a JSON object")]) }
    guard body.root.object?["type"]?.equals("FeatureCollection") == true else {
      return .json(await report(of: body).json)
    }
    guard let features = body.root.object?["features"]?.array else {
      throw DocumentRefusal([Fault("/features", "features must be an array of items")])
    }
    var reports: [JSONValue] = []
    for feature in features { reports.append(.object(await report(of: JSONText(feature)).json)) }
    return .json(["models": .array(reports)])
  }

  /// What the document of a stored model tells; its files are looked at when it is registered and when it is run.
  func answer(_ request: APIRequest, item reference: ItemReference) async throws -> Response {
    _ = try request.parameters([])
    let stored = try await services.store.required(reference)
    let item = try Item(JSONText(stored.document.bytes))
    guard MLMExtension.isDeclared(by: item) else {
      throw APIError(.notFound, "The item '\(reference.id)' describes no model")
    }
    return .json(ModelReport(item, MLMExtension.validate(item)).json)
  }

  private func report(of text: JSONText) async -> ModelReport {
    let item: Item
    do {
      item = try Item(text)
    } catch {
      return ModelReport(id: text.root.object?["id"]?.string, faults: error.faults)
    }
    guard MLMExtension.isDeclared(by: item) else {
      return ModelReport(id: item.id, faults: [MLMExtension.notDeclared])
    }
    let findings = MLMExtension.validate(item)
    // A document that is not taken is not followed to its files.
    let files = findings.refusals.isEmpty ? await services.checkModel(item) : []
    return ModelReport(item, findings.adding(files))
  }
}
