import StacModel
import StacSearch

/// The parameters of operations as OpenAPI describes them, under the names that operations use.
enum APIParameters {
  static let all: JSONObject = [
    "collectionId": path("collectionId", "The collection's identifier"),
    "itemId": path("itemId", "The item's identifier"),
    "key": path("key", "The asset's key"),
    "processId": path(
      "processId",
      "Collection and identifier of the model, each percent-encoded, with one bare colon between: a colon within an "
        + "identifier is %3A"),
    "bbox": query(
      "bbox", "West, south, east, north, or the same with heights; west > east crosses the antimeridian",
      ["type": "array", "items": ["type": "number"], "minItems": 4, "maxItems": 6]),
    "intersects": query("intersects", "A GeoJSON geometry; not together with bbox", ["type": "string"]),
    "datetime": query(
      "datetime", "An RFC 3339 date-time, or an interval whose open end is '..' or empty", ["type": "string"]),
    "ids": query("ids", "Identifiers of items", ["type": "array", "items": ["type": "string"]]),
    "collections": query("collections", "Identifiers of collections", ["type": "array", "items": ["type": "string"]]),
    "limit": query(
      "limit", "The most entries on a page; beyond the maximum counts as the maximum",
      ["type": "integer", "minimum": 1, "maximum": .init(SearchRequest.maximumLimit)]),
    "token": query("token", "Where the page begins, as a link of an earlier answer has it", ["type": "string"]),
  ]

  private static func path(_ name: String, _ text: String) -> JSONValue {
    [
      "name": .string(name), "in": "path", "required": true, "description": .string(text),
      "schema": ["type": "string"],
    ]
  }

  private static func query(_ name: String, _ text: String, _ schema: JSONValue) -> JSONValue {
    [
      "name": .string(name), "in": "query", "required": false, "description": .string(text), "schema": schema,
      "style": "form", "explode": false,
    ]
  }
}
