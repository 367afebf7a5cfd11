import HTTPTypes
import Hummingbird
import StacModel
import StacSearch
import StacStore

/// `/collections/{collectionId}/items` and `…/{itemId}`: OGC API - Features, and the transactions of items.
struct ItemController {
  let services: APIServices
  let files: PublishedFiles
  private var store: any CatalogStore { services.store }

  func answer(_ request: APIRequest) async throws -> Response {
    switch (request.route, request.method) {
    case (.items(let collection), "POST"): try await create(in: collection, request)
    case (.items(let collection), _): try await list(collection, request)
    case (.item(let item), "PUT"): try await replace(store.itemToChange(item), request)
    case (.item(let item), "PATCH"): try await patch(store.itemToChange(item), request)
    case (.item(let item), "DELETE"): try await delete(store.itemToChange(item), request)
    case (.item(let item), _): try await read(item, request)
    default: throw APIError(.notFound, "There is no resource at this path")
    }
  }

  private func list(_ collection: String, _ request: APIRequest) async throws -> Response {
    var search = try await services.matching.resolving(search(in: collection, request.target.query))
    search.limit(to: collection)
    let permit = try await request.pages.permit(for: search.limit)
    let page = try await store.search(search, counting: CountPreference(request.headers))
    if page.documents.isEmpty { try await store.demand(collection: collection) }
    let url = request.base.url("collections", collection, "items")
    var links = PageLinks(base: request.base, url: url, type: .geoJSON).get(page, query: request.target.query)
    links.add(.collection, request.base.url("collections", collection))
    return try await .items(page, fields: search.fields, links: links, for: request, permit: permit)
  }

  /// Reads the query; what is no parameter of a search may be a property of the collection's items
  /// (OGC API - Features - Part 3, queryables as query parameters).
  private func search(
    in collection: String, _ query: [(name: String, value: String)]
  ) async throws -> SearchRequest {
    guard query.contains(where: { !SearchRequest.parameterNames.contains($0.name) }) else {
      return try SearchRequest(query: query)
    }
    let queryables = try await store.queryables(collection: collection)
    return try SearchRequest(query: query) { queryables[$0] != nil }
  }

  private func read(_ item: ItemReference, _ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    let model = try await store.resolved(item)
    let stored = try await store.required(model.reference)
    var response = Response.bytes(try DocumentWriter(base: request.base).item(stored), .geoJSON)
    response.add(warnings: model.doubts)
    return response
  }

  private func create(in collection: String, _ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    let admission = ItemAdmission(services: services)
    let body = try await request.text()
    let isMany = body.root.object?["type"]?.equals("FeatureCollection") == true
    let admitted =
      isMany
      ? try await admission.items(body, in: collection)
      : [try await admission.item(body, in: collection, at: .root)]
    try await store.insert(admitted.map(\.item), into: collection)
    await services.keep(admitted, in: collection)
    var response = try await created(admitted, isMany: isMany, in: collection, base: request.base)
    response.add(warnings: admitted.flatMap(\.warnings))
    return response
  }

  private func created(
    _ admitted: [AdmittedItem], isMany: Bool, in collection: String, base: BaseURL
  ) async throws(StoreError) -> Response {
    if !isMany, let item = admitted.first?.item {
      let url = base.url("collections", collection, "items", item.id)
      return .bytes(
        try DocumentWriter(base: base).item(await written(item, in: collection)), .geoJSON, status: .created,
        headers: [.location: url])
    }
    let url = base.url("collections", collection, "items")
    let link: JSONValue = .object(Link(rel: .items, href: url, type: .geoJSON).json)
    let warnings = admitted.enumerated().flatMap { index, admitted in
      admitted.warnings.map { $0.below(JSONPointer("/features").appending(index)) }
    }
    var summary: JSONObject = ["collection": .string(collection), "numberCreated": .init(admitted.count)]
    if !warnings.isEmpty { summary["warnings"] = .array(warnings.map { .object($0.json) }) }
    summary["links"] = [link]
    var response = Response.json(summary, status: .created)
    response.headers[.location] = url
    return response
  }

  private func replace(_ reference: ItemReference, _ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    let admission = ItemAdmission(services: services)
    var body = try await request.text()
    // A partial item: what the path says need not be said again.
    if let members = body.root.object, members["id"] == nil {
      var object = members.value
      object["id"] = .string(reference.id)
      body = JSONText(.object(object))
    }
    if let id = body.root.object?["id"]?.string, !id.utf8.elementsEqual(reference.id.utf8) {
      throw DocumentRefusal([.otherIdentifier])
    }
    let admitted = try await admission.item(body, in: reference.collection, at: .root)
    try await store.replace(admitted.item, in: reference.collection, expecting: nil)
    await services.keep([admitted], in: reference.collection)
    return try await replaced(admitted, in: reference.collection, base: request.base)
  }

  private func patch(_ reference: ItemReference, _ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    let admission = ItemAdmission(services: services)
    let patch = try DocumentPatch(try await request.document())
    let admitted = try await patch.apply {
      try await store.required(reference)
    } write: { document, expected in
      guard document.object?["id"]?.string?.utf8.elementsEqual(reference.id.utf8) == true else {
        throw DocumentRefusal([.otherIdentifier])
      }
      let admitted = try await admission.item(JSONText(document), in: reference.collection, at: .root)
      try await store.replace(admitted.item, in: reference.collection, expecting: expected)
      return admitted
    }
    await services.keep([admitted], in: reference.collection)
    return try await replaced(admitted, in: reference.collection, base: request.base)
  }

  private func replaced(
    _ admitted: AdmittedItem, in collection: String, base: BaseURL
  ) async throws(StoreError) -> Response {
    var response = Response.bytes(
      try DocumentWriter(base: base).item(await written(admitted.item, in: collection)), .geoJSON)
    response.add(warnings: admitted.warnings)
    return response
  }

  /// An item that was written, as it is served: that of a model with its other versions, where they can be read.
  private func written(_ item: Item, in collection: String) async -> StoredDocument {
    guard item.declaresModel, let stored = try? await store.item(collection: collection, id: item.id) else {
      return item.stored(in: collection)
    }
    return stored
  }

  private func delete(_ item: ItemReference, _ request: APIRequest) async throws -> Response {
    let comment = try request.comment()
    try await store.deleteItem(collection: item.collection, id: item.id, comment: comment)
    files.remove(item)
    return Response(status: .noContent)
  }
}

extension Item {
  /// The item as the store keeps it.
  func stored(in collection: String) -> StoredDocument {
    StoredDocument(collectionID: collection, id: id, document: inCollection(collection).serialized)
  }
}

extension CatalogStore {
  /// Says that a collection is not there, where it is not.
  func demand(collection id: String) async throws(StoreError) {
    guard try await collection(id: id) != nil else { throw .notFound("collection '\(id)'") }
  }

  /// The item, or the error that says it is not there.
  func required(_ item: ItemReference) async throws(StoreError) -> StoredDocument {
    guard let stored = try await self.item(collection: item.collection, id: item.id) else {
      throw .notFound("item '\(item.id)' in collection '\(item.collection)'")
    }
    return stored
  }
}
