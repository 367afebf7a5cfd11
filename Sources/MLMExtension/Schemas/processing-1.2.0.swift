// Made by scripts/embed_schemas.py from the published JSON schema: processing v1.2.0, Apache-2.0.

extension PublishedSchemas {
  static let processing120 = #"""
    {"type": "object", "required": ["stac_extensions"], "properties": {"stac_extensions": {"type": "array",
    "contains": {"const": "https://stac-extensions.github.io/processing/v1.2.0/schema.json"}}},
    "anyOf": [{"type": "object", "required": ["type", "properties", "assets"],
    "properties": {"type": {"const": "Feature"},
    "properties": {"allOf": [{"$ref": "#/definitions/require_any_field"}, {"$ref": "#/definitions/fields"}]},
    "assets": {"type": "object", "additionalProperties": {"$ref": "#/definitions/fields"}}}}, {"type": "object",
    "required": ["type"], "properties": {"type": {"const": "Collection"}, "providers": {"type": "array",
    "items": {"$ref": "#/definitions/fields"}}, "item_assets": {"type": "object",
    "additionalProperties": {"$ref": "#/definitions/fields"}}, "summaries": {}, "assets": {"type": "object",
    "additionalProperties": {"$ref": "#/definitions/fields"}}}, "anyOf": [{"type": "object",
    "required": ["providers"], "properties": {"providers": {"type": "array", "contains": {"type": "object",
    "allOf": [{"type": "object", "required": ["roles"], "properties": {"roles": {"type": "array",
    "contains": {"enum": ["producer", "processor"]}}}}, {"$ref": "#/definitions/require_any_field"}]}}}},
    {"type": "object", "required": ["assets"], "properties": {"assets": {"type": "object",
    "not": {"additionalProperties": {"not": {"$ref": "#/definitions/require_any_field"}}}}}}, {"type": "object",
    "required": ["item_assets"], "properties": {"item_assets": {"type": "object",
    "not": {"additionalProperties": {"not": {"$ref": "#/definitions/require_any_field"}}}}}}, {"type": "object",
    "required": ["summaries"], "properties": {"summaries": {"$ref": "#/definitions/require_any_field"}}}]}],
    "definitions": {"stac_extensions": {}, "require_provider_role": {"type": "object", "required": ["roles"],
    "properties": {"roles": {"type": "array", "contains": {"enum": ["producer", "processor"]}}}},
    "require_any_field": {"anyOf": [{"type": "object", "required": ["processing:expression"]}, {"type": "object",
    "required": ["processing:lineage"]}, {"type": "object", "required": ["processing:level"]}, {"type": "object",
    "required": ["processing:facility"]}, {"type": "object", "required": ["processing:software"]},
    {"type": "object", "required": ["processing:version"]}, {"type": "object",
    "required": ["processing:datetime"]}]}, "fields": {"type": "object",
    "properties": {"processing:expression": {"type": "object", "required": ["format", "expression"],
    "properties": {"format": {"type": "string"}, "expression": {}}}, "processing:lineage": {"type": "string"},
    "processing:level": {"type": "string"}, "processing:facility": {"type": "string"},
    "processing:version": {"type": "string"}, "processing:datetime": {"type": "string", "pattern": "(\\+00:00|Z)$"},
    "processing:software": {"type": "object", "patternProperties": {".{1,}": {"type": "string"}}}},
    "patternProperties": {"^(?!processing:)": {}}, "additionalProperties": false}}}
    """#
}
