import SeededRandom
import StacModel
import StacSearch
import Testing

@Suite("Parameters at random")
struct ParameterFuzzTests {
  private static let pieces = [
    "", " ", ",", "-", "+", "\"", "(", ")", "{", "}", "[", "]", ":", "..", "/", "a", "AND", "OR", "NOT", "1", "1e400",
    "-0",
    "NaN", "null", "true", "\\", "\\u0000", "\\ud800", "%", "_", "'", "''", ";", "--", "\0", "\u{FEFF}", "é",
    "e\u{301}", "😀",
    "\u{202E}", "properties.", "datetime", "eo:cloud_cover", "eq", "in", "op", "args", "<", "=", "S_INTERSECTS",
    "POINT",
    "TIMESTAMP", "2020-01-01T00:00:00Z", "9223372036854775808", "include", "field", "\"a\":", "\n", "\t", "total_count",
  ]

  private static let values: [JSONValue] = [
    nil, true, 0, -1, JSONValue(1.5), "", "a", [], [:], [nil], [[]], [1, "a"], ["a": nil], ["a": ["eq": [:]]],
    ["field": "a"],
    ["op": "and", "args": []], ["include": ["a"], "exclude": nil], "cql2-text", [1, 2, 3, 4],
    ["type": "Point", "coordinates": [1, 2]],
  ]

  private static func refusesOnly(_ work: () throws -> Void) {
    do { try work() } catch {
      #expect(error is ParameterError)
    }
  }

  @Test("of a query string are read or refused")
  func query() {
    var generator = SeededGenerator(seed: 11)
    let names = SearchRequest.parameterNames + ["aggregations", "datetime_frequency_interval"]
    for _ in 0..<5_000 {
      var query: [(name: String, value: String)] = []
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let count = Int.random(in: 0...10, using: &generator)
        let value = (0..<count).map { _ in Self.pieces.randomElement(using: &generator) ?? "" }.joined()
        query.append((names.randomElement(using: &generator) ?? "", value))
      }
      Self.refusesOnly { _ = try SearchRequest(query: query) { $0 == "aggregations" } }
      Self.refusesOnly { _ = try CollectionSearchRequest(query: query) }
      Self.refusesOnly { _ = try AggregationRequest(query: query) }
    }
  }

  @Test("of a body are read or refused")
  func body() {
    var generator = SeededGenerator(seed: 12)
    let names = SearchRequest.parameterNames + ["aggregations", "datetime_frequency_interval"]
    for _ in 0..<5_000 {
      var body = JSONObject()
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        body[names.randomElement(using: &generator) ?? ""] = Self.values.randomElement(using: &generator)
      }
      Self.refusesOnly { _ = try SearchRequest(body: .object(body)) }
      Self.refusesOnly { _ = try CollectionSearchRequest(body: .object(body)) }
      Self.refusesOnly { _ = try AggregationRequest(body: .object(body)) }
    }
  }
}
