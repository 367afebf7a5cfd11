import StacModel
import StacSearch

/// The schemas of bodies and answers, in JSON Schema 2020-12.
///
/// A body's schema is no stricter than what reads the body, and an answer's no stricter than what stored documents may
/// be; extensions and unknown members are described by their own schemas.
enum APISchemas {
  static let all: JSONObject = {
    var schemas = JSONObject(
      [service, documents, searches, vocabulary, processes, models, matching].flatMap { object($0).members })
    schemas["itemWithoutPlace"] = schemas["item"].map(withoutPlace)
    schemas["stacVersion"] = ["type": "string", "enum": .array(STACVersion.accepted.map { .string($0) })]
    schemas["error"] = error
    return schemas
  }()

  /// The schema of an item where the path says which it is.
  private static func withoutPlace(_ item: JSONValue) -> JSONValue {
    guard var schema = item.object else { return item }
    schema["required"] = .array((schema["required"]?.array ?? []).filter { $0 != "id" })
    schema["description"] = "An item whose identifier and collection may be left to the path"
    return .object(schema)
  }

  private static func object(_ text: String) -> JSONObject { (try? JSONParser.parse(text))?.object ?? [:] }

  private static let error: JSONValue = [
    "type": "object", "required": ["code", "description"],
    "properties": [
      "code": ["type": "string", "enum": .array(ErrorCode.allCases.map { .string($0.rawValue) })],
      "description": ["type": "string"], "type": ["type": "string"], "title": ["type": "string"],
      "status": ["type": "integer"], "detail": ["type": "string"],
      "errors": [
        "type": "array",
        "items": [
          "type": "object", "required": ["pointer", "message"],
          "properties": [
            "pointer": ["type": "string"], "message": ["type": "string"], "rule": ["type": "string"],
            "remedy": ["type": "string"],
          ],
        ],
      ],
    ],
  ]

  private static let service = #"""
    {
      "link": {
        "type": "object", "required": ["rel", "href"],
        "properties": {"rel": {"type": "string", "minLength": 1}, "href": {"type": "string", "minLength": 1}}
      },
      "links": {"type": "array", "items": {"$ref": "#/components/schemas/link"}},
      "languageObject": {
        "type": "object", "required": ["code"],
        "properties": {"code": {"type": "string"}, "name": {"type": "string"}, "alternate": {"type": "string"}}
      },
      "catalog": {
        "type": "object", "required": ["type", "stac_version", "id", "description", "links"],
        "properties": {
          "type": {"const": "Catalog"}, "stac_version": {"type": "string"},
          "stac_extensions": {"type": "array", "items": {"type": "string"}},
          "id": {"type": "string"}, "title": {"type": "string"}, "description": {"type": "string", "minLength": 1},
          "language": {"$ref": "#/components/schemas/languageObject"},
          "languages": {"type": "array", "items": {"$ref": "#/components/schemas/languageObject"}},
          "links": {"$ref": "#/components/schemas/links"}
        }
      },
      "landing": {
        "allOf": [
          {"$ref": "#/components/schemas/catalog"},
          {
            "type": "object", "required": ["conformsTo"],
            "properties": {"conformsTo": {"type": "array", "items": {"type": "string"}}}
          }
        ]
      },
      "conformance": {
        "type": "object", "required": ["conformsTo"],
        "properties": {"conformsTo": {"type": "array", "items": {"type": "string"}}}
      },
      "children": {
        "type": "object", "required": ["children", "links", "numberMatched", "numberReturned"],
        "properties": {
          "children": {
            "type": "array",
            "items": {
              "oneOf": [{"$ref": "#/components/schemas/catalog"}, {"$ref": "#/components/schemas/collection"}]
            }
          },
          "links": {"$ref": "#/components/schemas/links"},
          "numberMatched": {"type": "integer", "minimum": 0}, "numberReturned": {"type": "integer", "minimum": 0}
        }
      },
      "health": {"type": "object", "required": ["status"], "properties": {"status": {"const": "ok"}}},
      "readiness": {
        "type": "object", "required": ["status"],
        "properties": {
          "status": {"const": "ready"},
          "reads": {"type": "string", "enum": ["replica", "primary"], "description": "Where reads go"},
          "writes": {
            "type": "string", "enum": ["primary", "unavailable"], "description": "Where writes go, or that they cannot"
          }
        }
      },
      "openAPI": {
        "type": "object", "required": ["openapi", "info", "paths"],
        "properties": {"openapi": {"type": "string"}, "info": {"type": "object"}, "paths": {"type": "object"}}
      },
      "metrics": {"type": "string"},
      "page": {"type": "string"},
      "file": {"type": "string", "format": "binary"}
    }
    """#
}
