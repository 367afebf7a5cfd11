import StacModel
public import StacStore

extension CatalogStore {
  /// The item that the identifier of a model names: of `name@latest`, `name@production` and `name@version` the version of
  /// the model whose `mlm:name`, else one of whose items' identifiers, is the name; else the item of that identifier.
  ///
  /// No item can take the name of another model's version by its identifier.
  ///
  /// - Returns: the reference as it is where it names nothing, so that whoever reads it says so.
  public func model(_ reference: ItemReference) async throws(StoreError) -> ItemReference {
    guard let sign = reference.id.lastIndex(of: "@"), sign > reference.id.startIndex else { return reference }
    let name = String(reference.id[..<sign])
    let selector = String(reference.id[reference.id.index(after: sign)...])
    guard let family = try await modelFamily(named: name, in: reference.collection) else { return reference }
    let found: ModelRelease? =
      switch selector {
      case "latest": family.latest
      case "production": family.production
      default: family.release(of: selector)
      }
    return found.map { ItemReference(collection: reference.collection, id: $0.id) } ?? reference
  }
}
