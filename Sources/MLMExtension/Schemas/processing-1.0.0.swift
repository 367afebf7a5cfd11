// Made by scripts/embed_schemas.py from the published JSON schema: processing v1.0.0, Apache-2.0.

extension PublishedSchemas {
  static let processing100 = #"""
    {"anyOf": [{"allOf": [{"type": "object", "required": ["type", "properties", "assets"],
    "properties": {"type": {"const": "Feature"}, "properties": {"allOf": [{"$ref": "#/definitions/requirements"},
    {"$ref": "#/definitions/fields"}]}, "assets": {"type": "object",
    "additionalProperties": {"$ref": "#/definitions/fields"}}}}, {"$ref": "#/definitions/stac_extensions"}]},
    {"allOf": [{"type": "object", "required": ["type", "providers"], "properties": {"type": {"const": "Collection"},
    "providers": {"type": "array", "minItems": 1, "items": {"type": "object",
    "oneOf": [{"allOf": [{"required": ["roles"], "properties": {"roles": {"type": "array",
    "contains": {"enum": ["producer", "processor"]}}}}, {"$ref": "#/definitions/requirements"},
    {"$ref": "#/definitions/fields"}]}, {"patternProperties": {"^(?!processing:)": {}},
    "additionalProperties": false}]}}}}, {"$ref": "#/definitions/stac_extensions"}]}, {"allOf": [{"type": "object",
    "anyOf": [{"required": ["type", "assets"]}, {"required": ["type", "item_assets"]}],
    "properties": {"type": {"const": "Collection"}, "assets": {"type": "object",
    "additionalProperties": {"$ref": "#/definitions/fields"}}, "item_assets": {"type": "object",
    "additionalProperties": {"$ref": "#/definitions/fields"}}}}, {"$ref": "#/definitions/stac_extensions"}]}],
    "definitions": {"stac_extensions": {"type": "object", "required": ["stac_extensions"],
    "properties": {"stac_extensions": {"type": "array",
    "contains": {"const": "https://stac-extensions.github.io/processing/v1.0.0/schema.json"}}}},
    "requirements": {"anyOf": [{"required": ["processing:lineage"]}, {"required": ["processing:level"]},
    {"required": ["processing:facility"]}, {"required": ["processing:software"]}]}, "fields": {"type": "object",
    "properties": {"processing:lineage": {"type": "string"}, "processing:level": {"type": "string"},
    "processing:facility": {"type": "string"}, "processing:software": {"type": "object",
    "patternProperties": {".{1,}": {"type": "string"}}}}, "patternProperties": {"^(?!processing:)": {}},
    "additionalProperties": false}}}
    """#
}
