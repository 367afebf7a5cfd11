import StacModel
import StacSearch
import Testing

@Suite("A collection search request")
struct CollectionSearchRequestTests {
  @Test("is the same from a query string and from a body")
  func bothForms() throws {
    let query = try CollectionSearchRequest(query: [
      ("bbox", "170,-20,-170,20"), ("datetime", "2020-01-01T00:00:00Z/.."), ("limit", "5"), ("token", "t"),
      ("q", "EO,Earth Observation"), ("sortby", "-title"), ("fields", "id,title"),
      ("query", #"{"license":{"eq":"MIT"}}"#),
    ])
    let body = try CollectionSearchRequest(
      body: try JSONParser.parse(
        """
        {"bbox":[170,-20,-170,20],"datetime":"2020-01-01T00:00:00Z/..","limit":5,"token":"t",\
        "q":["EO","Earth Observation"],"sortby":[{"field":"title","direction":"desc"}],\
        "fields":{"include":["id","title"]},"query":{"license":{"eq":"MIT"}}}
        """))
    #expect(query == body)
    #expect(query.fields?.resource == .collection)
    #expect(try CollectionSearchRequest(query: []).limit == CollectionSearchRequest.defaultLimit)
  }

  @Test(
    "refuses a wrong parameter by its name",
    arguments: [
      ("bbox", "0,0,1"), ("limit", "0"), ("datetime", "../.."), ("ids", "a"), ("collections", "a"),
      ("intersects", "{}"),
      ("q", "\""), ("x", "1"), ("token", "a\0"), ("sortby", ","), ("query", "1"), ("fields", "-"),
    ])
  func refusals(name: String, value: String) {
    #expect {
      try CollectionSearchRequest(query: [(name, value)])
    } throws: { ($0 as? ParameterError)?.parameter == name }
    #expect {
      try CollectionSearchRequest(query: [("q", "a"), ("q", "b")])
    } throws: { ($0 as? ParameterError)?.parameter == "q" }
  }
}
