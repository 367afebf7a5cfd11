extension APISchemas {
  /// What is asked and told of models and what they can read.
  static let matching = #"""
    {
      "match": {
        "type": "object", "additionalProperties": false,
        "properties": {
          "item": {"anyOf": [{"type": "string"}, {"type": "object"}], "description": "An identifier, or a STAC item"},
          "items": {"type": "array", "items": {"$ref": "#/components/schemas/itemReference"}, "minItems": 1},
          "collection": {"type": "string"}, "datetime": {"type": "string"},
          "bbox": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
          "bands": {
            "type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "object"}]}, "minItems": 1,
            "description": "Names, or objects as items describe bands"
          },
          "gsd": {"type": "number", "minimum": 0}, "platform": {"$ref": "#/components/schemas/names"},
          "constellation": {"$ref": "#/components/schemas/names"}, "instruments": {"$ref": "#/components/schemas/names"},
          "model": {"type": "string", "description": "The one model that is asked about, as collection:item"},
          "runnable": {"type": "boolean"}, "limit": {"type": "integer", "minimum": 1},
          "offset": {"type": "integer", "minimum": 0}, "refused": {"type": "integer", "minimum": 0}
        }
      },
      "names": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
      "matchReason": {
        "type": "object", "required": ["code", "message"],
        "properties": {
          "code": {
            "enum": [
              "not-runnable", "not-approved", "retired", "no-items", "no-bands", "missing-band", "ambiguous-band",
              "other-band", "scaling", "resolution", "platform", "region", "season", "time-steps"
            ]
          },
          "message": {"type": "string"}, "bands": {"type": "array", "items": {"type": "string"}}
        }
      },
      "matchedModel": {
        "type": "object", "required": ["id", "collection", "item", "links"],
        "properties": {
          "id": {"type": "string", "description": "As in /processes"}, "collection": {"type": "string"},
          "item": {"type": "string"}, "title": {"type": "string"}, "version": {"type": "string"},
          "state": {"type": "string"}, "deprecated": {"type": "boolean"},
          "score": {"type": "number", "minimum": 0, "maximum": 1},
          "parts": {
            "type": "object",
            "additionalProperties": {
              "type": "object", "required": ["value", "weight"],
              "properties": {"value": {"anyOf": [{"type": "number"}, {"type": "null"}]}, "weight": {"type": "number"}}
            }
          },
          "time_steps": {"description": "How many items it reads; null for no series, any where only its file tells"},
          "items": {"type": "array", "items": {"type": "object"}, "description": "The items that it can read"},
          "obstacle": {"type": "string", "description": "Why it cannot be run here"},
          "reasons": {"type": "array", "items": {"$ref": "#/components/schemas/matchReason"}},
          "links": {"$ref": "#/components/schemas/links"}
        }
      },
      "matches": {
        "type": "object",
        "required": ["source", "models", "refused", "numberMatched", "numberReturned", "numberRefused", "refusedBy", "links"],
        "properties": {
          "source": {"type": "object"},
          "models": {"type": "array", "items": {"$ref": "#/components/schemas/matchedModel"}},
          "refused": {"type": "array", "items": {"$ref": "#/components/schemas/matchedModel"}},
          "numberMatched": {"type": "integer", "minimum": 0}, "numberReturned": {"type": "integer", "minimum": 0},
          "numberRefused": {"type": "integer", "minimum": 0},
          "refusedBy": {
            "type": "object", "additionalProperties": {"type": "integer"},
            "description": "How many models each reason refuses"
          },
          "links": {"$ref": "#/components/schemas/links"}
        }
      },
      "modelSources": {
        "type": "object", "required": ["model", "refused", "links"],
        "properties": {
          "model": {"type": "string"}, "collection": {"type": "string"},
          "collections": {"type": "array", "items": {"type": "object"}},
          "items": {"type": "array", "items": {"type": "object"}},
          "refused": {"type": "array", "items": {"type": "object"}}, "links": {"$ref": "#/components/schemas/links"}
        }
      }
    }
    """#
}
