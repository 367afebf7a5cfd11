import CQL2
import StacModel
import StacSearch
import Testing

@Suite("The filter parameters")
struct FilterParameterTests {
  private static let expected = Expression.operation(
    .less, [.property("eo:cloud_cover"), .number(JSONNumber(10))])
  private static let json: JSONValue = ["op": "<", "args": [["property": "eo:cloud_cover"], 10]]

  @Test("are text by default in a query string, JSON by default in a body, and either on demand")
  func languages() throws {
    let text = "eo:cloud_cover < 10"
    let queries: [[(name: String, value: String)]] = [
      [("filter", text)], [("filter", text), ("filter-lang", "cql2-text")],
      [("filter-lang", "cql2-json"), ("filter", JSONSerializer.text(Self.json))],
      [("filter", text), ("filter-crs", "http://www.opengis.net/def/crs/OGC/1.3/CRS84")],
    ]
    for query in queries {
      #expect(try SearchRequest(query: query).filter?.expression == Self.expected)
      #expect(try CollectionSearchRequest(query: query).filter?.expression == Self.expected)
      #expect(try AggregationRequest(query: query).search.filter?.expression == Self.expected)
    }
    let bodies: [JSONValue] = [
      ["filter": Self.json], ["filter": Self.json, "filter-lang": "cql2-json", "filter-crs": nil],
      ["filter": .string(text), "filter-lang": "cql2-text"],
    ]
    for body in bodies {
      #expect(try SearchRequest(body: body).filter?.expression == Self.expected)
      #expect(try CollectionSearchRequest(body: body).filter?.expression == Self.expected)
      #expect(try AggregationRequest(body: body).search.filter?.expression == Self.expected)
    }
    #expect(try SearchRequest(body: ["filter": nil, "filter-lang": "cql2-json"]).filter == nil)
  }

  @Test(
    "are refused by name",
    arguments: [
      ([("filter-lang", "cql-text")], "filter-lang"), ([("filter-lang", "")], "filter-lang"),
      ([("filter-crs", "EPSG:4326")], "filter-crs"),
      ([("filter-crs", "https://www.opengis.net/def/crs/OGC/1.3/CRS84")], "filter-crs"),
      ([("filter", "")], "filter"), ([("filter", "a <")], "filter"), ([("filter", "{}")], "filter"),
      ([("filter", "a < 1"), ("filter-lang", "cql2-json")], "filter"),
      ([("filter", "\"a < 1\""), ("filter-lang", "cql2-json")], "filter"),
      ([("filter", "{\"op\":"), ("filter-lang", "cql2-json")], "filter"),
    ] as [([(String, String)], String)])
  func refusals(query: [(String, String)], name: String) {
    #expect {
      try SearchRequest(query: query.map { (name: $0.0, value: $0.1) })
    } throws: { ($0 as? ParameterError)?.parameter == name }
  }

  @Test(
    "are refused by name in a body",
    arguments: [
      (["filter": "a < 1"], "filter"), (["filter": 5], "filter"), (["filter": ["op": "x"]], "filter"),
      (["filter": ["op": "<"], "filter-lang": "cql2-text"], "filter"), (["filter-lang": 1], "filter-lang"),
      (["filter-crs": ["a"]], "filter-crs"),
    ] as [(JSONValue, String)])
  func bodyRefusals(body: JSONValue, name: String) {
    #expect { try SearchRequest(body: body) } throws: { ($0 as? ParameterError)?.parameter == name }
  }

  @Test("are refused when nested too deeply")
  func depth() {
    for (text, language) in [
      (String(repeating: "(", count: 10_000), "cql2-text"), (String(repeating: "NOT ", count: 10_000), "cql2-text"),
      (String(repeating: #"{"op":"not","args":["#, count: 10_000), "cql2-json"),
    ] {
      #expect {
        try SearchRequest(query: [("filter", text), ("filter-lang", language)])
      } throws: { ($0 as? ParameterError)?.parameter == "filter" }
    }
  }

  @Test("say where a filter cannot be read")
  func location() {
    #expect {
      try SearchRequest(query: [("filter", "eo:cloud_cover < ")])
    } throws: { ($0 as? ParameterError)?.message.contains("character") ?? false }
    #expect {
      try SearchRequest(body: ["filter": ["op": "<", "args": [["property": "a"], ["op": "nothing"]]]])
    } throws: { ($0 as? ParameterError)?.message.contains("/args/1") ?? false }
  }
}
