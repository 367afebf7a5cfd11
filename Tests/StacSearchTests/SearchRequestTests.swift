import StacModel
import StacSearch
import Testing

@Suite("A search request")
struct SearchRequestTests {
  @Test("is the same from a query string and from a body")
  func bothForms() throws {
    let query = try SearchRequest(query: [
      ("bbox", "170,-20,-170,20"), ("datetime", "2020-01-01T00:00:00Z/.."), ("ids", "a,b"), ("collections", "c"),
      ("limit", "5"), ("token", "t"),
    ])
    let body = try SearchRequest(
      body: try JSONParser.parse(
        """
        {"bbox":[170,-20,-170,20],"datetime":"2020-01-01T00:00:00Z/..","ids":["a","b"],"collections":["c"],"limit":5,\
        "token":"t","intersects":null}
        """))
    #expect(query == body)
    #expect(query.boundingBox?.parts.map(\.numbers) == [[170, -20, 180, 20], [-180, -20, -170, 20]])
  }

  @Test(
    "refuses a wrong parameter by its name",
    arguments: [
      ("bbox", "1,2,3"), ("bbox", "1,2,3,4,5"), ("bbox", "a,b,c,d"), ("bbox", "nan,0,1,1"), ("bbox", "0,0,inf,1"),
      ("bbox", "0,1,1,0"), ("bbox", "0,0,0,91"), ("bbox", "-181,0,0,1"), ("bbox", ""), ("bbox", "0,0,9,1,1,1"),
      ("bbox", "0x1,0,1,1"), ("bbox", "1,2,3,4,"), ("limit", "0"), ("limit", "-1"), ("limit", "abc"), ("limit", "1.5"),
      ("limit", ""), ("datetime", "2020"), ("intersects", "{}"), ("intersects", "POINT(1 1)"), ("unknown", "1"),
      ("ids", "a\0b"),
    ])
  func wrongParameters(name: String, value: String) {
    #expect {
      try SearchRequest(query: [(name, value)])
    } throws: { ($0 as? ParameterError)?.parameter == name }
  }

  @Test("takes a limit beyond the maximum as the maximum")
  func largeLimit() throws {
    #expect(try SearchRequest(query: [("limit", "10001")]).limit == 10_000)
    #expect(try SearchRequest(query: [("limit", "9223372036854775808")]).limit == 10_000)
    #expect(throws: ParameterError.self) { try SearchRequest(body: ["limit": "5"]) }
  }

  @Test("refuses bbox and intersects together")
  func together() throws {
    #expect(throws: ParameterError.self) {
      try SearchRequest(
        body: try JSONParser.parse(#"{"bbox":[0,0,1,1],"intersects":{"type":"Point","coordinates":[0,0]}}"#))
    }
  }
}

@Suite("Geometry")
struct GeometryTests {
  @Test(
    "of every type comes back as it went in",
    arguments: [
      #"{"type":"Point","coordinates":[1,2]}"#, #"{"type":"MultiPoint","coordinates":[[1,2,3]]}"#,
      #"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#,
      #"{"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]}"#,
      #"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#,
      #"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}"#,
      #"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1.5,2]}]}"#,
    ])
  func roundTrip(text: String) throws {
    #expect(JSONSerializer.text(try Geometry(json: try JSONParser.parse(text)).json) == text)
  }

  @Test("is written as PostGIS reads it")
  func wkb() throws {
    let point = Geometry.point(Position(longitude: 1, latitude: 2))
    #expect(
      point.extendedWKB.map { String($0, radix: 16).count == 1 ? "0" + String($0, radix: 16) : String($0, radix: 16) }
        .joined() == "0101000020e6100000000000000000f03f0000000000000040")
  }

  @Test("refuses what it does not know also where a body says null, and takes null for absent where it does")
  func nullMembers() throws {
    #expect(throws: ParameterError.self) { try SearchRequest(body: ["": .null]) }
    #expect(throws: ParameterError.self) { try CollectionSearchRequest(body: ["nonsense": .null]) }
    #expect(try SearchRequest(body: ["ids": .null, "q": .null]) == SearchRequest())
  }
}
