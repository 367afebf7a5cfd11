import Containers
import StacAPI
import StacModel
import StacStore

/// Asks registries for the images of models, and keeps what they say.
struct ContainerChecks: ContainerService {
  let store: PostgresCatalogStore
  let registry: ImageRegistry

  func known(_ references: [String]) async throws -> [String: ContainerCheck] {
    try await store.containerChecks(of: references)
  }

  func check(_ reference: String, _ image: ImageReference) async throws -> ContainerCheck {
    let found = await registry.find(image)
    let check = ContainerCheck(
      reference: reference, state: found.state.rawValue, digest: found.digest, mediaType: found.mediaType,
      reason: found.reason, checkedAt: .now)
    try await store.keep(check)
    return check
  }
}
