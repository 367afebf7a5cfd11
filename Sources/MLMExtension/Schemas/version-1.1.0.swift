// Made by scripts/embed_schemas.py from the published JSON schema: version v1.1.0, Apache-2.0.

extension PublishedSchemas {
  static let version110 = #"""
    {"oneOf": [{"allOf": [{"$ref": "#/definitions/stac_extensions"}, {"type": "object", "required": ["type",
    "properties", "assets"], "properties": {"type": {"const": "Feature"},
    "properties": {"$ref": "#/definitions/fields"}, "assets": {"type": "object",
    "additionalProperties": {"$ref": "#/definitions/fields"}}}}]}, {"type": "object",
    "allOf": [{"required": ["type"], "properties": {"type": {"const": "Collection"}}},
    {"$ref": "#/definitions/stac_extensions"}, {"allOf": [{"$ref": "#/definitions/fields"}]},
    {"properties": {"assets": {"type": "object", "additionalProperties": {"$ref": "#/definitions/fields"}}}},
    {"properties": {"item_assets": {"type": "object", "additionalProperties": {"$ref": "#/definitions/fields"}}}}]},
    {"allOf": [{"type": "object", "required": ["type"], "properties": {"type": {"const": "Catalog"}}},
    {"$ref": "#/definitions/stac_extensions"}, {"$ref": "#/definitions/fields"}]}],
    "definitions": {"stac_extensions": {"type": "object", "required": ["stac_extensions"],
    "properties": {"stac_extensions": {"type": "array",
    "contains": {"const": "https://stac-extensions.github.io/version/v1.1.0/schema.json"}}}},
    "fields": {"type": "object", "properties": {"version": {"type": "string"}, "deprecated": {"type": "boolean"}}}}}
    """#
}
