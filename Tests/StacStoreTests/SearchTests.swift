import CQL2
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

@Suite(.ownDatabases) struct SearchTests {
  private static func catalog() async throws -> CatalogFixture {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    return catalog
  }

  private static func point(_ longitude: Double, _ latitude: Double, _ height: Double? = nil) -> String {
    #"{"type":"Point","coordinates":[\#(longitude),\#(latitude)\#(height.map { ",\($0)" } ?? "")]}"#
  }

  private static func at(_ time: String) -> String { #"{"datetime":"\#(time)"}"# }

  @Test func `A box finds what it touches, and no item without a geometry`() async throws {
    let catalog = try await Self.catalog()
    let triangle = #"{"type":"Polygon","coordinates":[[[0,0],[10,0],[0,10],[0,0]]]}"#
    try await catalog.store.insert(
      [
        CatalogFixture.item("triangle", geometry: triangle), CatalogFixture.item("nowhere", geometry: "null"),
        CatalogFixture.item("corner", geometry: Self.point(8, 8)),
      ], into: "a")
    func find(_ box: String) async throws -> [String] {
      try await catalog.find(SearchRequest(boundingBox: BoundingBox(parsing: box)))
    }
    #expect(try await find("7,7,9,9") == ["a/corner"])  // within the triangle's box, outside the triangle
    #expect(try await find("0,0,1,1") == ["a/triangle"])
    #expect(try await find("8,8,8,8") == ["a/corner"])  // a box without area
    #expect(try await find("8,0,8,20") == ["a/triangle", "a/corner"])
    #expect(try await find("-180,-90,180,90") == ["a/triangle", "a/corner"])
    #expect(try await catalog.find(SearchRequest()).count == 3)
  }

  @Test func `At the edge of a box, single precision decides nothing`() async throws {
    let catalog = try await Self.catalog()
    let places = [
      ("inside", 9.5), ("near", 9.9999), ("nearer", 9.999999), ("on", 10), ("beyond", 10.0000001), ("outside", 10.0001),
    ]
    try await catalog.store.insert(
      places.map { try CatalogFixture.item($0.0, geometry: Self.point($0.1, 5)) }
        + [CatalogFixture.item("nowhere", geometry: "null")], into: "a")
    let found: Set = ["a/inside", "a/near", "a/nearer", "a/on"]
    let box = SearchRequest(boundingBox: try BoundingBox(parsing: "0,0,10,10"))
    #expect(Set(try await catalog.find(box)) == found)
    let rectangle = "POLYGON((0 0,10 0,10 10,0 10,0 0))"
    for (filter, expected) in [
      ("S_INTERSECTS(geometry, \(rectangle))", found),
      ("NOT S_INTERSECTS(geometry, \(rectangle))", ["a/beyond", "a/outside"]),
    ] {
      #expect(Set(try await catalog.find(SearchRequest(filter: try Filter(text: filter)))) == expected, "\(filter)")
    }
  }

  @Test func `A box across the antimeridian finds both sides and nothing between`() async throws {
    let catalog = try await Self.catalog()
    try await catalog.store.insert(
      [
        CatalogFixture.item("east", geometry: Self.point(179, 0)),
        CatalogFixture.item("west", geometry: Self.point(-179, 0)),
        CatalogFixture.item("middle", geometry: Self.point(0, 0)),
      ], into: "a")
    let box = try BoundingBox(parsing: "170,-10,-170,10")
    #expect(try await catalog.find(SearchRequest(boundingBox: box)) == ["a/west", "a/east"])
  }

  @Test func `Heights of a box count where the geometry has some`() async throws {
    let catalog = try await Self.catalog()
    try await catalog.store.insert(
      [
        CatalogFixture.item("high", geometry: Self.point(1, 1, 500)),
        CatalogFixture.item("low", geometry: Self.point(1, 1, 5)),
        CatalogFixture.item("flat", geometry: Self.point(1, 1)),
      ], into: "a")
    let box = try BoundingBox(parsing: "0,0,0,2,2,10")
    #expect(try await catalog.find(SearchRequest(boundingBox: box)) == ["a/low", "a/flat"])
  }

  @Test func `Intersects takes every geometry, also one that crosses itself`() async throws {
    let catalog = try await Self.catalog()
    try await catalog.store.insert([CatalogFixture.item("x", geometry: Self.point(1, 1))], into: "a")
    let geometries = [
      Self.point(1, 1), #"{"type":"MultiPoint","coordinates":[[1,1],[5,5]]}"#,
      #"{"type":"LineString","coordinates":[[0,0],[2,2]]}"#,
      #"{"type":"MultiLineString","coordinates":[[[0,0],[2,2]],[[5,5],[6,6]]]}"#,
      #"{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}"#,
      #"{"type":"Polygon","coordinates":[[[0,0],[4,4],[4,0],[0,4],[0,0]]]}"#,
      #"{"type":"Polygon","coordinates":[[[1,1],[1,1],[1,1],[1,1]]]}"#,
      #"{"type":"MultiPolygon","coordinates":[[[[0,0],[2,0],[2,2],[0,2],[0,0]]],[[[0,0],[2,0],[2,2],[0,2],[0,0]]]]}"#,
      #"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[9,9]},{"type":"Polygon","coordinates":[[[0,0],[4,4],[4,0],[0,4],[0,0]]]}]}"#,
    ]
    for text in geometries {
      let geometry = try Geometry(json: JSONParser.parse(text))
      let found = try await catalog.find(SearchRequest(intersects: geometry))
      #expect(found == ["a/x"], "\(text)")
    }
  }

  @Test func `An item whose geometry crosses itself is kept as it came and found`() async throws {
    let catalog = try await Self.catalog()
    let bowtie = #"{"type":"Polygon","coordinates":[[[0,0],[4,4],[4,0],[0,4],[0,0]]]}"#
    try await catalog.store.insert([CatalogFixture.item("x", geometry: bowtie)], into: "a")
    #expect(try await catalog.find(SearchRequest(boundingBox: BoundingBox(parsing: "3,1,4,2"))) == ["a/x"])
    #expect(try await catalog.find(SearchRequest(boundingBox: BoundingBox(parsing: "1.9,3,2.1,4"))) == [])
    let stored = try #require(try await catalog.store.item(collection: "a", id: "x"))
    #expect(String(decoding: try stored.document.bytes, as: UTF8.self).contains(bowtie))
  }

  @Test func `A search in time meets instants and stretches, ends included`() async throws {
    let catalog = try await Self.catalog()
    let stretch =
      #"{"datetime":null,"start_datetime":"2020-01-01T00:00:00Z","end_datetime":"2020-12-31T00:00:00Z"}"#
    let both =
      #"{"datetime":"2019-06-01T00:00:00Z","start_datetime":"2019-01-01T00:00:00Z","end_datetime":"2020-02-01T00:00:00Z"}"#
    try await catalog.store.insert(
      [
        CatalogFixture.item("spring", properties: Self.at("2020-04-01T00:00:00Z")),
        CatalogFixture.item("autumn", properties: Self.at("2020-10-01T00:00:00.5Z")),
        CatalogFixture.item("year", properties: stretch), CatalogFixture.item("both", properties: both),
      ], into: "a")
    func find(_ datetime: String) async throws -> [String] {
      let request = SearchRequest(datetime: try DatetimeInterval(parsing: datetime))
      let page = try await catalog.store.search(request)
      #expect(page.numberMatched == .exact(page.documents.count))
      return page.documents.map(\.id)
    }
    #expect(try await find("2020-04-01T00:00:00Z") == ["spring", "year"])
    #expect(try await find("2020-10-01T00:00:00.5Z/..") == ["autumn", "year"])
    #expect(try await find("../2020-01-01T00:00:00Z") == ["year", "both"])
    #expect(try await find("2020-02-01T00:00:00Z/2020-03-01T00:00:00Z") == ["year", "both"])
    #expect(try await find("2021-01-01T00:00:00Z/..") == [])
    #expect(try await find("1999-01-01T00:00:00Z/2030-01-01T00:00:00+01:00") == ["autumn", "spring", "year", "both"])
  }

  @Test func `Collections and identifiers narrow a search, unknown ones find nothing`() async throws {
    let catalog = try await Self.catalog()
    try await catalog.store.insert([CatalogFixture.item("x"), CatalogFixture.item("y")], into: "a")
    try await catalog.store.insert([CatalogFixture.item("x", in: "b")], into: "b")
    #expect(try await catalog.find(SearchRequest(collections: ["a"])) == ["a/y", "a/x"])
    #expect(try await catalog.find(SearchRequest(collections: ["a", "b"])) == ["b/x", "a/y", "a/x"])
    #expect(try await catalog.find(SearchRequest(ids: ["x", "none"])) == ["b/x", "a/x"])
    #expect(try await catalog.find(SearchRequest(collections: ["b"], ids: ["y"])) == [])
    #expect(try await catalog.find(SearchRequest(collections: ["none"])) == [])
    #expect(try await catalog.find(SearchRequest(collections: ["'; DROP TABLE gnomon.items; --"])) == [])
  }

  @Test func `A token that was changed, or is another catalog's, is a fault of the parameter`() async throws {
    let catalog = try await Self.catalog()
    try await catalog.store.insert([CatalogFixture.item("x"), CatalogFixture.item("y")], into: "a")
    let next = try #require(try await catalog.store.search(SearchRequest(limit: 1)).next)
    var changed = Array(next)
    changed[5] = changed[5] == "A" ? "B" : "A"
    for token in [String(changed), "", "next:a:x", "\u{e9}", next + "AA"] {
      let error = await #expect(throws: StoreError.self) { try await catalog.store.search(SearchRequest(token: token)) }
      guard case .parameter(let parameter) = error else {
        Issue.record("\(token): \(String(describing: error))")
        continue
      }
      #expect(parameter.parameter == "token")
    }
  }
}
