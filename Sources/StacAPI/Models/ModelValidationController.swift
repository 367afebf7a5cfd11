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
    guard body.root.object != nil else { throw DocumentRefusal([.noDocument]) }
    let deadline = ModelLook.deadlineOfWrites
    guard body.root.object?["type"]?.equals("FeatureCollection") == true else {
      return .json(try await report(of: body, until: deadline).json)
    }
    guard let features = body.root.object?["features"]?.array else {
      throw DocumentRefusal([.noFeatures])
    }
    var reports: [JSONValue] = []
    for feature in features {
      reports.append(.object(try await report(of: JSONText(feature), until: deadline).json))
    }
    return .json(["models": .array(reports)])
  }

  /// What the document of a stored model tells, its catalog, and what is known of its images and its files, which are looked at
  /// when it is registered, when they change, when it is run, and after upgrades.
  func answer(_ request: APIRequest, item reference: ItemReference) async throws -> Response {
    _ = try request.parameters([])
    let stored = try await services.store.required(reference)
    let item = try Item(JSONText(stored.document.bytes))
    guard MLMExtension.isDeclared(by: item) else {
      throw APIError(.notFound, "The item '\(reference.id)' describes no model")
    }
    let others = try await CatalogFindings(store: services.store).of(item, in: reference.collection)
    let known = try await services.containers?.known(item.imageNames) ?? [:]
    let images = ContainerFindings.malformed(in: item) + ContainerFindings.of(item, knowing: known)
    let run = try await services.modelRuns?.run(of: stored)
    var findings = MLMExtension.validate(item).adding(others + images + RunFindings.of(item, knowing: run))
    guard let service = services.proofs else { return .json(ModelReport(item, findings).json) }
    let proofs = ProofReport(runtime: service.runtime, proofs: try await service.proofs(of: reference))
    findings = findings.adding(proofs.findings(of: item))
    var report = ModelReport(item, findings, missing: proofs.missing).json
    report["golden_vector"] = .object(proofs.json)
    return .json(report)
  }

  private func report(
    of text: JSONText, until deadline: ContinuousClock.Instant
  ) async throws -> ModelReport {
    let item: Item
    do {
      item = try MLMExtension.item(text)
    } catch {
      return ModelReport(id: text.root.object?["id"]?.string, faults: error.faults)
    }
    guard MLMExtension.isDeclared(by: item) else {
      return ModelReport(id: item.id, faults: [MLMExtension.notDeclared])
    }
    let others = await CatalogFindings(store: services.store).advice(on: item, in: item.collectionID)
    return ModelReport(item, try await services.look(item, deadline).findings.adding(others))
  }
}
