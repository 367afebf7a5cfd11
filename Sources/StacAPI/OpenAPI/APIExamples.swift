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
      "model": {
        "type": "Feature", "stac_version": "1.1.0", "id": "crops-2", "collection": "models",
        "stac_extensions": [
          "https://stac-extensions.github.io/mlm/v1.5.2/schema.json",
          "https://stac-extensions.github.io/version/v1.2.0/schema.json",
          "https://stac-extensions.github.io/file/v2.1.0/schema.json"
        ],
        "geometry": {"type": "Polygon", "coordinates": [[[11, 44], [12, 44], [12, 45], [11, 45], [11, 44]]]},
        "bbox": [11, 44, 12, 45],
        "properties": {
          "datetime": null, "start_datetime": "2024-03-01T00:00:00Z", "end_datetime": "2024-10-01T00:00:00Z",
          "version": "2.0.0", "mlm:name": "crops", "mlm:architecture": "Gradient boosted trees",
          "mlm:tasks": ["classification"], "mlm:framework": "xgboost", "mlm:framework_version": "2.1.4",
          "bands": [{"name": "B04"}, {"name": "B08"}],
          "mlm:input": [
            {
              "name": "reflectance", "bands": ["B04", "B08"],
              "input": {"shape": [-1, 2], "dim_order": ["batch", "bands"], "data_type": "float32"}
            }
          ],
          "mlm:output": [
            {
              "name": "crops", "tasks": ["classification"],
              "result": {"shape": [-1, 2], "dim_order": ["batch", "class"], "data_type": "float32"},
              "classification:classes": [
                {"value": 1, "name": "wheat", "description": "Winter wheat"},
                {"value": 2, "name": "other", "description": "All else"}
              ]
            }
          ]
        },
        "links": [
          {"rel": "mlflow:run", "href": "https://mlflow.example.org/#/experiments/1/runs/0a1b2c", "type": "text/html"}
        ],
        "assets": {
          "model": {
            "href": "https://models.example.org/crops-2.ubj", "type": "application/octet-stream; framework=xgboost",
            "roles": ["mlm:model"], "mlm:artifact_type": "xgboost.Booster.save_model",
            "bands": [{"name": "B04"}, {"name": "B08"}],
            "file:checksum": "1220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
          },
          "test-vector": {"href": "https://models.example.org/crops-2.csv", "type": "text/csv", "roles": ["test-vector"]}
        }
      },
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
