import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

@Suite(.ownDatabases) struct StatisticsTests {
  @Test func `Counts, extents and property names follow every write`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    let store = catalog.store
    try await store.insert(
      [
        CatalogFixture.item(
          "x", geometry: CatalogFixture.point(1, 2), properties: #"{"datetime":"2020-01-01T00:00:00Z","n":1}"#),
        CatalogFixture.item(
          "y", geometry: CatalogFixture.point(5, -6), properties: #"{"datetime":"2021-01-01T00:00:00Z","n":"s"}"#),
      ], into: "a")
    var kept = try #require(try await catalog.statistics()["a"])
    #expect(kept.itemCount == 2)
    #expect(kept.spatialExtent == BoundingBox(west: 1, south: -6, east: 5, north: 2))
    #expect(kept.start == Timestamp("2020-01-01T00:00:00Z") && kept.end == Timestamp("2021-01-01T00:00:00Z"))
    try await store.upsert([
      CatalogFixture.item("x", geometry: CatalogFixture.point(3, 0)),
      CatalogFixture.item(
        "z", in: "b", geometry: "null",
        properties:
          #"{"datetime":null,"start_datetime":"1999-01-01T00:00:00Z","end_datetime":"2030-01-01T00:00:00Z","list":[]}"#),
    ])
    kept = try #require(try await catalog.statistics()["a"])
    #expect(kept.itemCount == 2)
    #expect(kept.spatialExtent == BoundingBox(west: 3, south: -6, east: 5, north: 0))
    let other = try #require(try await catalog.statistics()["b"])
    #expect(other.itemCount == 1 && other.spatialExtent == nil)
    #expect(other.start == Timestamp("1999-01-01T00:00:00Z") && other.end == Timestamp("2030-01-01T00:00:00Z"))
    let properties = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.propertyTypes(ofCollection: nil)
    }
    #expect(properties["n"] == [.number, .string])
    #expect(properties["datetime"] == [.string, .null] && properties["list"] == [.array])
    try await store.deleteItem(collection: "a", id: "y")
    kept = try #require(try await catalog.statistics()["a"])
    #expect(kept.itemCount == 1)
    #expect(kept.spatialExtent == BoundingBox(west: 3, south: 0, east: 3, north: 0))
    try await store.deleteItem(collection: "a", id: "x")
    // A merge leaves no row of a collection that has become empty.
    let none = CollectionStatistics(itemCount: 0, spatialExtent: nil, start: nil, end: nil)
    #expect(try await catalog.statistics()["a"] ?? none == none)
  }

  @Test func `What is deleted with its collection, or with the whole table, leaves nothing`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    try await catalog.store.upsert(["a", "b"].map { try CatalogFixture.item("x", in: $0) })
    try await catalog.store.deleteCollection(id: "a")
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_changes") == 1)
    #expect(try await catalog.number("SELECT count(DISTINCT collection_key) FROM gnomon.collection_properties") == 1)
    try await catalog.run("TRUNCATE gnomon.items")
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_changes") == 0)
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_properties") == 0)
  }

  @Test func `A statement appends one row for each collection, however many items it writes`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.run(Self.filling(collections: 5, items: 1_000))
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_changes") == 5)
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_changes WHERE items = 200") == 5)
    try await catalog.run("UPDATE gnomon.items SET updated_at = now(), links_position = 2")
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_changes") == 5)
    try await catalog.run("UPDATE gnomon.items SET collection_key = 2, id = id || 'm' WHERE collection_key = 1")
    let kept = try await catalog.statistics()
    #expect((kept["c1"]?.itemCount ?? 0) == 0 && kept["c2"]?.itemCount == 400)
  }

  @Test(
    arguments: [
      // The points' longitudes, and the box that is wanted.
      ([179, -179], (179, -179)), ([-179, 179, 170, -175], (170, -175)), ([-10, 10], (-10, 10)),
      ([-179, 0, 179], (0, -179)), ([-120, 0, 120], (-120, 120)), ([180, -180], (180, -180)), ([-5, -3], (-5, -3)),
      ([-100, 79], (-100, 79)), ([-80, 101], (101, -80)),
    ] as [([Double], (Double, Double))])
  func `A box goes the shorter way round the globe`(longitudes: [Double], wanted: (Double, Double)) async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    try await catalog.store.insert(
      longitudes.enumerated().map { try CatalogFixture.item("\($0)", geometry: CatalogFixture.point($1)) }, into: "a")
    let box = try #require(try await catalog.statistics()["a"]?.spatialExtent)
    #expect(box == BoundingBox(west: wanted.0, south: 0, east: wanted.1, north: 0))
  }

  @Test(
    arguments: [
      // A shape cut at the antimeridian, as the specification asks; one that meets Greenwich; both.
      ([#"[[[178,0],[180,0],[180,5],[178,0]]],[[[-180,0],[-175,0],[-175,5],[-180,0]]]"#], (178, -175)),
      ([#"[[[-1,0],[1,0],[1,5],[-1,0]]]"#], (-1, 1)),
      (
        [
          #"[[[-1,0],[1,0],[1,5],[-1,0]]]"#,
          #"[[[178,0],[180,0],[180,5],[178,0]]],[[[-180,0],[-175,0],[-175,5],[-180,0]]]"#,
        ],
        (-180, 180)
      ),
    ] as [([String], (Double, Double))])
  func `Shapes of several parts count part by part`(shapes: [String], wanted: (Double, Double)) async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    try await catalog.store.insert(
      shapes.enumerated().map {
        try CatalogFixture.item("\($0)", geometry: #"{"type":"MultiPolygon","coordinates":[\#($1)]}"#)
      }, into: "a")
    let box = try #require(try await catalog.statistics()["a"]?.spatialExtent)
    #expect(box == BoundingBox(west: wanted.0, south: 0, east: wanted.1, north: 5))
  }

  @Test func `An extent shrinks when what lies at its border goes, merged or not`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.run(Self.filling(collections: 1, items: 400))
    let whole = try #require(try await catalog.statistics()["c1"])
    #expect(whole.spatialExtent == BoundingBox(west: -19.9, south: 0, east: 20, north: 3))
    try await catalog.run("DELETE FROM gnomon.items WHERE ST_X(geometry) = 3")
    try await catalog.merge("c1", limit: 0)
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_changes") == 1, "the border is untouched")
    try await catalog.run("DELETE FROM gnomon.items WHERE ST_X(geometry) > 10")
    for limit in [0, 0, 1_000] {
      #expect(
        try await catalog.statistics()["c1"]?.spatialExtent == BoundingBox(west: -19.9, south: 0, east: 10, north: 3))
      try await catalog.merge("c1", limit: limit)
    }
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_changes") == 1, "the extent was read")
    #expect(
      try await catalog.statistics()["c1"]?.spatialExtent == BoundingBox(west: -19.9, south: 0, east: 10, north: 3))
    try await catalog.run("UPDATE gnomon.items SET geometry = ST_SetSRID(ST_MakePoint(1, 1), 4326)")
    let moved = try #require(try await catalog.statistics()["c1"])
    #expect(moved.spatialExtent == BoundingBox(west: 1, south: 1, east: 1, north: 1))
    #expect(moved.start == whole.start)
  }

  @Test func `The loose extent of a large collection is never too small, and is settled on request`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.run(Self.filling(collections: 1, items: 12_000))
    try await catalog.run("DELETE FROM gnomon.items WHERE ST_X(geometry) = 20")
    let box = try #require(try await catalog.statistics()["c1"]?.spatialExtent)
    #expect(box.west == -19.9 && box.east >= 19.9)
    _ = try await catalog.pool.withSession { session throws(PostgresError) in try session.settleStatistics() }
    #expect(
      try await catalog.statistics()["c1"]?.spatialExtent == BoundingBox(west: -19.9, south: 0, east: 19.9, north: 3))
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_changes") == 1)
    let again = try await catalog.pool.withSession { session throws(PostgresError) in try session.settleStatistics() }
    #expect(again == 0)
  }

  @Test func `A catalog that was filled with triggers disabled is read anew`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.run(
      "ALTER TABLE gnomon.items DISABLE TRIGGER USER; \(Self.filling(collections: 2, items: 100)); ALTER TABLE gnomon.items ENABLE TRIGGER USER"
    )
    #expect(try await catalog.statistics().isEmpty)
    try await catalog.run("SELECT gnomon.rebuild_statistics()")
    #expect(try await catalog.statistics().mapValues(\.itemCount) == ["c1": 50, "c2": 50])
  }

  @Test func `The roles suffice: a writer's rows are noted, a reader sees them`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    try await catalog.run(
      """
      SET ROLE gnomon_writer;
      INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, links_position, document, properties)
      SELECT 1, 'i' || n, now(), now(), now(), 1, '{}', '{"p":1}' FROM generate_series(1, 3) n;
      SELECT gnomon.merge_changes(1, 100);
      DELETE FROM gnomon.items WHERE id = 'i1';
      SET ROLE gnomon_reader;
      SELECT * FROM gnomon.collection_statistics, gnomon.collection_properties;
      RESET ROLE
      """)
    #expect(try await catalog.statistics()["a"]?.itemCount == 2)
  }

  @Test func `A name of any length is taken`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    let long = String(repeating: "n", count: 100_000)
    try await catalog.store.insert(
      [CatalogFixture.item("x", properties: #"{"datetime":"2020-01-01T00:00:00Z","\#(long)":1}"#)], into: "a")
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_properties") == 1)
  }

  /// Items of collections `c1`, `c2`, … in one statement: points between longitudes -19.9 and 20, latitudes 0 to 3.
  static func filling(collections: Int, items: Int) -> String {
    """
    INSERT INTO gnomon.collections (id, links_position, document)
    SELECT 'c' || n, 1, '{}' FROM generate_series(1, \(collections)) n;
    INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, geometry, links_position,
      document, properties)
    SELECT (SELECT min(key) FROM gnomon.collections) + n % \(collections), 'i' || n, t, t, t,
      ST_SetSRID(ST_MakePoint((n % 400 - 199) / 10.0, n % 4), 4326), 1, '{}', jsonb_build_object('n', n)
    FROM generate_series(1, \(items)) n, LATERAL (SELECT timestamptz '2000-01-01' + n * interval '1 hour' AS t) x
    """
  }
}
