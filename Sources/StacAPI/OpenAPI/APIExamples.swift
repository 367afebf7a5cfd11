import StacModel

/// Bodies and answers as examples, under the names that operations use.
enum APIExamples {
  static let all: JSONObject = (try? JSONParser.parse(text))?.object ?? [:]

  /// The text, for the test that reads it.
  static let text = #"""
    {
      "search": {
        "collections": ["sentinel-2-l2a"], "bbox": [-60, -15, -50, -5], "datetime": "2023-01-01T00:00:00Z/..",
        "filter": {"op": "<", "args": [{"property": "eo:cloud_cover"}, 10]},
        "sortby": [{"field": "datetime", "direction": "desc"}], "limit": 10
      },
      "collectionSearch": {"q": ["forest", "land cover"], "limit": 10},
      "aggregate": {"collections": ["sentinel-2-l2a"], "aggregations": ["total_count", "datetime_min"]},
      "aggregationCollection": {
        "type": "AggregationCollection",
        "aggregations": [{"name": "total_count", "data_type": "integer", "value": 1252}], "links": []
      },
      "item": {
        "type": "Feature", "stac_version": "1.1.0", "id": "S2A_32TQM_20230621", "collection": "sentinel-2-l2a",
        "geometry": {"type": "Polygon", "coordinates": [[[11, 44], [12, 44], [12, 45], [11, 45], [11, 44]]]},
        "bbox": [11, 44, 12, 45],
        "properties": {"datetime": "2023-06-21T10:16:01Z", "eo:cloud_cover": 3.5, "platform": "sentinel-2a"},
        "links": [], "assets": {"visual": {"href": "https://example.org/S2A_32TQM_20230621/TCI.tif"}}
      },
      "itemPatch": {"properties": {"eo:cloud_cover": 4.1, "eo:snow_cover": null}},
      "collection": {
        "type": "Collection", "stac_version": "1.1.0", "id": "sentinel-2-l2a", "title": "Sentinel-2 Level-2A",
        "description": "Surface reflectance", "license": "other",
        "extent": {
          "spatial": {"bbox": [[-180, -84, 180, 84]]}, "temporal": {"interval": [["2015-06-27T00:00:00Z", null]]}
        },
        "links": []
      },
      "collectionPatch": {"title": "Sentinel-2, atmospherically corrected", "keywords": ["reflectance"]},
      "match": {"collection": "sentinel-2-l2a", "bbox": [11.2, 44.3, 11.3, 44.4], "datetime": "2023-06-01T00:00:00Z/.."},
      "promotion": {"to": "approved", "comment": "Better than 1.3 on all test areas", "evidence": {"f1": 0.91}},
      "execute": {
        "inputs": {
          "items": [{"collection": "sentinel-2-l2a", "id": "S2A_32TQM_20230621"}], "bbox": [11.2, 44.3, 11.3, 44.4],
          "confidence": true
        },
        "response": "document"
      }
    }
    """#
}
