import Postgres
import SeededRandom
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

/// Walks in the order of time that look for a place, which indexes hold coarsely behind that order.
@Suite(.ownDatabases) struct WalkTests {
  /// Items whose sides lie on the steps of the index, beside them, at the ends of the world, or nowhere.
  private static func items() throws -> [Item] {
    var random = SeededGenerator(seed: 11)
    let step = 1.0 / 90
    let origins = [-180, -90, -step, 0, step, 12.34, 90 - step, 179.9, 180]
    return try (0..<400).map { number in
      let aside = [0, 1e-9, -1e-9, step / 2].randomElement(using: &random)!
      let west = min(max(origins.randomElement(using: &random)! + aside, -180), 180)
      let south = Double(Int.random(in: -90...90, using: &random)) * [1, step].randomElement(using: &random)!
      let size = [0, 1e-12, step, 0.5, 90].randomElement(using: &random)!
      let shape =
        number % 40 == 0
        ? "null"
        : size == 0
          ? #"{"type":"Point","coordinates":[\#(west),\#(south)]}"#
          : #"{"type":"LineString","coordinates":[[\#(west),\#(south)],[\#(min(west + size, 180)),\#(min(south + size, 90))]]}"#
      return try CatalogFixture.item(
        "i\(number)", in: number % 3 == 0 ? "b" : "a", geometry: shape,
        properties: #"{"datetime":"2020-01-01T00:00:\#(10 + number % 50)Z"}"#)
    }
  }

  /// Windows that begin and end at sides of items, on steps and off them.
  private static func places() throws -> [SearchRequest] {
    let step = 1.0 / 90
    let boxes = [
      (-180.0, -90.0, 180.0, 90.0), (0, 0, step, step), (-step, -step, 0, 0), (12.34, -90, 12.34, 90),
      (180, -10, 180, 10), (90 - step, -1, 90, 1), (0, 89, 90, 90), (1e-9, -90, 10, 90), (-90, -90, -1e-9, 90),
      (170, -90, -170, 90), (-180, 20, 180, 20), (-180, -41, 180, -40), (-180, 1, 180, 2), (-180, 33, 180, 33),
    ]
    var requests = boxes.map { west, south, east, north in
      SearchRequest(boundingBox: BoundingBox(west: west, south: south, east: east, north: north))
    }
    for text in [
      #"{"type":"Point","coordinates":[0,0]}"#,
      #"{"type":"LineString","coordinates":[[-170,-80],[170,80]]}"#,
      #"{"type":"Polygon","coordinates":[[[150,-90],[180,-90],[180,90],[150,-90]]]}"#,
    ] { requests.append(SearchRequest(intersects: try Geometry(json: JSONParser.parse(text)))) }
    return requests
  }

  @Test func `A walk finds all that a fetch finds, at whatever side it meets the place`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    for collection in ["a", "b"] {
      let items = try Self.items().filter { $0.collectionID == collection }
      try await catalog.store.insert(items, into: collection)
    }
    let interval = try DatetimeInterval(parsing: "2020-01-01T00:00:15Z/2020-01-01T00:00:50Z")
    var found = 0
    for place in try Self.places() {
      for collections in [nil, ["a"], ["a", "b"]] {
        for datetime in [nil, interval] {
          var request = place
          (request.collections, request.datetime, request.limit) = (collections, datetime, 1_000)
          let walked = try await Self.identifiers(request, .walk, catalog.pool)
          #expect(try await Self.identifiers(request, .planned, catalog.pool) == walked, "\(request)")
          found += walked.count
        }
      }
    }
    #expect(found > 1_000)
  }

  private static func identifiers(
    _ request: SearchRequest, _ strategy: SearchStrategy, _ pool: PostgresPool
  ) async throws -> [String] {
    let plan = try SearchPlan(request, strategy: strategy, token: nil)
    return try await pool.withSession { session throws(PostgresError) in
      try session.query(plan.pages[0], plan: plan.mode).map { row throws(PostgresError) in try row.text(1) }
    }
  }
}
