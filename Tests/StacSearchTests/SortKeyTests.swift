import StacModel
import StacSearch
import Testing

@Suite("Sort keys")
struct SortKeyTests {
  private static func up(_ name: String) -> SortKey { SortKey(property: name, direction: .ascending) }
  private static func down(_ name: String) -> SortKey { SortKey(property: name, direction: .descending) }

  @Test(
    "are read from a query string",
    arguments: [
      ("properties.created", [up("created")]), ("+properties.created", [up("created")]),
      (" properties.created", [up("created")]), ("properties.created,-id", [up("created"), down("id")]),
      ("+properties.created,-id", [up("created"), down("id")]),
      ("-properties.eo:cloud_cover", [down("eo:cloud_cover")]),
      (" a,-b, c, -d", [up("a"), down("b"), up("c"), down("d")]),
      ("", []), ("-a-b", [down("a-b")]),
    ] as [(String, [SortKey])])
  func query(text: String, expected: [SortKey]) throws {
    #expect(try SearchRequest(query: [("sortby", text)]).sortBy == expected)
    #expect(try CollectionSearchRequest(query: [("sortby", text)]).sortBy == expected)
  }

  @Test("are read from a body")
  func body() throws {
    let json = try JSONParser.parse(
      """
      [{"field":"properties.created","direction":"asc"},{"field":"properties.eo:cloud_cover","direction":"desc"},\
      {"field":"id","direction":"desc"},{"field":"collection"},{"field":"x","direction":null}]
      """)
    let expected = [
      Self.up("created"), Self.down("eo:cloud_cover"), Self.down("id"), Self.up("collection"), Self.up("x"),
    ]
    #expect(try SearchRequest(body: ["sortby": json]).sortBy == expected)
    #expect(try SearchRequest(body: ["sortby": nil]).sortBy == [])
    #expect(try SearchRequest(body: ["sortby": []]).sortBy == [])
  }

  @Test(
    "are refused when empty, repeated, too many or too long",
    arguments: [
      ",", "a,", ",a", "+", "-", "a,,b", "a,a", "a,-a", "a,properties.a", "properties.",
      (0..<17).map { "p\($0)" }.joined(separator: ","), String(repeating: "a", count: 513),
    ])
  func refusals(text: String) {
    #expect {
      try SearchRequest(query: [("sortby", text)])
    } throws: { ($0 as? ParameterError)?.parameter == "sortby" }
  }

  @Test(
    "are refused in a body that is not an array of fields and directions",
    arguments: [
      "a", 1, ["field": "a"], ["a"], [["direction": "asc"]], [["field": 1]], [["field": "a", "direction": "up"]],
      [["field": "a", "direction": "DESC"]], [["field": "a", "direction": 1]], [["field": "a", "order": "asc"]],
      [["field": "a"], ["field": "properties.a"]], [["field": ""]],
    ] as [JSONValue])
  func bodyRefusals(json: JSONValue) {
    #expect {
      try SearchRequest(body: ["sortby": json])
    } throws: { ($0 as? ParameterError)?.parameter == "sortby" }
  }
}
