import CQL2
import StacModel
import StacStore
import TestSupport
import Testing

/// The eight spatial relations, on PostgreSQL.
@Suite(.ownDatabases) struct FilterSpatialTests {
  private static let relations = [
    "S_INTERSECTS", "S_EQUALS", "S_DISJOINT", "S_TOUCHES", "S_WITHIN", "S_OVERLAPS", "S_CROSSES", "S_CONTAINS",
  ]
  private static let inverse = ["S_WITHIN": "S_CONTAINS", "S_CONTAINS": "S_WITHIN"]
  private static let square = "POLYGON((0 0,4 0,4 4,0 4,0 0))"

  /// Which relations one geometry has to another, from literals in both orders.
  private func relations(_ one: String, _ other: String, in catalog: FilterFixture) async throws -> Set<String> {
    var found: Set<String> = []
    for relation in Self.relations {
      let isTrue = try await !catalog.find("\(relation)(\(one),\(other))").isEmpty
      if isTrue { found.insert(relation) }
      let back = try await !catalog.find("\(Self.inverse[relation] ?? relation)(\(other),\(one))").isEmpty
      #expect(isTrue == back, "\(relation) \(one) \(other)")
    }
    return found
  }

  @Test func `Plain geometries relate as simple features do`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add("a")
    let cases: [(String, String, Set<String>)] = [
      (Self.square, Self.square, ["S_INTERSECTS", "S_EQUALS", "S_WITHIN", "S_CONTAINS"]),
      ("POINT(1 1)", Self.square, ["S_INTERSECTS", "S_WITHIN"]),
      ("POINT(0 0)", Self.square, ["S_INTERSECTS", "S_TOUCHES"]),
      ("POINT(9 9)", Self.square, ["S_DISJOINT"]),
      ("LINESTRING(2 2,9 2)", Self.square, ["S_INTERSECTS", "S_CROSSES"]),
      ("LINESTRING(0 2,2 0)", "LINESTRING(0 0,2 2)", ["S_INTERSECTS", "S_CROSSES"]),
      ("LINESTRING(0 0,2 0)", "LINESTRING(1 0,3 0)", ["S_INTERSECTS", "S_OVERLAPS"]),
      ("MULTIPOINT(0 0,1 1)", "MULTIPOINT(1 1,2 2)", ["S_INTERSECTS", "S_OVERLAPS"]),
      ("MULTIPOINT(2 2,9 9)", Self.square, ["S_INTERSECTS", "S_CROSSES"]),
      ("POLYGON((3 3,6 3,6 6,3 6,3 3))", Self.square, ["S_INTERSECTS", "S_OVERLAPS"]),
      ("BBOX(4,0,6,4)", Self.square, ["S_INTERSECTS", "S_TOUCHES"]),
      ("POINT(1 1)", "MULTIPOINT(1 1)", ["S_INTERSECTS", "S_EQUALS", "S_WITHIN", "S_CONTAINS"]),
      ("LINESTRING(0 0,4 0)", Self.square, ["S_INTERSECTS", "S_TOUCHES"]),
    ]
    for (one, other, expected) in cases {
      #expect(try await relations(one, other, in: catalog) == expected, "\(one) \(other)")
      // A collection of one member is that member.
      let wrapped = "GEOMETRYCOLLECTION(\(one.hasPrefix("BBOX") ? "POLYGON((4 0,6 0,6 4,4 4,4 0))" : one))"
      #expect(try await relations(wrapped, other, in: catalog) == expected, "\(wrapped) \(other)")
      #expect(try await relations(wrapped, "GEOMETRYCOLLECTION(\(other))", in: catalog) == expected, "\(wrapped) twice")
    }
  }

  @Test func `Collections stand for the union of their members`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add("a")
    let cases: [(String, String, Set<String>)] = [
      // Two halves and their whole.
      (
        "GEOMETRYCOLLECTION(POLYGON((0 0,2 0,2 4,0 4,0 0)),POLYGON((2 0,4 0,4 4,2 4,2 0)))", Self.square,
        ["S_INTERSECTS", "S_EQUALS", "S_WITHIN", "S_CONTAINS"]
      ),
      // What the area covers adds nothing.
      (
        "GEOMETRYCOLLECTION(\(Self.square),LINESTRING(1 1,2 2),POINT(3 3))", Self.square,
        ["S_INTERSECTS", "S_EQUALS", "S_WITHIN", "S_CONTAINS"]
      ),
      // A line that sticks out.
      ("GEOMETRYCOLLECTION(\(Self.square),LINESTRING(2 2,9 2))", Self.square, ["S_INTERSECTS", "S_CONTAINS"]),
      // A point and an area, and a line that is partly in both.
      ("LINESTRING(1 1,3 3)", "GEOMETRYCOLLECTION(\(Self.square),POINT(8 8))", ["S_INTERSECTS", "S_WITHIN"]),
      ("LINESTRING(1 1,8 8)", "GEOMETRYCOLLECTION(\(Self.square),POINT(8 8))", ["S_INTERSECTS", "S_CROSSES"]),
      ("MULTIPOINT(1 1,8 8)", "GEOMETRYCOLLECTION(\(Self.square),POINT(8 8))", ["S_INTERSECTS", "S_WITHIN"]),
      ("LINESTRING(2 2,9 2)", "GEOMETRYCOLLECTION(\(Self.square),LINESTRING(4 2,9 2))", ["S_INTERSECTS", "S_WITHIN"]),
      // A line along the boundary is boundary, and so only touches.
      ("LINESTRING(1 0,3 0)", "GEOMETRYCOLLECTION(\(Self.square),LINESTRING(0 0,4 0))", ["S_INTERSECTS", "S_TOUCHES"]),
      ("POINT(2 0)", "GEOMETRYCOLLECTION(\(Self.square),POINT(2 0))", ["S_INTERSECTS", "S_TOUCHES"]),
      ("GEOMETRYCOLLECTION(POINT(8 8),POLYGON((3 3,6 3,6 6,3 6,3 3)))", Self.square, ["S_INTERSECTS", "S_OVERLAPS"]),
      ("GEOMETRYCOLLECTION(POINT(8 8),POINT(9 9))", Self.square, ["S_DISJOINT"]),
      // Crossings whose place no double holds, and a line that doubles back.
      (
        "GEOMETRYCOLLECTION(LINESTRING(5 3,3 1,3 5,5 2),POINT(0 1))", "GEOMETRYCOLLECTION(POINT(4 2),POINT(5 6))",
        ["S_INTERSECTS", "S_CROSSES"]
      ),
      (
        "GEOMETRYCOLLECTION(LINESTRING(0 6,3 3,1 5))", "GEOMETRYCOLLECTION(LINESTRING(0 0,3 3,3 4))",
        ["S_INTERSECTS", "S_CROSSES"]
      ),
      // A line that passes the corner of an area: the corner is boundary.
      (
        "GEOMETRYCOLLECTION(POLYGON((4 0,4 2,2 2,2 0,4 0)),LINESTRING(6 0,2 4))", "POINT(4 2)",
        ["S_INTERSECTS", "S_TOUCHES"]
      ),
      (
        "GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 6,2 6))", "GEOMETRYCOLLECTION(LINESTRING(1 6,3 6),POINT(2 2))",
        ["S_INTERSECTS", "S_OVERLAPS"]
      ),
      ("GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 6,2 8))", "LINESTRING(0 8,2 6)", ["S_INTERSECTS", "S_CROSSES"]),
    ]
    for (one, other, expected) in cases {
      #expect(try await relations(one, other, in: catalog) == expected, "\(one) \(other)")
    }
  }

  @Test func `Collections and items without geometry stand in the data too`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add(
      "mixed",
      geometry: """
        {"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[8,8]},
        {"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]]]}]}
        """)
    try await catalog.add("none", geometry: "null")
    try await catalog.add("point", geometry: #"{"type":"Point","coordinates":[1,1,500]}"#)
    #expect(try await catalog.find("S_CONTAINS(geometry, POINT(8 8))") == ["mixed"])
    #expect(try await catalog.find("S_WITHIN(geometry, BBOX(0,0,9,9))") == ["mixed", "point"])
    #expect(try await catalog.find("NOT S_WITHIN(geometry, BBOX(0,0,4,4))") == ["mixed"])
    #expect(try await catalog.find("S_DISJOINT(geometry, POINT(50 50))") == ["mixed", "point"])
    #expect(try await catalog.find("geometry IS NULL") == ["none"])
    #expect(try await catalog.find("S_EQUALS(geometry, geometry)") == ["mixed", "point"])
    #expect(try await catalog.find("S_TOUCHES(POLYGON((4 0,5 0,5 4,4 4,4 0)), geometry)") == ["mixed"])
    for relation in Self.relations {
      _ = try await catalog.find("\(relation)(geometry, GEOMETRYCOLLECTION(POINT(0 0),LINESTRING(0 0,9 9)))")
    }
  }

  @Test func `Boxes may cross the antimeridian, shrink to lines and points, and have heights`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add("fiji", geometry: #"{"type":"Point","coordinates":[178,-18]}"#)
    try await catalog.add("samoa", geometry: #"{"type":"Point","coordinates":[-172,-14]}"#)
    try await catalog.add("africa", geometry: #"{"type":"Point","coordinates":[20,0]}"#)
    #expect(try await catalog.find("S_INTERSECTS(geometry, BBOX(170,-30,-170,0))") == ["fiji", "samoa"])
    #expect(try await catalog.find("S_WITHIN(geometry, BBOX(170,-30,-170,0))") == ["fiji", "samoa"])
    #expect(try await catalog.find("S_DISJOINT(BBOX(170,-30,-170,0), geometry)") == ["africa"])
    #expect(try await catalog.find("S_EQUALS(geometry, BBOX(20,0,20,0))") == ["africa"])
    #expect(try await catalog.find("S_INTERSECTS(geometry, BBOX(20,-5,20,5))") == ["africa"])
    #expect(try await catalog.find("S_INTERSECTS(geometry, BBOX(180,-30,-180,0))") == [])
    #expect(try await catalog.find("S_INTERSECTS(geometry, BBOX(10,-5,-100,30,5,100))") == ["africa"])
    #expect(try await catalog.find("S_CROSSES(LINESTRING(160 -10,180 -10), BBOX(170,-30,-170,-10))") == [])
  }

  @Test func `Polygons that cross themselves are made valid`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add("left", geometry: #"{"type":"Point","coordinates":[1,2]}"#)
    try await catalog.add("top", geometry: #"{"type":"Point","coordinates":[2,3.5]}"#)
    let bowTie = "POLYGON((0 0,4 4,4 0,0 4,0 0))"
    #expect(try await catalog.find("S_WITHIN(geometry, \(bowTie))") == ["left"])
    #expect(try await catalog.find("S_DISJOINT(geometry, \(bowTie))") == ["top"])
    for flat in ["POLYGON((0 0,4 0,2 0,0 0))", "POLYGON((1 2,1 2,1 2,1 2))", "LINESTRING(1 2,1 2)"] {
      for relation in Self.relations { _ = try await catalog.find("\(relation)(geometry, \(flat))") }
    }
  }

  @Test func `Edges closer than doubles tell apart do not make the database fail`() async throws {
    let catalog = try await FilterFixture()
    let ring =
      "[[0,0.1],[0,0],[1e-15,1],[0,1],[1.000000000000001,0.3333333333333333],[0.30000000000000004,2],[1,0.1],[0,0.1]]"
    let line = "[[0,1e-15],[1.000000000000001,1.000000000000001],[0.6666666666666666,0.1],[0,2],[0.2,1]]"
    try await catalog.add("polygon", geometry: #"{"type":"Polygon","coordinates":[\#(ring)]}"#)
    try await catalog.add(
      "collection",
      geometry: """
        {"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":[\(ring)]},
        {"type":"LineString","coordinates":\(line)}]}
        """)
    for relation in Self.relations {
      for other in [
        "POLYGON((0.1 0,0 0,0.2 1e-15,1e-15 1,0.2 0.1,1 2,0.1 0))", "LINESTRING(1e-15 0,2 0.6666666666666666,1 0.2)",
        "geometry",
      ] { _ = try await catalog.find("\(relation)(geometry, \(other))") }
    }
    #expect(try await catalog.find("S_INTERSECTS(geometry, POINT(0 0.5))") == ["collection", "polygon"])
  }
}
