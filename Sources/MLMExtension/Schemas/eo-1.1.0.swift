// Made by scripts/embed_schemas.py from the published JSON schema: eo v1.1.0, Apache-2.0.

extension PublishedSchemas {
  static let eo110 = #"""
    {"oneOf": [{"allOf": [{"type": "object", "required": ["type", "properties", "assets"],
    "properties": {"type": {"const": "Feature"}, "properties": {"$ref": "#/definitions/fields"},
    "assets": {"type": "object", "additionalProperties": {"$ref": "#/definitions/fields"}}},
    "if": {"required": ["assets"], "properties": {"assets": {"type": "object",
    "additionalProperties": {"properties": {"eo:bands": false}}}}},
    "then": {"properties": {"properties": {"properties": {"eo:bands": false}}}},
    "else": {"properties": {"properties": {"properties": {"eo:bands": {"$ref": "#/definitions/bands"}}}}}},
    {"$ref": "#/definitions/stac_extensions"}]}, {"allOf": [{"type": "object", "required": ["type"],
    "properties": {"type": {"const": "Collection"}, "assets": {"type": "object",
    "additionalProperties": {"$ref": "#/definitions/fields"}}, "item_assets": {"type": "object",
    "additionalProperties": {"$ref": "#/definitions/fields"}}}}, {"$ref": "#/definitions/stac_extensions"}]}],
    "definitions": {"stac_extensions": {"type": "object", "required": ["stac_extensions"],
    "properties": {"stac_extensions": {"type": "array",
    "contains": {"const": "https://stac-extensions.github.io/eo/v1.1.0/schema.json"}}}},
    "fields": {"type": "object", "properties": {"eo:cloud_cover": {"type": "number", "minimum": 0, "maximum": 100},
    "eo:snow_cover": {"type": "number", "minimum": 0, "maximum": 100}, "eo:bands": {"$ref": "#/definitions/bands"}},
    "patternProperties": {"^(?!eo:)": {}}, "additionalProperties": false}, "bands": {"type": "array", "minItems": 1,
    "items": {"type": "object", "minProperties": 1, "properties": {"name": {"type": "string"},
    "common_name": {"type": "string", "enum": ["coastal", "blue", "green", "red", "rededge", "yellow", "pan", "nir",
    "nir08", "nir09", "cirrus", "swir16", "swir22", "lwir", "lwir11", "lwir12"]}, "description": {"type": "string",
    "minLength": 1}, "center_wavelength": {"type": "number", "minimumExclusive": 0},
    "full_width_half_max": {"type": "number", "minimumExclusive": 0}, "solar_illumination": {"type": "number",
    "minimum": 0}}}}}}
    """#
}
