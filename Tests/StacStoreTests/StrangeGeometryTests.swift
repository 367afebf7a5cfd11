import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

@Suite(.ownDatabases) struct StrangeGeometryTests {
  @Test(arguments: [
    #"{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0],[1,0],[0,0]]]}"#,
    #"{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]],[[10,10],[11,10],[11,11],[10,10]]]}"#,
    #"{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[0,0],[4,0],[4,4],[0,4],[0,0]]]}"#,
    #"{"type":"LineString","coordinates":[[1,1],[1,1]]}"#,
    #"{"type":"MultiPolygon","coordinates":[]}"#,
    #"{"type":"MultiPoint","coordinates":[]}"#,
    #"{"type":"GeometryCollection","geometries":[]}"#,
    #"{"type":"GeometryCollection","geometries":[{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,1]}]}]}"#,
    #"{"type":"Polygon","coordinates":[[[0,0,1],[4,4,2],[4,0,3],[0,4,4],[0,0,1]]]}"#,
    #"{"type":"Polygon","coordinates":[[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]]}"#,
    #"{"type":"Polygon","coordinates":[[[0,0],[1e-300,0],[1e-300,1e-300],[0,0]]]}"#,
    #"{"type":"Polygon","coordinates":[[[0,0],[1e300,0],[1e300,1e300],[0,1e300],[0,0]]]}"#,
  ])
  func `A geometry that the model takes is kept and searched with, however strange`(text: String) async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    guard let geometry = try? Geometry(json: JSONParser.parse(text)) else { return }
    _ = try await catalog.store.search(SearchRequest(intersects: geometry))
    try await catalog.store.insert([CatalogFixture.item("x", geometry: text)], into: "a")
    try await catalog.store.insert([CatalogFixture.item("y")], into: "a")
    _ = try await catalog.store.search(SearchRequest(intersects: geometry))
    let box = try BoundingBox(parsing: "-180,-90,180,90")
    #expect(try await catalog.find(SearchRequest(boundingBox: box)).contains("a/y"))
    #expect(try await catalog.store.item(collection: "a", id: "x") != nil)
  }

  @Test func `A hasty count, or a client that leaves, does not interrupt the making of a valid geometry`() async throws
  {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    try await catalog.store.insert([CatalogFixture.item("x")], into: "a")
    let hasty = try await PostgresCatalogStore(pool: catalog.pool, countLimit: 1)
    // Forty lines of which each crosses nearly all others.
    let corners = (0..<41).map { (index: Int) -> Position in
      let (column, row) = (index * 20 % 41, index * index * 20 % 41)
      return Position(longitude: Double(column * 4 - 80), latitude: Double(row * 4 - 80))
    }
    let tangle = SearchRequest(intersects: .polygon([corners + [corners[0]]]), limit: 1)
    for delay in 0..<20 {
      let search = Task { try await hasty.search(tangle) }
      try await Task.sleep(for: .milliseconds(delay))
      search.cancel()
      _ = await search.result
    }
    #expect(try await catalog.store.search(SearchRequest(), counting: .exact).numberMatched == .exact(1))
    #expect(try await hasty.search(tangle).documents.count <= 1)
  }

  @Test(.timeLimit(.minutes(5))) func `A thousand items go in, however long a machine takes for them`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    let items = try (0..<1_000).map { try CatalogFixture.item("i\($0)") }
    try await catalog.store.upsert(items)
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.items") == 1_000)
  }
}
