import CQL2
import MLMExtension
import StacModel
import StacSearch
public import StacStore

/// Finds the models that imagery can feed, and the imagery that can feed a model.
public struct ModelMatching: Sendable {
  /// How many items of a collection are looked at, the newest.
  static let mostScenes = 100
  /// How many bytes of documents are read for one answer, so that its time is bounded whatever shapes the items have.
  static let mostBytes = 96 << 20

  let store: any CatalogStore
  let directory: ModelDirectory

  /// - Parameter runtime: the software whose findings in the files of models count; nil where they count for nothing.
  public init(store: any CatalogStore, runtime: String? = nil) {
    self.store = store
    directory = ModelDirectory(store: store, runtime: runtime)
  }

  /// Reads every model, so that whoever asks first need not wait.
  public func begin() { directory.begin() }

  /// The models that can be fed with what a request names, and those that cannot.
  ///
  /// - Throws: ``StoreError``, ``ParameterError``, ``DocumentRefusal`` where a stored item cannot be read.
  public func match(_ request: MatchRequest) async throws -> MatchOutcome {
    var request = request
    if let model = request.model { request.model = try await store.model(model) }
    let source = try await source(of: request)
    let models = try await directory.models()
    if let model = request.model, !models.contains(where: { $0.reference == model }) {
      throw StoreError.notFound("model '\(model.id)' in collection '\(model.collection)'")
    }
    return try MatchOutcome(request, source, models)
  }

  /// What a request offers.
  private func source(of request: MatchRequest) async throws -> MatchSource {
    switch request.subject {
    case .items(let references): return MatchSource(.together, try await scenes(of: references, request.boundingBox))
    case .document(let item, let collection):
      try Self.demandImagery(item)
      let itemAssets: JSONObject? =
        if let collection { try await store.collection(id: collection)?.itemAssets } else { nil }
      var reader = SceneReader()
      let scene = reader.scene(of: item, in: collection, itemAssets: itemAssets, within: request.boundingBox)
      guard let scene else { throw Self.outside }
      return MatchSource(.together, [scene])
    case .collection(let id): return try await source(ofCollection: id, request.boundingBox, request.datetime)
    case .bands(let bands, let mission, let resolution):
      let months: Season? =
        if let start = request.datetime?.start, let end = request.datetime?.end { Season(from: start, to: end) } else {
          nil
        }
      let region = request.boundingBox.flatMap { Region($0) }
      return MatchSource(
        .described,
        [
          Scene(
            bands: BandGroup(bands), mission: mission, region: region, season: months,
            resolution: bands.isEmpty ? resolution : nil)
        ])
    }
  }

  func scenes(of references: [ItemReference], _ box: BoundingBox?) async throws -> [Scene] {
    var reader = SceneReader()
    var itemAssets: [String: JSONObject?] = [:]
    var scenes: [Scene] = []
    var size = 0
    for reference in references {
      let document = try await store.required(reference).document.bytes
      size += document.count
      guard size <= Self.mostBytes else {
        throw ParameterError(
          "items", "the items are larger than \(Self.mostBytes >> 20) MB together; ask for fewer at a time")
      }
      let item = try Item(JSONText(document))
      try Self.demandImagery(item)
      if itemAssets[reference.collection] == nil {
        itemAssets[reference.collection] = .some(try await store.collection(id: reference.collection)?.itemAssets)
      }
      let assets = itemAssets[reference.collection] ?? nil
      guard let scene = reader.scene(of: item, in: reference.collection, itemAssets: assets, within: box) else {
        throw Self.outside
      }
      scenes.append(scene)
    }
    return scenes
  }

  /// The newest items of a collection, or what it says of its items where it has none at all.
  func source(
    ofCollection id: String, _ box: BoundingBox?, _ datetime: DatetimeInterval?, filter: Filter? = nil,
    limit: Int = mostScenes
  ) async throws -> MatchSource {
    guard let collection = try await store.collection(id: id) else { throw StoreError.notFound("collection '\(id)'") }
    let search = SearchRequest(
      collections: [id], boundingBox: box, datetime: datetime, filter: filter, limit: limit)
    let page = try await store.search(search, counting: .none)
    var reader = SceneReader()
    let itemAssets = try collection.itemAssets
    var (scenes, size, count): ([Scene], Int, Int) = ([], 0, 0)
    for stored in page.documents {
      let document = try stored.document.bytes
      size += document.count
      // The first is read whatever its size.
      if size > Self.mostBytes, count > 0 { break }
      count += 1
      let item = try Item(JSONText(document))
      guard !item.declaresModel else { continue }
      if let scene = reader.scene(of: item, in: id, itemAssets: itemAssets, within: box) { scenes.append(scene) }
    }
    if page.documents.isEmpty, box == nil, datetime == nil, filter == nil,
      let document = try JSONParser.parse(collection.document.bytes).object,
      let scene = reader.scene(ofCollection: id, document: document)
    {
      return MatchSource(.described, [scene])
    }
    return MatchSource(.choice, scenes, hasMore: page.next != nil || count < page.documents.count)
  }

  private static func demandImagery(_ item: Item) throws(ParameterError) {
    guard item.declaresModel else { return }
    throw ParameterError("item", "the item '\(item.id.prefix(64))' is a model, and no imagery that a model could read")
  }

  private static let outside = ParameterError("bbox", "the item lies outside the box")
}

extension StoredDocument {
  /// The `item_assets` of a collection.
  var itemAssets: JSONObject? {
    get throws { try JSONText(document.bytes).root.object?["item_assets"]?.object?.value }
  }
}
