import MLMExtension
import StacModel
import StacStore

/// What the other items of a catalog tell of a model.
struct CatalogFindings {
  let store: any CatalogStore

  /// What is found beside the model's document and files; nothing where the database does not answer.
  func of(_ item: Item, in collection: String?) async -> [ModelFinding] {
    // Without a version nothing is claimed that another item could claim too.
    guard let collection, let identity = ModelIdentity(item), let version = identity.version else { return [] }
    let found = try? await store.models(named: identity.name, version: version, in: collection)
    let others = (found ?? []).filter { !$0.id.utf8.elementsEqual(item.id.utf8) }
    guard let other = others.first else { return [] }
    return [
      ModelFinding(
        beyond: .versionUnique, at: "/properties/version",
        "'\(other.id)'\(others.count == 1 ? " is" : " and \(others.count - 1) more items are") \(identity) too",
        remedy: "give this one another version, or remove what is not meant")
    ]
  }
}
