import HTTPTypes
import Hummingbird
import StacModel
import StacSearch
import StacStore

/// `/collections` and `/collections/{collectionId}`: reading, and the transactions of the collection extension.
struct CollectionController {
  let store: any CatalogStore
  let files: PublishedFiles

  func answer(_ request: APIRequest) async throws -> Response {
    switch (request.route, request.method) {
    case (.collections, "POST"): try await create(request)
    case (.collections, _): try await CollectionSearchController(store: store).answer(request)
    case (.collection(let id), "PUT"): try await replace(id, request)
    case (.collection(let id), "PATCH"): try await patch(id, request)
    case (.collection(let id), "DELETE"): try await delete(id, request)
    case (.collection(let id), _): try await read(id, request)
    default: throw APIError(.notFound, "There is no resource at this path")
    }
  }

  private func read(_ id: String, _ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    return .bytes(try DocumentWriter(base: request.base).collection(try await stored(id)), .json)
  }

  private func create(_ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    let admitted = try CollectionAdmission.collection(try await request.document())
    let collection = admitted.collection
    try await store.insert(collection)
    let text = try DocumentWriter(base: request.base).collection(collection.stored)
    let location: HTTPFields = [.location: request.base.url("collections", collection.id)]
    var response = Response.bytes(text, .json, status: .created, headers: location)
    response.add(warnings: admitted.warnings)
    return response
  }

  private func replace(_ id: String, _ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    let admitted = try CollectionAdmission.collection(try await request.document())
    guard admitted.collection.id.utf8.elementsEqual(id.utf8) else {
      throw DocumentRefusal([.otherIdentifier])
    }
    try await store.replace(admitted.collection, expecting: nil)
    var response = try await read(id, request)
    response.add(warnings: admitted.warnings)
    return response
  }

  private func patch(_ id: String, _ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    let patch = try DocumentPatch(try await request.document())
    try await patch.apply {
      guard let declared = try await store.declaration(ofCollection: id) else {
        throw StoreError.notFound("collection '\(id)'")
      }
      return declared
    } write: { document, expected in
      let collection = try CollectionAdmission.collection(document).collection
      guard collection.id.utf8.elementsEqual(id.utf8) else {
        throw DocumentRefusal([.otherIdentifier])
      }
      try await store.replace(collection, expecting: expected)
    }
    return try await read(id, request)
  }

  private func delete(_ id: String, _ request: APIRequest) async throws -> Response {
    try await store.deleteCollection(id: id, comment: try request.comment())
    files.remove(collection: id)
    return Response(status: .noContent)
  }

  private func stored(_ id: String) async throws -> StoredDocument {
    guard let document = try await store.collection(id: id) else {
      throw StoreError.notFound("collection '\(id)'")
    }
    return document
  }
}

extension Collection {
  /// The collection as the store keeps it.
  var stored: StoredDocument {
    StoredDocument(collectionID: id, id: id, document: SerializedDocument(document))
  }
}
