import StacModel

/// One operation of the interface as OpenAPI describes it.
struct APIOperation {
  let path: String
  /// The method in lower case.
  let method: String
  let id: String
  let summary: String
  /// Names in ``APIParameters``, in order.
  var parameters: [String] = []
  /// The schema of the body in ``APISchemas``.
  var body: String?
  var status = 200
  var mediaType: MediaType = .json
  /// The schema of the answer in ``APISchemas``; nil where it has no body.
  var answer: String? = "anyObject"

  var json: JSONValue {
    var operation: JSONObject = ["operationId": .string(id), "summary": .string(summary), "tags": [.string(tag)]]
    if !parameters.isEmpty {
      operation["parameters"] = .array(parameters.map { ["$ref": .string("#/components/parameters/\($0)")] })
    }
    if let body {
      let schema = Self.content(body)
      operation["requestBody"] = ["required": true, "content": ["application/json": schema]]
    }
    var success: JSONObject = ["description": .string(summary)]
    if let answer { success["content"] = .object([mediaType.rawValue: Self.content(answer)]) }
    let failure: JSONValue = [
      "description": "A refusal: a stable code, a sentence, and the faults of a document.",
      "content": ["application/json": Self.content("error")],
    ]
    operation["responses"] = .object([String(status): .object(success), "4XX": failure, "5XX": failure])
    return .object(operation)
  }

  private var tag: String {
    switch path.split(separator: "/").first {
    case "collections", "search": "catalog"
    case "processes": "processes"
    default: "service"
    }
  }

  private static func content(_ schema: String) -> JSONValue {
    ["schema": ["$ref": .string("#/components/schemas/\(schema)")]]
  }
}

extension APIOperation {
  private static let item = "/collections/{collectionId}/items/{itemId}"
  private static let items = "/collections/{collectionId}/items"
  private static let collection = "/collections/{collectionId}"

  /// Every operation, in the order of the description.
  static let all: [APIOperation] = service + collections + features + processes

  private static let service: [APIOperation] = [
    .init(path: "/", method: "get", id: "getLandingPage", summary: "The landing page", answer: "landing"),
    .init(
      path: "/conformance", method: "get", id: "getConformance", summary: "Conformance classes", answer: "conformance"),
    .init(path: "/api", method: "get", id: "getDescription", summary: "This description", mediaType: .openAPI),
    .init(path: "/healthz", method: "get", id: "getHealth", summary: "Whether the process runs"),
    .init(path: "/readyz", method: "get", id: "getReadiness", summary: "Whether the catalog can be reached"),
  ]

  private static let collections: [APIOperation] = [
    .init(
      path: "/collections", method: "get", id: "getCollections", summary: "Collections",
      parameters: ["limit", "token"], answer: "collections"),
    .init(
      path: "/collections", method: "post", id: "createCollection", summary: "Adds a collection", body: "collection",
      status: 201, answer: "collection"),
    .init(
      path: collection, method: "get", id: "describeCollection", summary: "A collection",
      parameters: ["collectionId"], answer: "collection"),
    .init(
      path: collection, method: "put", id: "replaceCollection", summary: "Replaces a collection",
      parameters: ["collectionId"], body: "collection", answer: "collection"),
    .init(
      path: collection, method: "delete", id: "deleteCollection", summary: "Removes a collection and its items",
      parameters: ["collectionId"], status: 204, answer: nil),
  ]

  private static let features: [APIOperation] = [
    .init(
      path: items, method: "get", id: "getFeatures", summary: "Items of a collection",
      parameters: ["collectionId", "bbox", "datetime", "ids", "limit", "token"], mediaType: .geoJSON,
      answer: "itemCollection"),
    .init(
      path: items, method: "post", id: "createItems",
      summary: "Adds an item, or an item collection whole or not at all",
      parameters: ["collectionId"], body: "itemOrItems", status: 201, mediaType: .geoJSON),
    .init(
      path: item, method: "get", id: "getFeature", summary: "An item", parameters: ["collectionId", "itemId"],
      mediaType: .geoJSON, answer: "item"),
    .init(
      path: item, method: "put", id: "replaceItem", summary: "Replaces an item",
      parameters: ["collectionId", "itemId"], body: "item", mediaType: .geoJSON, answer: "item"),
    .init(
      path: item, method: "delete", id: "deleteItem", summary: "Removes an item",
      parameters: ["collectionId", "itemId"], status: 204, answer: nil),
    .init(
      path: item + "/assets/{key}", method: "get", id: "getAsset", summary: "A file; ranges are answered",
      parameters: ["collectionId", "itemId", "key"], mediaType: "application/octet-stream", answer: "file"),
    .init(
      path: "/search", method: "get", id: "getSearch", summary: "Searches items",
      parameters: ["bbox", "intersects", "datetime", "ids", "collections", "limit", "token"], mediaType: .geoJSON,
      answer: "itemCollection"),
    .init(
      path: "/search", method: "post", id: "postSearch", summary: "Searches items", body: "search",
      mediaType: .geoJSON, answer: "itemCollection"),
  ]

  private static let processes: [APIOperation] = [
    .init(
      path: "/processes", method: "get", id: "getProcesses", summary: "Models that can be run", parameters: ["limit"]),
    .init(
      path: "/processes/{processId}", method: "get", id: "getProcess", summary: "What a model takes and gives",
      parameters: ["processId"]),
    .init(
      path: "/processes/{processId}/execution", method: "post", id: "execute",
      summary: "Runs a model and gives the prediction's item", parameters: ["processId"], body: "execute",
      mediaType: .geoJSON, answer: "item"),
  ]
}
