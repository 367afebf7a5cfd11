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
    case (.item(let item), "PUT"): try await replace(item, request)
    case (.item(let item), "DELETE"): try await delete(item, request)
    case (.item(let item), _): try await read(item, request)
    default: throw APIError(.notFound, "There is no resource at this path")
    }
  }

  private func list(_ collection: String, _ request: APIRequest) async throws -> Response {
    for (name, _) in request.target.query where name == "collections" || name == "intersects" {
      throw ParameterError(name, "the parameter is not known here; /search takes it")
    }
    var search = try SearchRequest(query: request.target.query)
    search.collections = [collection]
    let page = try await store.search(search)
    if page.documents.isEmpty { try await demand(collection) }
    let url = request.base.url("collections", collection, "items")
    var links = PageLinks(base: request.base, url: url).get(page, query: request.target.query)
    links.add(.collection, request.base.url("collections", collection))
    return .bytes(DocumentWriter(base: request.base).featureCollection(page, links: links), .geoJSON)
  }

  private func read(_ item: ItemReference, _ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    let stored = try await store.required(item)
    return .bytes(DocumentWriter(base: request.base).item(stored), .geoJSON)
  }

  private func demand(_ collection: String) async throws {
    guard try await store.collection(id: collection) != nil else {
      throw StoreError.notFound("collection '\(collection)'")
    }
  }

  private func create(in collection: String, _ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    let admission = ItemAdmission(checkModel: services.checkModel)
    let body = try await request.document()
    let isMany = body.object?["type"] == "FeatureCollection"
    let admitted =
      isMany
      ? try await admission.items(body, in: collection)
      : [try await admission.item(body, in: collection, at: .root)]
    try await store.insert(admitted.map(\.item), into: collection)
    var response = created(admitted.map(\.item), isMany: isMany, in: collection, base: request.base)
    response.add(warnings: admitted.flatMap(\.warnings))
    return response
  }

  private func created(_ items: [Item], isMany: Bool, in collection: String, base: BaseURL) -> Response {
    if !isMany, let item = items.first {
      let url = base.url("collections", collection, "items", item.id)
      return .bytes(
        DocumentWriter(base: base).item(item.stored(in: collection)), .geoJSON, status: .created,
        headers: [.location: url])
    }
    let url = base.url("collections", collection, "items")
    let link: JSONValue = .object(Link(rel: .items, href: url, type: .geoJSON).json)
    var response = Response.json(
      ["collection": .string(collection), "numberCreated": .init(items.count), "links": [link]], status: .created)
    response.headers[.location] = url
    return response
  }

  private func replace(_ reference: ItemReference, _ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    let admission = ItemAdmission(checkModel: services.checkModel)
    let body = try await request.document()
    if let id = body.object?["id"]?.string, id != reference.id {
      throw DocumentRefusal([Fault("/id", "the identifier differs from the one in the path")])
    }
    let admitted = try await admission.item(body, in: reference.collection, at: .root)
    try await store.replace(admitted.item, in: reference.collection)
    var response = Response.bytes(
      DocumentWriter(base: request.base).item(admitted.item.stored(in: reference.collection)), .geoJSON)
    response.add(warnings: admitted.warnings)
    return response
  }

  private func delete(_ item: ItemReference, _ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    try await store.deleteItem(collection: item.collection, id: item.id)
    files.remove(item)
    return Response(status: .noContent)
  }
}

extension Item {
  /// The item as the store keeps it.
  func stored(in collection: String) -> StoredDocument {
    StoredDocument(
      collectionID: collection, id: id, document: SerializedDocument(inCollection(collection).document))
  }
}

extension CatalogStore {
  /// The item, or the error that says it is not there.
  func required(_ item: ItemReference) async throws(StoreError) -> StoredDocument {
    guard let stored = try await self.item(collection: item.collection, id: item.id) else {
      throw .notFound("item '\(item.id)' in collection '\(item.collection)'")
    }
    return stored
  }
}
