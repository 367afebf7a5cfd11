import CQL2
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
      let (time, end) = ("2020-01-01T00:00:\(10 + number % 50)Z", "2020-01-01T00:01:00Z")
      return try CatalogFixture.item(
        "i\(number)", in: number % 3 == 0 ? "b" : "a", geometry: shape,
        properties: number % 7 == 0
          ? #"{"datetime":null,"start_datetime":"\#(time)","end_datetime":"\#(end)"}"# : #"{"datetime":"\#(time)"}"#)
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
    for text in [
      "S_INTERSECTS(geometry, BBOX(0, 0, 12.34, 90))", "S_WITHIN(geometry, BBOX(-180, -90, 0, 0))",
      "S_TOUCHES(geometry, POLYGON((0 -90, 90 -90, 90 90, 0 90, 0 -90))) AND S_INTERSECTS(BBOX(0, 0, 90, 90), geometry)",
      "S_INTERSECTS(geometry, BBOX(0, 0, 1, 1)) OR S_INTERSECTS(geometry, BBOX(179, -90, 180, 90))",
      "NOT S_INTERSECTS(geometry, BBOX(-180, -90, 0, 90))",
    ] { requests.append(SearchRequest(filter: try Filter(text: text))) }
    return requests
  }

  @Test func `A walk finds all that a fetch finds, at whatever side it meets the place`() async throws {
    let catalog = try await Self.filled()
    let interval = try DatetimeInterval(parsing: "2020-01-01T00:00:15Z/2020-01-01T00:00:50Z")
    var found = 0
    for place in try Self.places() {
      for collections in [nil, ["a"], ["a", "b"]] {
        for datetime in [nil, interval] {
          var request = place
          (request.collections, request.datetime, request.limit) = (collections, datetime, 1_000)
          found += try await Self.compare(request, catalog.pool)
        }
      }
    }
    #expect(found > 1_000)
  }

  @Test(arguments: [PageToken.Direction.forward, .backward], [SortKey.Direction.ascending, .descending])
  func `So does one that begins within, whichever way it goes`(
    direction: PageToken.Direction, sorted: SortKey.Direction
  ) async throws {
    let catalog = try await Self.filled()
    let middle = try #require(Timestamp("2020-01-01T00:00:35Z"))
    // An item of each collection that is there.
    let places = [["\(middle.microseconds)", "1", "i25"], ["\(middle.microseconds)", "2", "i75"]]
    let order = try SearchOrder([SortKey(property: "datetime", direction: sorted)], queryables: .none)
    var found = 0
    for var window in try Self.places() {
      for (collections, includesPlace) in [(nil, false), (["a", "b"], false), (["a", "b"], true)] {
        (window.collections, window.limit) = (collections, 20)
        for place in places {
          found += try await Self.compare(
            window, catalog.pool,
            token: PageToken(direction: direction, order: "", values: place, includesPlace: includesPlace),
            order: order,
            isAscending: (sorted == .ascending) != (direction == .backward))
        }
      }
    }
    #expect(found > 300)
  }

  @Test(arguments: [SortKey.Direction.ascending, .descending])
  func `So it is in the order of identifiers, with items that last`(sorted: SortKey.Direction) async throws {
    let catalog = try await Self.filled()
    let order = try SearchOrder([SortKey(property: "id", direction: sorted)], queryables: .none)
    var found = 0
    for place in try Self.places() + [SearchRequest()] {
      for token in Self.tokens(at: ["i25", "1"]) {
        var request = place
        (request.datetime, request.collections, request.limit) = (try Self.interval, ["a", "b"], 20)
        found += try await Self.compare(request, catalog.pool, token: token, order: order, isAscending: nil)
        request.datetime = nil
        found += try await Self.compare(request, catalog.pool, token: token, order: order, isAscending: nil)
      }
    }
    #expect(found > 300)
  }

  @Test(arguments: [SortKey.Direction.ascending, .descending], ["datetime", "id"])
  func `So it is in the order of collections, and of time or identifiers within them`(
    sorted: SortKey.Direction, within: String
  ) async throws {
    let catalog = try await Self.filled()
    let order = try SearchOrder(
      [SortKey(property: "collection", direction: sorted), SortKey(property: within, direction: .descending)],
      queryables: .none)
    let middle = "\(try #require(Timestamp("2020-01-01T00:00:35Z")).microseconds)"
    let values = within == "id" ? ["a", "i25", "1"] : ["a", middle, "1", "i25"]
    var found = 0
    for place in try Self.places() + [SearchRequest()] {
      for collections in [nil, ["b"], ["a", "b", "none"]] {
        for token in Self.tokens(at: values) {
          var request = place
          (request.collections, request.datetime, request.limit) = (collections, try Self.interval, 20)
          found += try await Self.compare(
            request, catalog.pool, token: token, order: order, isAscending: nil,
            strategies: [.planned, .fetched, .inTurn])
        }
      }
    }
    #expect(found > 300)
  }

  private static var interval: DatetimeInterval {
    get throws { try DatetimeInterval(parsing: "2020-01-01T00:00:15Z/2020-01-01T00:00:50Z") }
  }

  /// No token, and all that there are at a place.
  private static func tokens(at values: [String]) -> [PageToken?] {
    var tokens: [PageToken?] = [nil]
    for direction in [PageToken.Direction.forward, .backward] {
      for includesPlace in [false, true] {
        tokens.append(PageToken(direction: direction, order: "", values: values, includesPlace: includesPlace))
      }
    }
    return tokens
  }

  @Test func `A place that grows as it is made valid is walked as it is then`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    let point = #"{"type":"Point","coordinates":[0.01111111105,0]}"#
    try await catalog.store.insert([CatalogFixture.item("x", geometry: point)], into: "a")
    let tie = "[[0.0111111114,-1],[0.0111111114,1],[2,-1],[2,1],[0.0111111114,-1]]"
    let shape = try Geometry(json: JSONParser.parse(#"{"type":"Polygon","coordinates":[\#(tie)]}"#))
    #expect(try await Self.compare(SearchRequest(intersects: shape), catalog.pool) == 1)
  }

  private static func filled() async throws -> CatalogFixture {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    for collection in ["a", "b"] {
      try await catalog.store.insert(try items().filter { $0.collectionID == collection }, into: collection)
    }
    return catalog
  }

  /// Expects a walk, one in each of several collections, and a fetch to find the same, and tells how much.
  ///
  /// - Parameter isAscending: nil where the order is not that of time.
  private static func compare(
    _ request: SearchRequest, _ pool: PostgresPool, token: PageToken? = nil, order: SearchOrder = .newestFirst,
    isAscending: Bool? = false, strategies: [SearchStrategy] = [.planned, .fetched]
  ) async throws -> Int {
    func identifiers(_ strategy: SearchStrategy, cuts: [Timestamp] = []) async throws -> [String] {
      let plan = try SearchPlan(
        request, strategy: strategy, token: token, order: order,
        queryables: Queryables(definitions: [], allowsOthers: true), cuts: cuts)
      return try await pool.withSession { session throws(PostgresError) in
        var found: [String] = []
        for page in plan.pages {
          found += try session.query(page, plan: plan.mode).map { row throws(PostgresError) in try row.text(1) }
        }
        return Array(found.prefix(request.limit + 1))
      }
    }
    let walked = try await identifiers(.walk)
    for strategy in strategies {
      #expect(try await identifiers(strategy) == walked, "\(strategy) \(request)")
    }
    if (request.collections ?? []).count > 1 {
      #expect(try await identifiers(.walkEach) == walked, "\(request)")
      guard let isAscending else { return walked.count }
      let cuts = ["40", "22"].compactMap { Timestamp("2020-01-01T00:00:\($0)Z") }
      #expect(try await identifiers(.walkEach, cuts: isAscending ? cuts.reversed() : cuts) == walked, "\(request)")
    }
    return walked.count
  }
}
