public import StacModel
public import StacStore

extension CatalogStore {
  /// The item that the identifier of a model names: of `name@latest`, `name@production` and `name@version` the version of
  /// the model whose `mlm:name`, else one of whose items' identifiers, is the name; else the item of that identifier.
  ///
  /// No item can take the name of another model's version by its identifier.
  ///
  /// - Returns: the reference as it is where it names nothing, so that whoever reads it says so.
  public func model(_ reference: ItemReference) async throws(StoreError) -> ItemReference {
    try await resolved(reference).reference
  }

  /// The same, with what is to be said of the version that was found.
  public func resolved(_ reference: ItemReference) async throws(StoreError) -> ResolvedModel {
    let itself = ResolvedModel(reference: reference)
    guard let sign = reference.id.lastIndex(of: "@"), sign > reference.id.startIndex else { return itself }
    let name = String(reference.id[..<sign])
    let selector = String(reference.id[reference.id.index(after: sign)...])
    guard let family = try await modelFamily(named: name, in: reference.collection) else { return itself }
    let found: ModelRelease? =
      switch selector {
      case "latest": family.latest
      case "production": family.production
      default: family.release(of: selector)
      }
    if found == nil, selector == "latest", let ended = family.ended(named: name) { throw .notFound(ended) }
    guard let found else { return itself }
    return ResolvedModel(
      reference: ItemReference(collection: reference.collection, id: found.id),
      isChanged: selector == "production" && !found.isUnchanged)
  }

  /// The model that is to be run, with what is to be said of running it.
  public func modelToRun(_ reference: ItemReference) async throws(StoreError) -> ResolvedModel {
    var model = try await resolved(reference)
    let standing = try await self.standing(ofModel: model.reference.id, in: model.reference.collection)
    model.isRetired = standing?.state == .retired
    return model
  }

  /// The item that is to be changed or removed: that of the identifier where there is one, so that nothing else is touched,
  /// else the version of a model that it names.
  func itemToChange(_ reference: ItemReference) async throws(StoreError) -> ItemReference {
    guard reference.id.contains("@"), try await item(collection: reference.collection, id: reference.id) == nil else {
      return reference
    }
    return try await model(reference)
  }
}

/// The version of a model that a name has led to.
public struct ResolvedModel: Sendable {
  public let reference: ItemReference
  /// Whether it was asked for as the version in production, and its document is not the one that was decided upon.
  public var isChanged = false
  /// Whether it is to be run, and was decided to be used no more.
  var isRetired = false

  /// What whoever uses it should know.
  public var doubts: [Fault] {
    var doubts: [Fault] = []
    if isChanged {
      doubts.append(
        Fault(
          .root,
          "'\(reference.id)' is in production, and its document has changed since that was decided; "
            + "put the document back, or propose the model again"))
    }
    if isRetired {
      doubts.append(
        Fault(
          .root, "'\(reference.id)' is retired: it is not to be used any more; run another version, or propose it again"
        ))
    }
    return doubts
  }
}

extension ModelFamily {
  /// That there is no latest version because of those that are not to be used any more; nil where there are none of these.
  fileprivate func ended(named name: String) -> String? {
    let ended = releases.filter { !$0.isCurrent }
    guard !ended.isEmpty else { return nil }
    let told = ended.suffix(Self.mostTold).map { "'\($0.id)' is \($0.state == .retired ? "retired" : "deprecated")" }
    let others = ended.count > told.count ? ["\(ended.count - told.count) more versions too"] : []
    return "version of the model '\(name)' that is neither deprecated nor retired: "
      + (told + others).joined(separator: ", ")
  }

  private static let mostTold = 5
}
