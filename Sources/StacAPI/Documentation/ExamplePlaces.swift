import StacModel
import StacStore

/// Places of this catalog that stand for all of their kind, so that the links of the documentation lead somewhere.
struct ExamplePlaces: Sendable {
  /// What the parameters of paths can be, by name.
  private(set) var values: [String: String] = [:]

  init(_ values: [String: String] = [:]) { self.values = values }

  /// Takes the first collection and its newest month.
  init(in store: any CatalogStore) async throws(StoreError) {
    guard let collection = try await store.browsedCollections(limit: 1, after: nil).first?.id else { return }
    values["collectionId"] = collection
    guard let year = try await store.years(ofCollection: collection).last,
      let month = try await store.months(ofCollection: collection, year: year).last
    else { return }
    values["year"] = BrowseNode.digits(year, 4)
    values["month"] = BrowseNode.digits(month.month, 2)
    let items = try await store.items(
      ofCollection: collection, from: month.start, before: month.end, after: nil, limit: 1)
    values["itemId"] = items.first?.id
    values["day"] = items.first.map { String($0.place.datetime.description.dropFirst(8).prefix(2)) }
    guard let model = try await store.models(limit: 1).first else { return }
    values["modelCollectionId"] = model.collectionID
    values["modelId"] = model.id
    values["processId"] = PercentCoding.encode(model.collectionID) + ":" + PercentCoding.encode(model.id)
  }

  /// The target that tries out an operation that only reads; nil where what it must be told is not known.
  func attempt(_ template: String) -> String? {
    guard template == "/models/match" else { return path(template) }
    return values["collectionId"].map { template + "?collection=" + PercentCoding.encode($0) }
  }

  /// The path of an operation with its parameters filled in; nil where one is not known.
  func path(_ template: String) -> String? {
    var segments: [String] = []
    for segment in template.split(separator: "/") {
      guard segment.hasPrefix("{") else {
        segments.append(String(segment))
        continue
      }
      var name = String(segment.dropFirst().dropLast())
      // A model stands in a collection of its own choice.
      if name == "collectionId", template.contains("{modelId}") { name = "modelCollectionId" }
      guard let value = values[name] else { return nil }
      segments.append(name == "processId" ? value : PercentCoding.encode(value))
    }
    return "/" + segments.joined(separator: "/")
  }
}
