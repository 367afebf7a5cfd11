// Made by scripts/embed_schemas.py from the published JSON schema: file v1.0.0, Apache-2.0.

extension PublishedSchemas {
  static let file100 = #"""
    {"oneOf": [{"allOf": [{"type": "object", "required": ["type", "assets"],
    "properties": {"type": {"const": "Feature"}, "assets": {"type": "object",
    "additionalProperties": {"$ref": "#/definitions/fields"}}}}, {"$ref": "#/definitions/stac_extensions"}]},
    {"allOf": [{"type": "object", "required": ["type"], "properties": {"type": {"const": "Collection"},
    "assets": {"type": "object", "additionalProperties": {"$ref": "#/definitions/fields"}},
    "item_assets": {"type": "object", "additionalProperties": {"$ref": "#/definitions/fields"}}}}]}],
    "definitions": {"stac_extensions": {"type": "object", "required": ["stac_extensions"],
    "properties": {"stac_extensions": {"type": "array",
    "contains": {"const": "https://stac-extensions.github.io/file/v1.0.0/schema.json"}}}},
    "fields": {"type": "object", "properties": {"file:bits_per_sample": {"type": "integer", "minimum": 0},
    "file:byte_order": {"type": "string", "enum": ["big-endian", "little-endian"]},
    "file:checksum": {"type": "string", "pattern": "^[a-f0-9]+$"}, "file:data_type": {"type": "string",
    "enum": ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32",
    "float64", "cint16", "cint32", "cfloat32", "cfloat64", "other"]}, "file:header_size": {"type": "integer",
    "minimum": 0}, "file:nodata": {"type": "array", "items": {}}, "file:size": {"type": "integer", "minimum": 0},
    "file:unit": {"type": "string"}, "file:values": {"type": "array", "minItems": 1, "items": {"type": "object",
    "required": ["values", "summary"], "properties": {"values": {"type": "array", "minItems": 1, "items": {}},
    "summary": {"type": "string"}}}}}, "patternProperties": {"^(?!file:)": {}}, "additionalProperties": false}}}
    """#
}
