import StacModel
import StacSearch

/// The schemas of bodies and answers; documents of STAC are described by their own schemas.
enum APISchemas {
  static let all: JSONObject = [
    "anyObject": ["type": "object"],
    "file": ["type": "string", "format": "binary"],
    "error": error,
    "link": object(
      required: ["rel", "href"],
      [
        "rel": text, "href": text, "type": text, "title": text, "method": text, "merge": ["type": "boolean"],
        "body": any,
      ]),
    "landing": object(
      required: ["type", "stac_version", "id", "description", "conformsTo", "links"],
      [
        "type": text, "stac_version": text, "id": text, "title": text, "description": text, "conformsTo": list(text),
        "links": list(reference("link")),
      ]),
    "conformance": object(required: ["conformsTo"], ["conformsTo": list(text)]),
    "collection": object(
      required: ["type", "stac_version", "id", "description", "license", "extent", "links"],
      [
        "type": text, "stac_version": text, "id": text, "title": text, "description": text, "license": text,
        "extent": any, "links": list(reference("link")),
      ]),
    "collections": object(
      required: ["collections", "links"],
      [
        "collections": list(reference("collection")), "links": list(reference("link")), "numberMatched": number,
        "numberReturned": number,
      ]),
    "item": object(
      required: ["type", "stac_version", "id", "geometry", "properties", "links", "assets"],
      [
        "type": ["type": "string", "enum": ["Feature"]], "stac_version": text, "id": text, "collection": text,
        "geometry": ["type": "object", "nullable": true], "bbox": list(["type": "number"]), "properties": any,
        "links": list(reference("link")), "assets": any,
      ]),
    "itemCollection": object(
      required: ["type", "features"],
      [
        "type": ["type": "string", "enum": ["FeatureCollection"]], "features": list(reference("item")),
        "links": list(reference("link")), "numberMatched": number, "numberReturned": number,
      ]),
    "itemOrItems": ["oneOf": [reference("item"), reference("itemCollection")]],
    "search": search,
    "execute": execute,
  ]

  private static let text: JSONValue = ["type": "string"]
  private static let number: JSONValue = ["type": "integer"]
  private static let any: JSONValue = ["type": "object"]

  private static let error = object(
    required: ["code", "description"],
    [
      "code": ["type": "string", "enum": .array(ErrorCode.allCases.map { .string($0.rawValue) })],
      "description": text, "type": text, "title": text, "status": number,
      "errors": list(object(required: ["pointer", "message"], ["pointer": text, "message": text])),
    ])

  private static let search = object(
    required: [],
    [
      "bbox": list(["type": "number"]), "intersects": any, "datetime": text, "ids": list(text),
      "collections": list(text), "token": text,
      "limit": ["type": "integer", "minimum": 1, "maximum": .init(SearchRequest.maximumLimit)],
    ])

  private static let execute = object(
    required: ["inputs"],
    [
      "inputs": object(
        required: ["items"],
        [
          "items": list(object(required: ["collection", "id"], ["collection": text, "id": text])),
          "bbox": list(["type": "number"]), "aoi": any, "sieve": number, "min_area": ["type": "number"],
          "simplify": ["type": "number"], "confidence": ["type": "boolean"],
        ]),
      "response": ["type": "string", "enum": ["raw", "document"], "default": "raw"],
    ])

  private static func object(required: [String], _ properties: JSONObject) -> JSONValue {
    var schema: JSONObject = ["type": "object", "properties": .object(properties)]
    if !required.isEmpty { schema["required"] = .array(required.map(JSONValue.string)) }
    return .object(schema)
  }

  private static func list(_ schema: JSONValue) -> JSONValue { ["type": "array", "items": schema] }

  private static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }
}
