import StacSearch

extension APISchemas {
  /// The members that bodies of all kinds of search share.
  private static let conditions = #"""
    "bbox": {"type": ["array", "null"], "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
    "datetime": {"type": ["string", "null"]},
    "q": {
      "type": ["string", "array", "null"], "items": {"type": "string"},
      "description": "A text as the parameter has it, or a list of words"
    },
    "filter": {
      "type": ["object", "boolean", "string", "null"],
      "description": "CQL2 JSON, or CQL2 text where filter-lang says cql2-text"
    },
    "filter-lang": {"type": ["string", "null"], "enum": ["cql2-json", "cql2-text", null]},
    "filter-crs": {"type": ["string", "null"], "enum": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84", null]},
    "query": {"type": ["object", "null"], "description": "Operators by property, as the query extension has them"}
    """#

  private static let itemConditions =
    conditions + #"""
      ,
      "intersects": {"type": ["object", "null"], "description": "A GeoJSON geometry; not together with bbox"},
      "ids": {"type": ["array", "null"], "items": {"type": "string"}},
      "collections": {"type": ["array", "null"], "items": {"type": "string"}}
      """#

  private static let page = #"""
    "sortby": {
      "type": ["array", "null"],
      "items": {
        "type": "object", "required": ["field"], "additionalProperties": false,
        "properties": {
          "field": {"type": "string", "minLength": 1}, "direction": {"type": ["string", "null"], "enum": ["asc", "desc", null]}
        }
      }
    },
    "fields": {
      "type": ["object", "null"], "additionalProperties": false,
      "properties": {
        "include": {"type": ["array", "null"], "items": {"type": "string", "minLength": 1}},
        "exclude": {"type": ["array", "null"], "items": {"type": "string", "minLength": 1}}
      }
    },
    "limit": {"type": ["integer", "null"], "minimum": 1, "maximum": \#(SearchRequest.maximumLimit)},
    "token": {"type": ["string", "null"]}
    """#

  private static let numbers = #"""
    "links": {"$ref": "#/components/schemas/links"},
    "numberMatched": {"type": "integer", "minimum": 0, "description": "How many match on all pages"},
    "numberMatchedIsEstimate": {"type": "boolean", "description": "true where numberMatched is not exact"},
    "numberReturned": {"type": "integer", "minimum": 0}
    """#

  static let searches = #"""
    {
      "search": {"type": "object", "additionalProperties": false, "properties": {\#(itemConditions), \#(page)}},
      "collectionSearch": {"type": "object", "additionalProperties": false, "properties": {\#(conditions), \#(page)}},
      "itemPart": {
        "type": "object", "description": "An item, or the members of it that fields asks for",
        "properties": {
          "type": {"const": "Feature"}, "stac_version": {"type": "string"}, "id": {"type": "string"},
          "collection": {"type": "string"}, "geometry": {"type": ["object", "null"]},
          "bbox": {"type": ["array", "null"], "items": {"type": "number"}}, "properties": {"type": "object"},
          "links": {"type": "array", "items": {"type": "object"}}, "assets": {"type": "object"}
        }
      },
      "itemPage": {
        "type": "object", "required": ["type", "features", "links", "numberReturned"],
        "properties": {
          "type": {"const": "FeatureCollection"},
          "features": {"type": "array", "items": {"$ref": "#/components/schemas/itemPart"}}, \#(numbers)
        }
      },
      "collectionPart": {
        "type": "object", "description": "A collection, or the members of it that fields asks for",
        "properties": {
          "type": {"const": "Collection"}, "stac_version": {"type": "string"}, "id": {"type": "string"},
          "description": {"type": "string"}, "license": {"type": "string"}, "extent": {"type": "object"},
          "links": {"type": "array", "items": {"type": "object"}}, "assets": {"type": "object"}
        }
      },
      "collections": {
        "type": "object", "required": ["collections", "links", "numberReturned"],
        "properties": {
          "collections": {"type": "array", "items": {"$ref": "#/components/schemas/collectionPart"}}, \#(numbers)
        }
      },
      "aggregate": {
        "type": "object",
        "properties": {
          "aggregations": {"type": ["array", "null"], "items": {"type": "string"}}, \#(itemConditions)
        }
      },
      "aggregationCollection": {
        "type": "object", "required": ["type", "aggregations", "links"],
        "properties": {
          "type": {"const": "AggregationCollection"},
          "aggregations": {
            "type": "array",
            "items": {
              "type": "object", "required": ["name", "data_type"],
              "properties": {
                "name": {"type": "string"}, "data_type": {"type": "string"}, "overflow": {"type": "integer", "minimum": 0},
                "buckets": {
                  "type": "array",
                  "items": {
                    "type": "object", "required": ["key", "frequency"],
                    "properties": {
                      "key": {"type": "string"}, "data_type": {"type": "string"},
                      "frequency": {"type": "integer", "minimum": 0}, "from": {"type": "number"}, "to": {"type": "number"}
                    }
                  }
                }
              }
            }
          },
          "links": {"$ref": "#/components/schemas/links"}
        }
      },
      "aggregations": {
        "type": "object", "required": ["aggregations", "links"],
        "properties": {
          "aggregations": {
            "type": "array",
            "items": {
              "type": "object", "required": ["name", "data_type"],
              "properties": {"name": {"type": "string"}, "data_type": {"type": "string"}}
            }
          },
          "links": {"$ref": "#/components/schemas/links"}
        }
      }
    }
    """#
}
