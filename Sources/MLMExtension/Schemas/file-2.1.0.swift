// Made by scripts/embed_schemas.py from the published JSON schema: file v2.1.0, Apache-2.0.

extension PublishedSchemas {
  static let file210 = #"""
    {"oneOf": [{"allOf": [{"type": "object", "required": ["type", "assets"],
    "properties": {"type": {"const": "Feature"}, "assets": {"type": "object",
    "additionalProperties": {"$ref": "#/definitions/fields"}}, "links": {"type": "array",
    "items": {"$ref": "#/definitions/fields"}}}}, {"$ref": "#/definitions/stac_extensions"}]},
    {"allOf": [{"type": "object", "required": ["type"], "properties": {"type": {"const": "Catalog"},
    "links": {"type": "array", "items": {"$ref": "#/definitions/fields"}}}},
    {"$ref": "#/definitions/stac_extensions"}]}, {"allOf": [{"type": "object", "required": ["type"],
    "properties": {"type": {"const": "Collection"}, "assets": {"type": "object",
    "additionalProperties": {"$ref": "#/definitions/fields"}}, "links": {"type": "array",
    "items": {"$ref": "#/definitions/fields"}}, "item_assets": {"type": "object",
    "additionalProperties": {"$ref": "#/definitions/fields"}}}}, {"$ref": "#/definitions/stac_extensions"}]}],
    "definitions": {"stac_extensions": {"type": "object", "required": ["stac_extensions"],
    "properties": {"stac_extensions": {"type": "array",
    "contains": {"const": "https://stac-extensions.github.io/file/v2.1.0/schema.json"}}}},
    "fields": {"type": "object", "properties": {"file:byte_order": {"type": "string", "enum": ["big-endian",
    "little-endian"]}, "file:checksum": {"type": "string", "pattern": "^[a-f0-9]+$"},
    "file:header_size": {"type": "integer", "minimum": 0}, "file:size": {"type": "integer", "minimum": 0},
    "file:values": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["values", "summary"],
    "properties": {"values": {"type": "array", "minItems": 1, "items": {}}, "summary": {"type": "string",
    "minLength": 1}}}}, "file:local_path": {"type": "string",
    "pattern": "^[^\\r\\n\\t\\\\:'\"/]+(/[^\\r\\n\\t\\\\:'\"/]+)*/?$"}}, "patternProperties": {"^(?!file:)": {}},
    "additionalProperties": false}}}
    """#
}
