import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

@Suite(.ownDatabases) struct CollectionSearchTests {
  private static func collection(_ id: String, box: String, start: String, title: String) throws -> Collection {
    try Collection(
      JSONParser.parse(
        """
        {"type":"Collection","stac_version":"1.1.0","id":"\(id)","title":"\(title)","description":"of \(id)",\
        "keywords":["field \(id)"],"license":"other","extent":{"spatial":{"bbox":[\(box)]},\
        "temporal":{"interval":[[\(start),null]]}},"links":[]}
        """))
  }

  private static func filled() async throws -> CatalogFixture {
    let catalog = try await CatalogFixture()
    try await catalog.store.upsert([
      collection("a", box: "[0,0,10,10]", start: #""2021-01-01T00:00:00Z""#, title: "Wheat"),
      collection("b", box: "[170,0,-170,10]", start: "null", title: "Maize"),
      collection("c", box: "[20,20,30,30]", start: #""2020-01-01T00:00:00Z""#, title: "Wheat of the north"),
    ])
    return catalog
  }

  private static func find(_ catalog: CatalogFixture, _ query: (name: String, value: String)...) async throws
    -> [String]
  {
    try await catalog.store.searchCollections(CollectionSearchRequest(query: query)).documents.map(\.id)
  }

  @Test func `Collections are found by place, time, words and filter`() async throws {
    let catalog = try await Self.filled()
    #expect(try await Self.find(catalog, ("bbox", "5,5,6,6")) == ["a"])
    #expect(try await Self.find(catalog, ("bbox", "175,5,176,6")) == ["b"])
    #expect(try await Self.find(catalog, ("datetime", "../2020-06-01T00:00:00Z")) == ["b", "c"])
    #expect(try await Self.find(catalog, ("q", "wheat")) == ["a", "c"])
    #expect(try await Self.find(catalog, ("q", "wheat -north")) == ["a"])
    #expect(try await Self.find(catalog, ("q", "\"field b\"")) == ["b"])
    #expect(try await Self.find(catalog, ("filter", "title LIKE 'Wheat%' AND datetime < DATE('2020-06-01')")) == ["c"])
    #expect(try await Self.find(catalog, ("filter", "S_INTERSECTS(geometry, POINT(25 25))")) == ["c"])
  }

  @Test func `Collections are sorted by time, and by what they hold`() async throws {
    let catalog = try await Self.filled()
    for name in ["datetime", "start_datetime"] {
      #expect(try await Self.find(catalog, ("sortby", name)) == ["c", "a", "b"])
      #expect(try await Self.find(catalog, ("sortby", "-\(name)")) == ["a", "c", "b"])
    }
    #expect(try await Self.find(catalog, ("sortby", "title")) == ["b", "a", "c"])
    #expect(try await Self.find(catalog, ("sortby", "-id")) == ["c", "b", "a"])
  }

  @Test func `A search sees the extent that the items have, once there are any`() async throws {
    let catalog = try await Self.filled()
    try await catalog.store.insert(
      [CatalogFixture.item("x", geometry: #"{"type":"Point","coordinates":[50,50]}"#)], into: "a")
    #expect(try await Self.find(catalog, ("bbox", "5,5,6,6")) == [])
    #expect(try await Self.find(catalog, ("bbox", "49,49,51,51")) == ["a"])
    #expect(try await Self.find(catalog, ("datetime", "2020-01-01T00:00:00Z")) == ["a", "b", "c"])
    #expect(try await Self.find(catalog, ("datetime", "2022-01-01T00:00:00Z")) == ["b", "c"])
    try await catalog.store.deleteItem(collection: "a", id: "x")
    #expect(try await Self.find(catalog, ("bbox", "5,5,6,6")) == ["a"])
  }
}
