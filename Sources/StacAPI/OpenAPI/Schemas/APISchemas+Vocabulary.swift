extension APISchemas {
  static let vocabulary = #"""
    {
      "jsonSchema": {
        "type": "object", "required": ["$schema", "$id", "type", "properties", "additionalProperties"],
        "properties": {
          "$schema": {"const": "https://json-schema.org/draft/2020-12/schema"}, "$id": {"type": "string"},
          "type": {"const": "object"}, "title": {"type": "string"}, "description": {"type": "string"},
          "properties": {"type": "object", "additionalProperties": {"type": "object"}},
          "additionalProperties": {"type": "boolean"}
        }
      },
      "types": {
        "type": "array",
        "items": {"type": "string", "enum": ["string", "number", "integer", "datetime", "geometry", "boolean"]}
      },
      "functions": {
        "type": "object", "required": ["functions"],
        "properties": {
          "functions": {
            "type": "array",
            "items": {
              "type": "object", "required": ["name", "returns"],
              "properties": {
                "name": {"type": "string"}, "description": {"type": "string"},
                "args": {
                  "type": "array",
                  "items": {
                    "type": "object", "required": ["type"],
                    "properties": {
                      "title": {"type": "string"}, "description": {"type": "string"},
                      "type": {"$ref": "#/components/schemas/types"}
                    }
                  }
                },
                "returns": {"$ref": "#/components/schemas/types"}
              }
            }
          },
          "links": {"$ref": "#/components/schemas/links"}
        }
      }
    }
    """#

  static let processes = #"""
    {
      "processSummary": {
        "type": "object", "required": ["id", "version", "links"],
        "properties": {
          "id": {"type": "string"}, "version": {"type": "string"}, "title": {"type": "string"},
          "description": {"type": "string"}, "keywords": {"type": "array", "items": {"type": "string"}},
          "jobControlOptions": {"type": "array", "items": {"type": "string"}},
          "outputTransmission": {"type": "array", "items": {"type": "string"}},
          "links": {"$ref": "#/components/schemas/links"}
        }
      },
      "processes": {
        "type": "object", "required": ["processes", "links"],
        "properties": {
          "processes": {"type": "array", "items": {"$ref": "#/components/schemas/processSummary"}},
          "links": {"$ref": "#/components/schemas/links"}
        }
      },
      "process": {
        "allOf": [
          {"$ref": "#/components/schemas/processSummary"},
          {
            "type": "object", "required": ["inputs", "outputs"],
            "properties": {"inputs": {"type": "object"}, "outputs": {"type": "object"}}
          }
        ]
      },
      "itemReference": {
        "type": "object", "required": ["collection", "id"], "additionalProperties": false,
        "properties": {"collection": {"type": "string"}, "id": {"type": "string"}}
      },
      "execute": {
        "type": "object", "required": ["inputs"],
        "properties": {
          "inputs": {
            "type": "object", "required": ["items"], "additionalProperties": false,
            "properties": {
              "items": {
                "description": "The items to read; one alone needs no list",
                "oneOf": [
                  {"$ref": "#/components/schemas/itemReference"},
                  {
                    "type": "array", "minItems": 1, "maxItems": 1000,
                    "items": {"$ref": "#/components/schemas/itemReference"}
                  }
                ]
              },
              "bbox": {
                "type": ["array", "object", "null"], "items": {"type": "number"}, "minItems": 4, "maxItems": 6,
                "description": "The box to predict, alone or as bbox and crs; by default all that the items cover"
              },
              "aoi": {
                "type": ["object", "null"],
                "description": "A GeoJSON Polygon or MultiPolygon, alone or as the only feature; not together with bbox"
              },
              "sieve": {
                "type": ["number", "null"], "minimum": 0, "maximum": 1000000000, "multipleOf": 1,
                "description": "Patches of fewer pixels join their largest neighbour"
              },
              "min_area": {
                "type": ["number", "null"], "minimum": 0, "maximum": 1000000000000,
                "description": "Smaller polygons are left out, in square metres"
              },
              "simplify": {
                "type": ["number", "null"], "minimum": 0, "maximum": 100000,
                "description": "Tolerance of the polygons' outlines in metres"
              },
              "post_processing": {
                "type": ["object", "null"],
                "description": "Members of a post-processing document, each instead of the one that the model declares"
              },
              "resampling": {
                "type": ["object", "null"],
                "additionalProperties": {"type": ["string", "null"], "enum": ["nearest", "bilinear", null]},
                "description": "How bands of another grid are read, by their names, whatever documents say of them"
              },
              "confidence": {"type": ["boolean", "null"], "description": "Whether a raster of confidence is written too"},
              "formats": {
                "type": ["array", "null"], "uniqueItems": true,
                "items": {"type": "string", "enum": ["flatgeobuf", "geopackage"]},
                "description": "Formats in which the polygons are written beside GeoJSON"
              }
            }
          },
          "response": {"description": "`document` gives an object of outputs; by default the answer is the item itself"}
        }
      },
      "prediction": {
        "type": "object", "required": ["item"], "properties": {"item": {"$ref": "#/components/schemas/item"}}
      }
    }
    """#
}
