import StacModel
import StacSearch

/// The parameters of operations as OpenAPI describes them, under the names that operations use.
enum APIParameters {
  static let all = JSONObject(paths.members + filters.members + pages.members + others.members + matching.members)

  private static let paths: JSONObject = [
    "collectionId": path("collectionId", "The collection's identifier", example: "sentinel-2-l2a"),
    "modelId": path(
      "modelId", "The identifier of an item that describes a model", example: "amazon-land-cover"),
    "itemId": path("itemId", "The item's identifier", example: "S2A_32TQM_20230621"),
    "key": path("key", "The asset's key", example: "visual"),
    "processId": path(
      "processId",
      "Collection and identifier of the model, each percent-encoded, with one bare colon between: a colon within an "
        + "identifier is %3A",
      example: "models:land-cover"),
    "year": path("year", "Four digits", pattern: "^[0-9]{4}$", example: "2023"),
    "day": path("day", "Two digits", pattern: "^(0[1-9]|[12][0-9]|3[01])$", example: "21"),
    "month": path("month", "Two digits", pattern: "^(0[1-9]|1[0-2])$", example: "06"),
  ]

  private static let filters: JSONObject = [
    "bbox": query(
      "bbox", "West, south, east, north in degrees, or the same with heights; west > east crosses the antimeridian",
      ["type": "array", "items": ["type": "number"], "minItems": 4, "maxItems": 6], example: [-60, -15, -50, -5]),
    "datetime": query(
      "datetime", "An RFC 3339 date-time, or an interval of two whose open end is `..` or empty", text,
      example: "2023-01-01T00:00:00Z/.."),
    "intersects": query(
      "intersects", "A GeoJSON geometry that items must meet; not together with bbox", text,
      example: "{\"type\":\"Point\",\"coordinates\":[-55.5,-11.6]}"),
    "ids": query("ids", "Identifiers of items, separated by commas", texts, example: ["S2A_32TQM_20230621"]),
    "collections": query(
      "collections", "Identifiers of collections, separated by commas", texts, example: ["sentinel-2-l2a"]),
    "q": query(
      "q",
      "Words to search for: one of those between commas, or AND, OR, +, -, NOT, \"phrases\" and parentheses", text,
      example: "forest, \"land cover\""),
    "filter": query(
      "filter", "A CQL2 filter; /queryables lists what it may name", text, example: "eo:cloud_cover < 10"),
    "filter-lang": query(
      "filter-lang", "What the filter is written in; cql2-text by default",
      ["type": "string", "enum": ["cql2-text", "cql2-json"]], example: "cql2-text"),
    "filter-crs": query(
      "filter-crs", "The coordinate reference system of the filter's geometries",
      ["type": "string", "enum": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"]],
      example: "http://www.opengis.net/def/crs/OGC/1.3/CRS84"),
    "query": query(
      "query", "Conditions of the query extension, as JSON", text, example: "{\"eo:cloud_cover\":{\"lt\":10}}"),
    "modelCollection": query(
      "collection", "The collection that the model goes to; its item's member `collection` where it is left out", text,
      example: "models"),
    "dry_run": query("dry_run", "Whether only to say what would be done", ["type": "boolean"], example: true),
    "replace": query(
      "replace", "Whether a version that is registered may get another file", ["type": "boolean"], example: false),
    "promotionLimit": query(
      "limit", "How many of the latest entries there are at most; 200 by default",
      ["type": "integer", "minimum": 1, "maximum": .init(ModelPromotions.mostEntries)], example: 10),
    "before": query(
      "before", "Only what was decided before the entry of this number", ["type": "integer", "minimum": 1]),
    "removalComment": query(
      "comment", "Why, for the histories of models; at most 4000 bytes", ["type": "string"], example: "superseded"),
    "catalog_only": query(
      "catalog_only", "Whether to take a model that cannot be run here", ["type": "boolean"], example: false),
    "check_registry": query(
      "check_registry", "Whether to ask the registries of its container images, and keep what they say",
      ["type": "boolean"], example: true),
    "sortby": query(
      "sortby", "Properties that sort the results, separated by commas, each behind + or -", text, example: "-datetime"),
    "fields": query(
      "fields", "Members that documents are cut to, separated by commas; - before a name leaves it out", text,
      example: "id,geometry,-assets"),
  ]

  private static let pages: JSONObject = [
    "limit": query(
      "limit", "The most entries on a page; beyond the maximum counts as the maximum",
      ["type": "integer", "minimum": 1, "maximum": .init(SearchRequest.maximumLimit)], example: 10),
    "token": query("token", "Where the page begins, as a link of an earlier answer has it", text),
    "prefer": header(
      "Prefer",
      "`count=exact` counts every match, however long it takes; `count=none` counts nothing. By default the number is "
        + "exact where it is known or counted at once, and an estimate that says so where not",
      example: "count=exact"),
  ]

  private static let others: JSONObject = [
    "aggregations": query(
      "aggregations", "What to compute, separated by commas; /aggregations lists the names", texts,
      example: ["total_count", "collection_frequency"]),
    "datetime_frequency_interval": query(
      "datetime_frequency_interval",
      "How wide the buckets of `datetime_frequency` are; every frequency of a property over time has such a parameter",
      ["type": "string", "enum": .array(CalendarUnit.allCases.map { .string($0.rawValue) })]),
    "centroid_geohash_grid_frequency_precision": query(
      "centroid_geohash_grid_frequency_precision", "Characters of the geohashes",
      ["type": "integer", "minimum": 1, "maximum": 12]),
    "centroid_geotile_grid_frequency_precision": query(
      "centroid_geotile_grid_frequency_precision", "Zoom of the tiles",
      ["type": "integer", "minimum": 0, "maximum": 29]),
    "type": query(
      "type", "Only children of this type", ["type": "string", "enum": ["Catalog", "Collection"]], example: "Collection"
    ),
    "version": query(
      "version", "The version of OpenAPI; the Accept header may say it too",
      ["type": "string", "enum": .array(OpenAPIVersion.allCases.map { .string($0.rawValue) })], example: "3.1"),
    "language": query(
      "language", "The languages that are wanted, as an Accept-Language header has them, which it outweighs",
      ["type": "string", "pattern": .string(LanguageRanges.pattern)], example: "pt-BR,pt;q=0.9,en;q=0.8"),
    "lineageForm": query(
      "f", "How the lineage is written; the Accept header may say it too",
      ["type": "string", "enum": ["json", "svg", "dot", "text"]], example: "json"),
    "lineageDirection": query(
      "direction", "What it was made of, what was made of it, or both",
      ["type": "string", "enum": ["sources", "results", "both"]], example: "both"),
    "lineageDepth": query(
      "depth", "Steps that are walked each way", ["type": "integer", "minimum": 1, "maximum": 32], example: 8),
    "lineageLimit": query(
      "limit", "Nodes at most", ["type": "integer", "minimum": 1, "maximum": 1000], example: 200),
    "range": header("Range", "A range of bytes", example: "bytes=0-1023"),
    "if-none-match": header("If-None-Match", "An ETag; the file is sent only where it has changed"),
  ]

  private static let matching: JSONObject = [
    "matchItem": query("item", "The identifier of the item that is to be read, with its collection", text),
    "matchCollection": query(
      "collection", "The collection of the item; without an item its newest 100 items there and then", text,
      example: "sentinel-2-l2a"),
    "bands": query(
      "bands", "Names of bands, separated by commas, where no item is named", texts,
      example: ["B02", "B03", "B04", "B08"]),
    "gsd": query("gsd", "Metres of a pixel of those bands", ["type": "number", "minimum": 0], example: 10),
    "platform": query("platform", "What took the imagery", texts, example: ["sentinel-2a"]),
    "constellation": query("constellation", "The constellation of the platform", texts, example: ["sentinel-2"]),
    "instruments": query("instruments", "The instruments", texts, example: ["msi"]),
    "model": query(
      "model", "The one model that is asked about, as collection:item", text, example: "models:land-cover"),
    "runnable": query(
      "runnable", "false lists models too that cannot be run here, with the obstacle", ["type": "boolean"],
      example: false),
    "offset": query(
      "offset", "How many of the models that match come before the page", ["type": "integer", "minimum": 0]),
    "refused": query(
      "refused", "How many of the models that do not match are listed, those with the fewest reasons first",
      ["type": "integer", "minimum": 0], example: 10),
    "sourceCollection": query("collection", "The one collection whose items are judged; else collections are", text),
    "after": query(
      "after", "The collection behind which others are looked at, as a link of an earlier answer has it", text),
  ]

  private static let text: JSONValue = ["type": "string"]
  private static let texts: JSONValue = ["type": "array", "items": ["type": "string"]]

  private static func path(
    _ name: String, _ description: String, pattern: String? = nil, example: JSONValue
  ) -> JSONValue {
    var schema: JSONObject = ["type": "string"]
    if let pattern { schema["pattern"] = .string(pattern) }
    return [
      "name": .string(name), "in": "path", "required": true, "description": .string(description),
      "schema": .object(schema), "example": example,
    ]
  }

  private static func query(
    _ name: String, _ description: String, _ schema: JSONValue, example: JSONValue? = nil
  ) -> JSONValue {
    var object: JSONObject = [
      "name": .string(name), "in": "query", "required": false, "description": .string(description), "schema": schema,
      "style": "form", "explode": false,
    ]
    object["example"] = example
    return .object(object)
  }

  private static func header(_ name: String, _ description: String, example: JSONValue? = nil) -> JSONValue {
    var object: JSONObject = [
      "name": .string(name), "in": "header", "required": false, "description": .string(description),
      "schema": ["type": "string"],
    ]
    object["example"] = example
    return .object(object)
  }
}
