import StacModel
import Testing

@Suite("Items and collections")
struct ItemTests {
  private func item(_ changes: (inout JSONObject) -> Void) throws -> JSONValue {
    let text = """
      {"type":"Feature","stac_version":"1.1.0","id":"a","geometry":{"type":"Point","coordinates":[1,2]},\
      "bbox":[1,2,1,2],"properties":{"datetime":"2020-01-01T00:00:00Z"},"links":[],"assets":{},"x:unknown":1.0}
      """
    var object = try #require(try JSONParser.parse(text).object)
    changes(&object)
    return .object(object)
  }

  private func pointers(_ json: JSONValue) -> [String] {
    do {
      _ = try Item(json)
      return []
    } catch {
      return error.faults.map(\.pointer.description)
    }
  }

  @Test("keep what they do not know")
  func unknownMembers() throws {
    let item = try Item(try item { _ in })
    #expect(item.document["x:unknown"] == (try JSONParser.parse("1.0")))
    #expect(item.inCollection("c").document["collection"] == "c")
    #expect(item.time.sortKey.description == "2020-01-01T00:00:00Z")
  }

  @Test("may lie a rounding error beyond the antimeridian, and no more")
  func roundedCorners() throws {
    let edge = try Item(
      try item {
        $0["bbox"] = [180, -90, 180, -90]
        $0["geometry"] = try? JSONParser.parse(
          #"{"type":"Point","coordinates":[180.00000000000011,-90.0000000000001]}"#)
      })
    #expect(edge.geometry == .point(Position(longitude: 180, latitude: -90)))
    #expect(JSONSerializer.text(edge.document["geometry"] ?? .null).contains("180.00000000000011"))
    #expect(try BoundingBox(numbers: [-180.0000000000001, 0, 180, 90]).west == -180)
    #expect(
      pointers(try item { $0["geometry"] = try? JSONParser.parse(#"{"type":"Point","coordinates":[180.000001,0]}"#) })
        == ["/geometry/coordinates"])
  }

  @Test("may count its longitudes from 0 to 360 where it lies beyond 180 altogether")
  func easternLongitudes() throws {
    func place(_ box: String, _ geometry: String) throws -> JSONValue {
      try item {
        $0["bbox"] = try? JSONParser.parse(box)
        $0["geometry"] = try? JSONParser.parse(geometry)
      }
    }
    let line = #"{"type":"LineString","coordinates":[[233.6,54.2,9],[297.5,22.6]]}"#
    for box in ["[233.6,22.6,297.5,54.2]", "[233.6,54.2,297.5,22.6]"] {
      #expect(pointers(try place(box, line)) == [])
      #expect(pointers(try place(box, #"{"type":"GeometryCollection","geometries":[\#(line)]}"#)) == [])
    }
    let shifted = try Item(try place("[233.6,54.2,297.5,22.6]", line))
    let east = try #require(shifted.geometry?.boundingBox.east)
    #expect(abs(east + 62.5) < 1e-9)
    #expect(JSONSerializer.text(shifted.document["geometry"] ?? .null) == line)
    #expect(pointers(try place("[10,22.6,20,54.2]", line)) == ["/bbox"], "the box lies elsewhere")
    let across = #"{"type":"LineString","coordinates":[[170,0],[190,1]]}"#
    #expect(pointers(try place("[170,0,190,1]", across)).count == 2)
    let tooFar = #"{"type":"LineString","coordinates":[[300,0],[370,1]]}"#
    #expect(pointers(try place("[300,0,370,1]", tooFar)).count == 2)
    #expect(pointers(try place("[300,2,310,1]", #"{"type":"Point","coordinates":[5,1]}"#)) == ["/bbox"])
  }

  @Test("may have a null geometry, and a null datetime between two others")
  func nulls() throws {
    let json = try item {
      $0["geometry"] = .null
      $0["bbox"] = nil
      $0["properties"] = [
        "datetime": .null, "start_datetime": "2020-01-01T00:00:00Z", "end_datetime": "2021-01-01T00:00:00Z",
      ]
    }
    let item = try Item(json)
    #expect(item.geometry == nil)
    #expect(item.time.datetime == nil)
    #expect(item.time.end.year == 2021)
  }

  @Test("are refused with a pointer to each fault")
  func faults() throws {
    #expect(pointers(try item { $0["id"] = 1 }) == ["/id"])
    for id in ["", ".", ".."] { #expect(pointers(try item { $0["id"] = .string(id) }) == ["/id"]) }
    #expect(pointers(try item { $0["type"] = "feature" }) == ["/type"])
    #expect(pointers(try item { $0["stac_version"] = "2.0.0" }) == ["/stac_version"])
    #expect(pointers(try item { $0["geometry"] = nil }) == ["/geometry"])
    #expect(pointers(try item { $0["bbox"] = nil }) == ["/bbox"])
    #expect(pointers(try item { $0["bbox"] = [1, 2, 3] }) == ["/bbox"])
    #expect(pointers(try item { $0["properties"] = [:] }) == ["/properties/datetime"])
    #expect(pointers(try item { $0["properties"] = ["datetime": .null] }) == ["/properties/datetime"])
    #expect(pointers(try item { $0["properties"] = ["datetime": "yesterday"] }) == ["/properties/datetime"])
    #expect(pointers(try item { $0["assets"] = ["a/b": ["title": "x"]] }) == ["/assets/a~1b/href"])
    #expect(pointers(try item { $0["links"] = [["href": "x"]] }) == ["/links/0/rel"])
    #expect(
      pointers(
        try item { $0["geometry"] = ["type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]] })
        == ["/geometry/coordinates/0"])
    #expect(
      pointers(try item { $0["geometry"] = ["type": "Point", "coordinates": [1, 91]] }) == ["/geometry/coordinates"])
    #expect(pointers("text") == [""])
  }

  @Test("a collection needs a description, a licence and an extent")
  func collection() throws {
    let text = """
      {"type":"Collection","stac_version":"1.0.0","id":"c","description":"d","license":"other","links":[],\
      "extent":{"spatial":{"bbox":[[-180,-90,180,90]]},"temporal":{"interval":[["2020-01-01T00:00:00Z",null]]}}}
      """
    var object = try #require(try JSONParser.parse(text).object)
    let collection = try Collection(.object(object))
    #expect(collection.interval?.end == nil)
    #expect(collection.boundingBox.east == 180)
    object["extent"] = [:]
    object["license"] = nil
    #expect {
      try Collection(.object(object))
    } throws: { error in
      (error as? DocumentRefusal)?.faults.map(\.pointer.description)
        == ["/license", "/extent/spatial/bbox", "/extent/temporal/interval"]
    }
  }

  @Test(arguments: [("17", 17), ("17.0", 17), ("1.7e1", 17), ("99999999999999999999", Int64.max), ("1.5", nil)])
  func `a whole number of bytes is one however it is written`(text: String, size: Int64?) throws {
    let json = try JSONParser.parse(Array("{\"href\":\"a\",\"file:size\":\(text)}".utf8))
    #expect(Asset(key: "a", json: try #require(json.object)).size == size)
  }
}
