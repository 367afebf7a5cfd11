extension APISchemas {
  /// What is told of models.
  static let models = #"""
    {
      "modelFinding": {
        "type": "object", "required": ["pointer", "message"],
        "properties": {
          "pointer": {"type": "string", "description": "RFC 6901, into the model's item"},
          "message": {"type": "string"}, "rule": {"type": "string"},
          "remedy": {"type": "string", "description": "How to mend it"},
          "bars": {"type": "array", "items": {"enum": ["run", "promotion"]}}
        }
      },
      "modelDocument": {"type": "object", "description": "A STAC item that declares the MLM extension, or a FeatureCollection"},
      "modelReport": {
        "type": "object", "required": ["valid", "runnable", "promotable", "refusals", "warnings"],
        "properties": {
          "id": {"type": "string"},
          "mlm_version": {"type": "string", "description": "The version of the MLM extension that is declared"},
          "valid": {"type": "boolean", "description": "Whether the catalog takes it"},
          "runnable": {"type": "boolean", "description": "Whether nothing speaks against running it here"},
          "promotable": {"type": "boolean", "description": "Whether it may be promoted"},
          "refusals": {"type": "array", "items": {"$ref": "#/components/schemas/modelFinding"}},
          "warnings": {"type": "array", "items": {"$ref": "#/components/schemas/modelFinding"}}
        }
      },
      "modelReports": {
        "anyOf": [
          {"$ref": "#/components/schemas/modelReport"},
          {
            "type": "object", "required": ["models"],
            "properties": {"models": {"type": "array", "items": {"$ref": "#/components/schemas/modelReport"}}}
          }
        ]
      }
    }
    """#
}
