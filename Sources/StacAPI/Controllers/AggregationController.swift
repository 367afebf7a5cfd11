import CQL2
import Hummingbird
import StacModel
import StacSearch
import StacStore

/// `/aggregate` and `/aggregations`, of the whole catalog and of a collection (STAC API aggregation 0.3.0).
struct AggregationController {
  let store: any CatalogStore
  let matching: ModelMatching

  func answer(_ request: APIRequest) async throws -> Response {
    switch request.route {
    case .aggregate(let collection): try await aggregate(collection, request)
    case .aggregations(let collection): try await list(collection, request)
    default: throw APIError(.notFound, "There is no resource at this path")
    }
  }

  private func aggregate(_ collection: String?, _ request: APIRequest) async throws -> Response {
    var asked: AggregationRequest
    if request.method == "GET" {
      asked = try AggregationRequest(query: request.target.query)
    } else {
      _ = try request.parameters([])
      asked = try AggregationRequest(body: try await request.query())
    }
    if let collection {
      try await store.demand(collection: collection)
      asked.search.limit(to: collection)
    }
    asked.search = try await matching.resolving(asked.search)
    let results = try await store.aggregate(asked)
    let links = links(request, below: collection, last: "aggregate")
    return .json([
      "type": "AggregationCollection", "aggregations": .array(results.map(\.json)), "links": links.json,
    ])
  }

  private func list(_ collection: String?, _ request: APIRequest) async throws -> Response {
    _ = try request.parameters([])
    let queryables = try await store.queryables(collection: collection)
    let available = queryables.aggregations(inCollection: collection != nil)
    return .json([
      "aggregations": .array(available), "links": links(request, below: collection, last: "aggregations").json,
    ])
  }

  private func links(_ request: APIRequest, below collection: String?, last: String) -> LinkList {
    var links = LinkList()
    let parent = collection.map { request.base.url("collections", $0) } ?? request.base.landing
    let url = collection.map { request.base.url("collections", $0, last) } ?? request.base.url(last)
    links.add(.selfLink, url)
    links.add(.root, request.base.landing)
    links.add(.parent, parent)
    if collection != nil { links.add(.collection, parent) }
    return links
  }
}

extension AggregationResult {
  /// The Aggregation object.
  fileprivate var json: JSONValue {
    var object: JSONObject = ["name": .string(name), "data_type": .string(dataType)]
    if let value { object["value"] = value }
    if let buckets { object["buckets"] = .array(buckets.map { $0.json(dataType) }) }
    if let overflow { object["overflow"] = .init(overflow) }
    return .object(object)
  }
}

extension AggregationResult.Bucket {
  fileprivate func json(_ dataType: String) -> JSONValue {
    var object: JSONObject = [
      "key": .string(key), "data_type": .string(dataType.hasPrefix("interval_") ? "datetime" : dataType),
      "frequency": .init(frequency),
    ]
    if let from { object["from"] = JSONValue(from) }
    if let to { object["to"] = JSONValue(to) }
    return .object(object)
  }
}

extension Queryables {
  /// What can be asked for: the extension's own names, then frequencies, minima and maxima of the properties.
  fileprivate func aggregations(inCollection: Bool) -> [JSONValue] {
    var list: [(name: String, type: String)] = [
      ("total_count", "integer"), ("datetime_min", "datetime"), ("datetime_max", "datetime"),
      ("datetime_frequency", "datetime"),
    ]
    if !inCollection { list.append(("collection_frequency", "string")) }
    list += GeographicGrid.allCases.map { ($0.aggregationName, "string") }
    for definition in definitions where !["id", "collection", "datetime", "geometry"].contains(definition.name) {
      list += definition.aggregations
    }
    return list.map { ["name": .string($0.name), "data_type": .string($0.type)] }
  }
}

extension PropertyDefinition {
  fileprivate var aggregations: [(name: String, type: String)] {
    if type == .array || jsonTypes == [.array] { return [("\(name)_frequency", "string")] }
    guard isSortable else { return [] }
    let isInstant = type == .timestamp || type == .date
    let isNumber = type == .number || jsonTypes.contains(.number)
    let dataType = isInstant ? "datetime" : isNumber ? "numeric" : jsonTypes == [.boolean] ? "boolean" : "string"
    let names = isInstant || isNumber ? ["_frequency", "_min", "_max"] : ["_frequency"]
    return names.map { (name + $0, dataType) }
  }
}
