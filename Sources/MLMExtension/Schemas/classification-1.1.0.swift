// Made by scripts/embed_schemas.py from the published JSON schema: classification v1.1.0, Apache-2.0.

extension PublishedSchemas {
  static let classification110 = #"""
    {"oneOf": [{"allOf": [{"$ref": "#/definitions/stac_extensions"}, {"type": "object", "required": ["type",
    "properties", "assets"], "properties": {"type": {"const": "Feature"},
    "properties": {"$ref": "#/definitions/fields"}, "assets": {"type": "object",
    "additionalProperties": {"allOf": [{"$ref": "#/definitions/fields"},
    {"$ref": "#/definitions/raster_bands"}]}}}}]}, {"allOf": [{"$ref": "#/definitions/stac_extensions"},
    {"type": "object", "required": ["type"], "properties": {"type": {"const": "Collection"},
    "assets": {"type": "object", "additionalProperties": {"allOf": [{"$ref": "#/definitions/fields"},
    {"$ref": "#/definitions/raster_bands"}]}}, "item_assets": {"type": "object",
    "additionalProperties": {"allOf": [{"$ref": "#/definitions/fields"}, {"$ref": "#/definitions/raster_bands"}]}},
    "summaries": {"$ref": "#/definitions/fields"}}}]}], "definitions": {"stac_extensions": {"type": "object",
    "required": ["stac_extensions"], "properties": {"stac_extensions": {"type": "array",
    "contains": {"const": "https://stac-extensions.github.io/classification/v1.1.0/schema.json"}}}},
    "require_any_field": {"anyOf": [{"required": ["classification:bitfields"]},
    {"required": ["classification:classes"]}]}, "fields": {"type": "object",
    "properties": {"classification:bitfields": {"type": "array", "uniqueItems": true, "minItems": 1,
    "items": {"$ref": "#/definitions/bit_field_object"}}, "classification:classes": {"type": "array",
    "uniqueItems": true, "minItems": 1, "items": {"$ref": "#/definitions/class_object"}}},
    "patternProperties": {"^(?!classification:)": {}}, "additionalProperties": false},
    "class_object": {"type": "object", "required": ["value", "description"],
    "properties": {"value": {"type": "integer"}, "description": {"type": "string"}, "name": {"type": "string"},
    "color_hint": {"type": "string", "pattern": "^([0-9A-Fa-f]{6})$"}}}, "bit_field_object": {"type": "object",
    "required": ["offset", "length", "classes"], "properties": {"offset": {"type": "integer", "minimum": 0},
    "length": {"type": "integer", "minimum": 1}, "classes": {"type": "array", "uniqueItems": true, "minItems": 1,
    "items": {"$ref": "#/definitions/class_object"}}, "roles": {"type": "array", "uniqueItems": true, "minItems": 1,
    "items": {"type": "string"}}, "description": {"type": "string"}, "name": {"type": "string"}}},
    "raster_bands": {"type": "object", "properties": {"raster:bands": {"type": "array",
    "items": {"$ref": "#/definitions/fields"}}}}}}
    """#
}
