// Made by scripts/embed_schemas.py from the published JSON schema: raster v1.1.0, Apache-2.0.

extension PublishedSchemas {
  static let raster110 = #"""
    {"oneOf": [{"allOf": [{"type": "object", "required": ["type", "assets"],
    "properties": {"type": {"const": "Feature"}, "assets": {"type": "object",
    "additionalProperties": {"$ref": "#/definitions/assetfields"}}}}, {"$ref": "#/definitions/stac_extensions"}]},
    {"allOf": [{"type": "object", "required": ["type"], "properties": {"type": {"const": "Collection"},
    "assets": {"type": "object", "additionalProperties": {"$ref": "#/definitions/assetfields"}},
    "item_assets": {"type": "object", "additionalProperties": {"$ref": "#/definitions/assetfields"}}}}]}],
    "definitions": {"stac_extensions": {"type": "object", "required": ["stac_extensions"],
    "properties": {"stac_extensions": {"type": "array",
    "contains": {"const": "https://stac-extensions.github.io/raster/v1.1.0/schema.json"}}}},
    "assetfields": {"type": "object", "properties": {"raster:bands": {"$ref": "#/definitions/bands"}},
    "patternProperties": {"^(?!raster:)": {}}, "additionalProperties": false}, "bands": {"type": "array",
    "minItems": 1, "items": {"type": "object", "minProperties": 1, "additionalProperties": true,
    "properties": {"data_type": {"type": "string", "enum": ["int8", "int16", "int32", "int64", "uint8", "uint16",
    "uint32", "uint64", "float16", "float32", "float64", "cint16", "cint32", "cfloat32", "cfloat64", "other"]},
    "unit": {"type": "string"}, "bits_per_sample": {"type": "integer"}, "sampling": {"type": "string",
    "enum": ["area", "point"]}, "nodata": {"oneOf": [{"type": "number"}, {"type": "string", "enum": ["nan", "inf",
    "-inf"]}]}, "scale": {"type": "number"}, "offset": {"type": "number"}, "spatial_resolution": {"type": "number"},
    "statistics": {"type": "object", "minProperties": 1, "additionalProperties": false,
    "properties": {"mean": {"type": "number"}, "minimum": {"type": "number"}, "maximum": {"type": "number"},
    "stddev": {"type": "number"}, "valid_percent": {"type": "number"}}}, "histogram": {"type": "object",
    "additionalItems": false, "required": ["count", "min", "max", "buckets"], "additionalProperties": false,
    "properties": {"count": {"type": "number"}, "min": {"type": "number"}, "max": {"type": "number"},
    "buckets": {"type": "array", "minItems": 3, "items": {"type": "integer"}}}}}}}}}
    """#
}
