import CQL2
import MLMExtension
import StacModel
import StacSearch
import StacStore

/// Which sources of a model are asked for.
struct SourcesRequest: Sendable {
  /// The one collection whose items are judged; nil for all collections.
  let collection: String?
  let limit: Int
  /// The identifier behind which collections are looked at.
  let after: String?

  init(_ parameters: [String: String]) throws(ParameterError) {
    collection = parameters["collection"]
    after = parameters["after"]
    limit = try min(parameters["limit"].map(SearchRequest.limit) ?? 20, ModelMatching.mostScenes)
    if collection != nil, after != nil {
      throw ParameterError("after", "one collection has no collections behind it; leave one of the two out")
    }
  }
}

extension ModelMatching {
  /// How many of a collection's newest items tell whether a model can read it.
  private static let sampled = 12

  /// The collections that a model can read, or the items of one.
  func sources(
    of reference: ItemReference, _ request: SourcesRequest, onlyApproved: Bool, base: BaseURL
  ) async throws -> JSONObject {
    guard var model = try await directory.models().first(where: { $0.reference == reference }) else {
      throw StoreError.notFound("model '\(reference.id)' in collection '\(reference.collection)'")
    }
    model.standing = model.standing(onlyApproved: onlyApproved)
    let url = base.url("models") + "/\(reference.processID)/sources"
    if let collection = request.collection {
      return try await items(of: collection, for: model, request, base, url)
    }
    var links = LinkList()
    links.add(.selfLink, url)
    links.add(.root, base.landing)
    let collections = try await store.browsedCollections(limit: request.limit + 1, after: request.after)
    if collections.count > request.limit, let last = collections.dropLast().last {
      links.add(.next, url + "?limit=\(request.limit)&after=\(PercentCoding.encode(last.id))")
    }
    var readable: [JSONValue] = []
    var refused: [JSONValue] = []
    for collection in collections.prefix(request.limit) {
      guard let found = try await judge(collection.id, for: model, base, url) else { continue }
      if found["reasons"] == nil { readable.append(.object(found)) } else { refused.append(.object(found)) }
    }
    return [
      "model": .string(reference.processID), "collections": .array(readable), "refused": .array(refused),
      "links": links.json,
    ]
  }

  /// Whether a model can read a collection, by its newest items in the model's region, else in its months too; nil of what
  /// holds no imagery: other models, or nothing that has bands.
  private func judge(
    _ id: String, for model: KnownModel, _ base: BaseURL, _ url: String
  ) async throws -> JSONObject? {
    let needed = if case .count(let count) = model.requirements.steps { min(count, Self.mostScenes) } else { 1 }
    let limit = max(Self.sampled, needed)
    var (source, judgement) = try await judged(id, model, filter: nil, limit: limit)
    if judgement.codes.codes == [.season] || judgement.codes.codes == [.timeSteps] {
      let filter = model.requirements.season.flatMap { $0.isWholeYear ? nil : $0.filter }
      if let filter { (source, judgement) = try await judged(id, model, filter: filter, limit: limit) }
    }
    guard source.scenes.contains(where: { !$0.bands.table.bands.isEmpty }) || judgement.codes.contains(.noItems) else {
      return nil
    }
    if judgement.codes.contains(.noItems), try await !hasImagery(id) { return nil }
    var object: JSONObject = ["collection": .string(id)]
    if judgement.isFeedable {
      object["score"] = JSONValue(judgement.score.total.rounded4)
      object["items"] = .array(judgement.scenes.map { .object(source.scenes[$0].reference) })
    } else {
      object["reasons"] = .array(judgement.reasons.map { .object($0.json) })
    }
    var links = LinkList()
    links.add("collection", base.url("collections", id))
    links.add("sources", url + "?collection=\(PercentCoding.encode(id))")
    object["links"] = links.json
    return object
  }

  private func judged(
    _ id: String, _ model: KnownModel, filter: Filter?, limit: Int
  ) async throws -> (MatchSource, MatchJudgement) {
    let source = try await source(
      ofCollection: id, model.requirements.region?.boundingBox, nil, filter: filter, limit: limit)
    var matcher = ModelMatcher(source)
    return (source, matcher.judge(model.requirements, model.standing, explaining: true))
  }

  /// Whether the newest item of a collection, wherever it is, is imagery.
  private func hasImagery(_ id: String) async throws -> Bool {
    try await source(ofCollection: id, nil, nil, limit: 1).scenes.contains { !$0.bands.table.bands.isEmpty }
  }

  /// The newest items of a collection, each judged by itself.
  private func items(
    of id: String, for model: KnownModel, _ request: SourcesRequest, _ base: BaseURL, _ url: String
  ) async throws -> JSONObject {
    let source = try await source(
      ofCollection: id, model.requirements.region?.boundingBox, nil,
      filter: model.requirements.season.flatMap { $0.isWholeYear ? nil : $0.filter }, limit: request.limit)
    var single = model.requirements
    // Of a series each item is judged by itself.
    single.steps = .none
    var readable: [JSONValue] = []
    var refused: [JSONValue] = []
    for scene in source.scenes {
      var matcher = ModelMatcher(MatchSource(.together, [scene]))
      let judgement = matcher.judge(single, model.standing, explaining: true)
      var object = scene.reference
      var links = LinkList()
      links.add("item", base.url("collections", id, "items", scene.id ?? ""), .geoJSON)
      object["links"] = links.json
      if judgement.isFeedable {
        object["score"] = JSONValue(judgement.score.total.rounded4)
        readable.append(.object(object))
      } else {
        object["reasons"] = .array(judgement.reasons.map { .object($0.json) })
        refused.append(.object(object))
      }
    }
    var links = LinkList()
    links.add(.selfLink, url + "?collection=\(PercentCoding.encode(id))")
    links.add(.root, base.landing)
    return [
      "model": .string(model.reference.processID), "collection": .string(id), "items": .array(readable),
      "refused": .array(refused), "links": links.json,
    ]
  }
}

extension Season {
  /// The items that begin in these months, and all that last longer than one, which may reach into them.
  fileprivate var filter: Filter? {
    let months = months.map(String.init).joined(separator: ", ")
    return try? Filter(
      text: "month(datetime) IN (\(months)) OR month(start_datetime) <> month(end_datetime) "
        + "OR year(start_datetime) <> year(end_datetime)")
  }
}
