extension APISchemas {
  static let documents = #"""
    {
      "geometry": {
        "oneOf": [
          {
            "type": "object", "required": ["type", "coordinates"],
            "properties": {
              "type": {
                "type": "string",
                "enum": ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"]
              },
              "coordinates": {"type": "array", "items": {}}
            }
          },
          {
            "type": "object", "required": ["type", "geometries"],
            "properties": {"type": {"const": "GeometryCollection"}, "geometries": {"type": "array", "items": {}}}
          }
        ]
      },
      "asset": {
        "type": "object", "required": ["href"], "properties": {"href": {"type": "string", "minLength": 1}}
      },
      "item": {
        "type": "object", "required": ["type", "stac_version", "id", "geometry", "properties", "assets"],
        "properties": {
          "type": {"const": "Feature"},
          "stac_version": {"$ref": "#/components/schemas/stacVersion"},
          "stac_extensions": {"type": ["array", "null"], "items": {"type": "string"}},
          "id": {"type": "string", "minLength": 1, "maxLength": 512},
          "collection": {"type": "string", "minLength": 1, "maxLength": 512},
          "geometry": {"type": ["object", "null"], "description": "A GeoJSON geometry in WGS 84, or null"},
          "bbox": {
            "type": ["array", "null"], "items": {"type": "number"}, "minItems": 4, "maxItems": 6,
            "description": "Present where the geometry is not null"
          },
          "properties": {
            "type": "object", "required": ["datetime"],
            "properties": {
              "datetime": {"type": ["string", "null"], "description": "Where null, start_datetime and end_datetime tell"},
              "start_datetime": {"type": ["string", "null"]}, "end_datetime": {"type": ["string", "null"]}
            }
          },
          "links": {"$ref": "#/components/schemas/links"},
          "assets": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/asset"}}
        }
      },
      "itemOrItems": {
        "oneOf": [
          {"$ref": "#/components/schemas/item"},
          {
            "type": "object", "required": ["type", "features"],
            "properties": {
              "type": {"const": "FeatureCollection"},
              "features": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/item"}}
            }
          }
        ]
      },
      "createdItems": {
        "type": "object", "required": ["collection", "numberCreated", "links"],
        "properties": {
          "collection": {"type": "string"}, "numberCreated": {"type": "integer", "minimum": 1},
          "warnings": {"type": "array", "items": {"$ref": "#/components/schemas/modelFinding"}},
          "links": {"$ref": "#/components/schemas/links"}
        }
      },
      "patch": {"type": "object"},
      "collection": {
        "type": "object", "required": ["type", "stac_version", "id", "description", "license", "extent"],
        "properties": {
          "type": {"const": "Collection"},
          "stac_version": {"$ref": "#/components/schemas/stacVersion"},
          "stac_extensions": {"type": ["array", "null"], "items": {"type": "string"}},
          "id": {"type": "string", "minLength": 1, "maxLength": 512},
          "description": {"type": "string", "minLength": 1},
          "license": {"type": "string", "minLength": 1},
          "extent": {
            "type": "object", "required": ["spatial", "temporal"],
            "properties": {
              "spatial": {
                "type": "object", "required": ["bbox"],
                "properties": {
                  "bbox": {
                    "type": "array", "minItems": 1,
                    "items": {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
                  }
                }
              },
              "temporal": {
                "type": "object", "required": ["interval"],
                "properties": {
                  "interval": {
                    "type": "array", "minItems": 1,
                    "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": ["string", "null"]}}
                  }
                }
              }
            }
          },
          "links": {"$ref": "#/components/schemas/links"},
          "assets": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/asset"}}
        }
      }
    }
    """#
}
