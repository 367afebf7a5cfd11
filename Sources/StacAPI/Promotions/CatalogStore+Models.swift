import StacModel
public import StacStore

extension CatalogStore {
  /// The item that the identifier of a model names: of `name@latest`, `name@production` and `name@version` the version of
  /// the model whose `mlm:name`, else one of whose items' identifiers, is the name; else the item of that identifier.
  ///
  /// No item can take the name of another model's version by its identifier.
  ///
  /// - Returns: the reference as it is where it names nothing, so that whoever reads it says so.
  /// - Throws: ``APIError`` `conflict` where several items have the version.
  public func model(_ reference: ItemReference) async throws -> ItemReference {
    guard let sign = reference.id.lastIndex(of: "@"), sign > reference.id.startIndex else { return reference }
    let name = String(reference.id[..<sign])
    let selector = String(reference.id[reference.id.index(after: sign)...])
    guard let family = try await modelFamily(named: name, in: reference.collection) else { return reference }
    let found: [ModelRelease] =
      switch selector {
      case "latest": [family.latest].compactMap(\.self)
      case "production": [family.production].compactMap(\.self)
      default: family.releases(of: selector)
      }
    guard found.count <= 1 else {
      let ids = found.map { "'\($0.id)'" }.joined(separator: ", ")
      throw APIError(.conflict, "The version \(selector) of '\(name)' is that of several items: \(ids)")
    }
    return found.first.map { ItemReference(collection: reference.collection, id: $0.id) } ?? reference
  }
}
