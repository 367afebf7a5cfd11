import Hummingbird
import StacModel
import StacStore

extension APIResponder {
  /// Answers what is told of an item beside its document.
  func answer(_ part: ItemPart, of item: ItemReference, _ request: APIRequest) async throws -> Response {
    switch part {
    case .container: try await ContainerController(services: services).answer(request, item: item)
    case .lineage:
      try await LineageController(services: services)
        .answer(request, of: CatalogPlace(collection: item.collection, item: item.id))
    case .mlflow: try await ModelRunController(services: services).answer(request, item: item)
    case .promotions: try await PromotionController(services: services).answer(request, model: item)
    case .validation: try await ModelValidationController(services: services).answer(request, item: item)
    }
  }

  /// Answers a place below `/models`.
  func answer(_ place: ModelPlace, _ request: APIRequest) async throws -> Response {
    switch place {
    case .validate: try await ModelValidationController(services: services).answer(request)
    case .register: try await ModelRegistrationController(services: services).answer(request)
    case .match: try await matches(request).match(request)
    case .sources(let model): try await matches(request).sources(of: services.store.model(model), request)
    }
  }

  /// What answers where models are looked for; who may run any is told of all.
  private func matches(_ request: APIRequest) async throws(StoreError) -> ModelMatchController {
    ModelMatchController(
      matching: services.matching,
      onlyApproved: request.actor.role < .approver ? try await access.runsOnlyApproved() : false)
  }
}
