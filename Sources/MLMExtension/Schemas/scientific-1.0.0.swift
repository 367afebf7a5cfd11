// Made by scripts/embed_schemas.py from the published JSON schema: scientific v1.0.0, Apache-2.0.

extension PublishedSchemas {
  static let scientific100 = #"""
    {"oneOf": [{"allOf": [{"$ref": "#/definitions/stac_extensions"}, {"type": "object", "required": ["type",
    "properties", "assets"], "properties": {"type": {"const": "Feature"},
    "properties": {"allOf": [{"$ref": "#/definitions/require_any_field"}, {"$ref": "#/definitions/fields"}]},
    "assets": {"type": "object", "additionalProperties": {"$ref": "#/definitions/fields"}}}}]}, {"type": "object",
    "allOf": [{"required": ["type"], "properties": {"type": {"const": "Collection"}}},
    {"$ref": "#/definitions/stac_extensions"}], "anyOf": [{"allOf": [{"$ref": "#/definitions/require_any_field"},
    {"$ref": "#/definitions/fields"}]}, {"required": ["assets"], "properties": {"assets": {"type": "object",
    "not": {"additionalProperties": {"not": {"allOf": [{"$ref": "#/definitions/require_any_field"},
    {"$ref": "#/definitions/fields"}]}}}}}}, {"required": ["item_assets"],
    "properties": {"item_assets": {"type": "object",
    "not": {"additionalProperties": {"not": {"allOf": [{"$ref": "#/definitions/require_any_field"},
    {"$ref": "#/definitions/fields"}]}}}}}}, {"required": ["summaries"],
    "properties": {"summaries": {"$ref": "#/definitions/require_any_field"}}}]}],
    "definitions": {"stac_extensions": {"type": "object", "required": ["stac_extensions"],
    "properties": {"stac_extensions": {"type": "array",
    "contains": {"const": "https://stac-extensions.github.io/scientific/v1.0.0/schema.json"}}}},
    "require_any_field": {"anyOf": [{"required": ["sci:doi"]}, {"required": ["sci:citation"]},
    {"required": ["sci:publications"]}]}, "fields": {"type": "object", "properties": {"sci:doi": {"type": "string",
    "pattern": "^10\\.[0-9a-zA-Z]{4,}/[^\\s]+$"}, "sci:citation": {"type": "string"},
    "sci:publications": {"type": "array", "items": {"type": "object", "properties": {"doi": {"type": "string",
    "pattern": "^10\\.[0-9a-zA-Z]{4,}/[^\\s]+$"}, "citation": {"type": "string"}}}}},
    "patternProperties": {"^(?!sci:)": {}}, "additionalProperties": false}}}
    """#
}
