// Made by scripts/embed_schemas.py from the published JSON schema: stac-bands v1.1.0, Apache-2.0.

extension PublishedSchemas {
  static let stacBands110 = #"""
    {"if": {"required": ["stac_version"], "properties": {"stac_version": {"type": "string",
    "pattern": "^1\\.1\\."}}}, "then": {"properties": {"properties": {"$ref": "#/definitions/bands"},
    "assets": {"additionalProperties": {"$ref": "#/definitions/bands"}}}},
    "definitions": {"bands": {"allOf": [{"$ref": "#/definitions/values"}], "properties": {"bands": {"type": "array", "items": {"type": "object",
    "properties": {"name": {"type": "string"}}, "allOf": [{"$ref": "#/definitions/values"}]}}}},
    "values": {"type": "object", "properties": {"data_type": {"type": "string", "enum": ["int8", "int16", "int32",
    "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64", "cint16", "cint32", "cfloat32",
    "cfloat64", "other"]}, "nodata": {"oneOf": [{"type": "number"}, {"type": "string", "enum": ["nan", "inf",
    "-inf"]}]}, "statistics": {"type": "object", "minProperties": 1, "properties": {"minimum": {"type": "number"},
    "maximum": {"type": "number"}, "mean": {"type": "number"}, "stddev": {"type": "number"},
    "count": {"type": "integer", "minimum": 0}, "valid_percent": {"type": "number", "minimum": 0, "maximum": 100}}},
    "unit": {"type": "string"}}}}}
    """#
}
