import StacModel
import StacSearch
import Testing

@Suite("An aggregation request")
struct AggregationRequestTests {
  @Test(
    "knows what a name computes",
    arguments: [
      ("total_count", .totalCount), ("datetime_min", .minimum("datetime")), ("datetime_max", .maximum("datetime")),
      ("collection_frequency", .frequency("collection")), ("cloud_cover_frequency", .frequency("eo:cloud_cover")),
      ("eo:cloud_cover_frequency", .frequency("eo:cloud_cover")), ("datetime_frequency", .frequency("datetime")),
      ("gsd_min", .minimum("gsd")), ("mlm:framework_frequency", .frequency("mlm:framework")),
      ("grid_code_frequency", .frequency("grid:code")), ("x_min_frequency", .frequency("x_min")),
      ("centroid_geohash_grid_frequency", .centroids(.geohash)),
      ("centroid_geotile_grid_frequency", .centroids(.geotile)),
    ] as [(String, Aggregation.Kind)])
  func names(name: String, kind: Aggregation.Kind) {
    #expect(Aggregation(name: name)?.kind == kind)
    #expect(Aggregation(name: name)?.name == name)
  }

  @Test("is the same from a query string and from a body")
  func bothForms() throws {
    let query = try AggregationRequest(query: [
      ("aggregations", "total_count,datetime_frequency,centroid_geohash_grid_frequency"), ("collections", "a,b"),
      ("bbox", "0,0,1,1"), ("datetime_frequency_interval", "month"), ("centroid_geohash_grid_frequency_precision", "4"),
      ("q", "forest"), ("query", #"{"gsd":{"lt":5}}"#),
    ])
    let body = try AggregationRequest(
      body: try JSONParser.parse(
        """
        {"datetime_frequency_interval":"month","centroid_geohash_grid_frequency_precision":4,\
        "aggregations":["total_count","datetime_frequency","centroid_geohash_grid_frequency"],\
        "collections":["a","b"],"bbox":[0,0,1,1],"q":"forest","query":{"gsd":{"lt":5}},"ids":null}
        """))
    #expect(query == body)
    #expect(query.aggregations.map(\.interval) == [nil, .month, nil])
    #expect(query.aggregations.map(\.precision) == [nil, nil, 4])
    #expect(query.search.collections == ["a", "b"])
    #expect(query.search.query != nil)
    #expect(try AggregationRequest(query: []).aggregations == [])
  }

  @Test(
    "refuses a wrong parameter by its name",
    arguments: [
      ([("aggregations", "count")], "aggregations"), ([("aggregations", "_frequency")], "aggregations"),
      ([("aggregations", "total_count,total_count")], "aggregations"),
      ([("aggregations", (0..<33).map { "p\($0)_min" }.joined(separator: ","))], "aggregations"),
      ([("aggregations", String(repeating: "a", count: 600) + "_min")], "aggregations"),
      ([("limit", "5")], "limit"), ([("token", "x")], "token"), ([("sortby", "a")], "sortby"),
      ([("fields", "")], "fields"),
      ([("bbox", "1")], "bbox"), ([("datetime_frequency_interval", "month")], "datetime_frequency_interval"),
      (
        [("aggregations", "datetime_frequency"), ("datetime_frequency_interval", "decade")],
        "datetime_frequency_interval"
      ),
      (
        [("aggregations", "centroid_geohash_grid_frequency"), ("centroid_geohash_grid_frequency_precision", "13")],
        "centroid_geohash_grid_frequency_precision"
      ),
      (
        [("aggregations", "centroid_geotile_grid_frequency"), ("centroid_geotile_grid_frequency_precision", "x")],
        "centroid_geotile_grid_frequency_precision"
      ),
      ([("aggregations", "total_count"), ("total_count_interval", "day")], "total_count_interval"),
    ] as [([(String, String)], String)])
  func refusals(query: [(String, String)], name: String) {
    #expect {
      try AggregationRequest(query: query.map { (name: $0.0, value: $0.1) })
    } throws: { ($0 as? ParameterError)?.parameter == name }
  }

  @Test("refuses a wrong member by its name")
  func bodyRefusals() {
    let bodies: [(JSONValue, String)] = [
      (["aggregations": "total_count"], "aggregations"), (["aggregations": [1]], "aggregations"),
      (["limit": 1], "limit"), ([], "body"),
      (
        ["aggregations": ["centroid_geohash_grid_frequency"], "centroid_geohash_grid_frequency_precision": "4"],
        "centroid_geohash_grid_frequency_precision"
      ),
    ]
    for (body, name) in bodies {
      #expect { try AggregationRequest(body: body) } throws: { ($0 as? ParameterError)?.parameter == name }
    }
  }
}
