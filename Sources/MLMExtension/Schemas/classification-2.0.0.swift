// Made by scripts/embed_schemas.py from the published JSON schema: classification v2.0.0, Apache-2.0.

extension PublishedSchemas {
  static let classification200 = #"""
    {"type": "object", "required": ["stac_extensions"], "properties": {"stac_extensions": {"type": "array",
    "contains": {"const": "https://stac-extensions.github.io/classification/v2.0.0/schema.json"}}},
    "oneOf": [{"type": "object", "required": ["type", "properties", "assets"],
    "properties": {"type": {"const": "Feature"}, "properties": {"allOf": [{"$ref": "#/definitions/fields"},
    {"$ref": "#/definitions/ml_model_output"}]}, "assets": {"type": "object",
    "additionalProperties": {"allOf": [{"$ref": "#/definitions/fields"}, {"$ref": "#/definitions/raster_bands"},
    {"$ref": "#/definitions/ml_model_output"}]}}}}, {"type": "object", "required": ["type"],
    "properties": {"type": {"const": "Collection"}, "assets": {"type": "object",
    "additionalProperties": {"allOf": [{"$ref": "#/definitions/fields"}, {"$ref": "#/definitions/raster_bands"},
    {"$ref": "#/definitions/ml_model_output"}]}}, "item_assets": {"type": "object",
    "additionalProperties": {"allOf": [{"$ref": "#/definitions/fields"}, {"$ref": "#/definitions/raster_bands"},
    {"$ref": "#/definitions/ml_model_output"}]}}, "summaries": {"$ref": "#/definitions/fields"}}}],
    "definitions": {"require_any_field": {"anyOf": [{"required": ["classification:bitfields"]},
    {"required": ["classification:classes"]}]}, "fields": {"type": "object",
    "properties": {"classification:bitfields": {"type": "array", "uniqueItems": true, "minItems": 1,
    "items": {"$ref": "#/definitions/bit_field_object"}}, "classification:classes": {"type": "array",
    "uniqueItems": true, "minItems": 1, "items": {"$ref": "#/definitions/class_object"}}},
    "patternProperties": {"^(?!classification:)": {}}, "additionalProperties": false},
    "class_object": {"type": "object", "required": ["value", "name"], "properties": {"value": {"type": "integer"},
    "description": {"type": "string"}, "name": {"type": "string", "pattern": "^[0-9A-Za-z-_]+$"},
    "title": {"type": "string"}, "color_hint": {"type": "string", "pattern": "^([0-9A-Fa-f]{6})$"},
    "nodata": {"type": "boolean"}, "percentage": {"type": "number", "minimum": 0, "maximum": 100},
    "count": {"type": "integer", "minimum": 0}}}, "bit_field_object": {"type": "object", "required": ["offset",
    "length", "classes"], "properties": {"offset": {"type": "integer", "minimum": 0}, "length": {"type": "integer",
    "minimum": 1}, "classes": {"type": "array", "uniqueItems": true, "minItems": 1,
    "items": {"$ref": "#/definitions/class_object"}}, "roles": {"type": "array", "uniqueItems": true, "minItems": 1,
    "items": {"type": "string"}}, "description": {"type": "string"}, "name": {"type": "string",
    "pattern": "^[0-9A-Za-z-_]+$"}}}, "raster_bands": {"type": "object",
    "properties": {"raster:bands": {"type": "array", "items": {"$ref": "#/definitions/fields"}}}},
    "ml_model_output": {"type": "object", "properties": {"mlm:output": {"type": "array",
    "items": {"$ref": "#/definitions/fields"}}}}}}
    """#
}
