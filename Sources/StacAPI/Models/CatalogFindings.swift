import MLMExtension
import StacModel
import StacStore

/// What the other items of a catalog tell of a model.
struct CatalogFindings {
  let store: any CatalogStore

  /// What is found beside the document and files of a model that is on its way in, for whoever only wants to know: nothing
  /// where the database does not answer.
  func advice(on item: Item, in collection: String?) async -> [ModelFinding] {
    guard let collection else { return [] }
    return (try? await of(item, in: collection) + decisions(endedBy: item, in: collection)) ?? []
  }

  /// What is found beside the model's document and files.
  func of(_ item: Item, in collection: String) async throws(StoreError) -> [ModelFinding] {
    // Without a version nothing is claimed that another item could claim too.
    guard let identity = ModelIdentity(item), let version = identity.version else { return [] }
    let found = try await store.models(named: identity.name, version: version, in: collection)
    let others = found.filter { !$0.utf8.elementsEqual(item.id.utf8) }
    guard let other = others.first else { return [] }
    return [Self.finding(identity, first: other, count: others.count)]
  }

  /// What is decided about the model that the catalog has, and would not be of this document.
  func decisions(endedBy item: Item, in collection: String) async throws(StoreError) -> [ModelFinding] {
    guard let standing = try await store.standing(ofModel: item.id, in: collection), standing.isUnchanged,
      let state = standing.state, [.validated, .approved, .production].contains(state),
      let old = try? standing.document.document, old.bytes != item.inCollection(collection).serialized.bytes
    else { return [] }
    return [
      ModelFinding(
        beyond: .decisionKept, at: .root,
        "the model is \(state == .production ? "in production" : state.rawValue) with another document, and not with this one",
        remedy: "let it be decided upon anew, or put the former document back; a new version leaves this one as it is")
    ]
  }

  /// What items that come together tell of each other: the finding of each that is a version another one is too, by its
  /// index.
  static func among(_ items: [Item]) -> [Int: ModelFinding] {
    var versions: [[[UInt8]]: (identity: ModelIdentity, indices: [Int])] = [:]
    for (index, item) in items.enumerated() where MLMExtension.isDeclared(by: item) {
      guard let identity = ModelIdentity(item), identity.version != nil else { continue }
      versions[identity.key, default: (identity, [])].indices.append(index)
    }
    var findings: [Int: ModelFinding] = [:]
    for (identity, indices) in versions.values {
      // One and the same item twice is refused, or its last document counts.
      let ids = Set(indices.map { Array(items[$0].id.utf8) })
      guard ids.count > 1 else { continue }
      for index in indices {
        // The first other one is named, so that what is said of thousands stays short.
        let other = indices.first { !items[$0].id.utf8.elementsEqual(items[index].id.utf8) }
        findings[index] = other.map { finding(identity, first: items[$0].id, count: ids.count - 1) }
      }
    }
    return findings
  }

  private static func finding(_ identity: ModelIdentity, first: String, count: Int) -> ModelFinding {
    ModelFinding(
      beyond: .versionUnique, at: "/properties/version",
      "'\(first)'\(count == 1 ? " is" : " and \(count - 1) more items are") \(identity) too",
      remedy: "give this one another version, or remove what is not meant")
  }
}
