import StacModel

extension APIOperation {
  private static let parameters = [
    "aggregations", "bbox", "intersects", "datetime", "ids", "collections", "q", "filter", "filter-lang", "filter-crs",
    "query", "datetime_frequency_interval", "centroid_geohash_grid_frequency_precision",
    "centroid_geotile_grid_frequency_precision",
  ]
  private static let answer = APIAnswer.ok(
    "aggregationCollection", "The aggregations", example: "aggregationCollection")
  private static let body = APIBody(
    schema: "aggregate", description: "The conditions and what to compute", example: "aggregate")

  static let aggregationOperations: [APIOperation] = of("", []) + of("/collections/{collectionId}", ["collectionId"])

  private static func of(_ prefix: String, _ names: [String]) -> [APIOperation] {
    let needs: APINeeds = names.isEmpty ? .database : [.database, .existing]
    let suffix = names.isEmpty ? "" : "OfCollection"
    let whose = names.isEmpty ? "items" : "a collection's items"
    return [
      .init(
        path: prefix + "/aggregate", method: .get, id: "getAggregate" + suffix, tag: .aggregation,
        summary: "Aggregates \(whose)", description: "Over the items that a search with the same conditions finds.",
        parameters: names + parameters, answers: [answer], needs: needs),
      .init(
        path: prefix + "/aggregate", method: .post, id: "postAggregate" + suffix, tag: .aggregation,
        summary: "Aggregates \(whose)", description: "The same with the conditions in a body.", parameters: names,
        body: body, answers: [answer], needs: needs),
      .init(
        path: prefix + "/aggregations", method: .get, id: "getAggregations" + suffix, tag: .aggregation,
        summary: "What can be computed of \(whose)", parameters: names,
        answers: [.ok("aggregations", "The names and the types of their results")], needs: needs),
    ]
  }
}
