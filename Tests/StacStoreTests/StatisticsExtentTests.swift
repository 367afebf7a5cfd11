import StacModel
import StacStore
import Testing

@Suite struct StatisticsExtentTests {
  private static let kept = CollectionStatistics(
    itemCount: 2, spatialExtent: BoundingBox(west: 170.5, south: -1, east: -170, north: 2),
    start: Timestamp("2020-01-01T00:00:00Z"), end: Timestamp("2021-06-01T12:00:00.5Z"))

  /// The text of a document with an extent, and where its links begin.
  private static func corrected(_ text: String, by statistics: CollectionStatistics? = kept) throws -> String {
    let document = SerializedDocument(try #require(try JSONParser.parse(text).object))
    let corrected = document.withExtent(of: statistics)
    #expect(corrected.bytes[corrected.linksPosition - 1] == UInt8(ascii: "["))
    var spliced: [UInt8] = []
    corrected.append(to: &spliced, splicing: Array("7".utf8))
    #expect(try JSONParser.parse(spliced).object?["links"] == [7])
    return String(decoding: corrected.bytes, as: UTF8.self)
  }

  private static let extent =
    #"{"spatial":{"bbox":[[-180,-90,180,90]]},"temporal":{"interval":[["2000-01-01T00:00:00Z",null]]}}"#
  private static let wanted =
    #"{"spatial":{"bbox":[[170.5,-1,-170,2]]},"temporal":{"interval":[["2020-01-01T00:00:00Z","2021-06-01T12:00:00.5Z"]]}}"#

  @Test func `The extent follows the items, before the links and behind them`() throws {
    #expect(
      try Self.corrected(#"{"id":"a","extent":\#(Self.extent),"links":[],"z":1.0}"#)
        == #"{"id":"a","extent":\#(Self.wanted),"links":[],"z":1.0}"#)
    #expect(
      try Self.corrected(#"{"links":[],"extent":\#(Self.extent)}"#) == #"{"links":[],"extent":\#(Self.wanted)}"#)
  }

  @Test func `Only the collection's own extent counts, whatever texts look like it`() throws {
    let before = #""title":"\"extent\":{}\\","summaries":{"extent":[1,"]}"]},"list":["extent",{"extent":2}],"n":-1.5e3"#
    #expect(
      try Self.corrected(#"{\#(before),"extent":\#(Self.extent),"links":[]}"#)
        == #"{\#(before),"extent":\#(Self.wanted),"links":[]}"#)
  }

  @Test func `Further boxes and intervals, heights and other members stay`() throws {
    let declared = """
      {"spatial":{"bbox":[[0,1,-5,2,3,99.5],[0,0,1,1]],"x":1},\
      "temporal":{"interval":[[null,null],["2001-01-01T00:00:00Z",null]]},"y":{"z":null}}
      """
    #expect(
      try Self.corrected(#"{"extent":\#(declared),"links":[]}"#)
        == #"{"extent":{"spatial":{"bbox":[[170.5,-1,-5,-170,2,99.5],[0,0,1,1]],"x":1},"temporal":{"interval":[["2020-01-01T00:00:00Z","2021-06-01T12:00:00.5Z"],["2001-01-01T00:00:00Z",null]]},"y":{"z":null}},"links":[]}"#
    )
  }

  @Test func `Without items the declared extent stays, without geometries its boxes`() throws {
    let text = #"{"extent":\#(Self.extent),"links":[]}"#
    let none = CollectionStatistics(itemCount: 0, spatialExtent: nil, start: nil, end: nil)
    #expect(try Self.corrected(text, by: none) == text)
    #expect(try Self.corrected(text, by: nil) == text)
    let flat = CollectionStatistics(itemCount: 1, spatialExtent: nil, start: Self.kept.start, end: nil)
    #expect(
      try Self.corrected(text, by: flat)
        == #"{"extent":{"spatial":{"bbox":[[-180,-90,180,90]]},"temporal":{"interval":[["2020-01-01T00:00:00Z",null]]}},"links":[]}"#
    )
  }

  @Test(arguments: [
    #"{"links":[]}"#, #"{"extent":5,"links":[]}"#, #"{"extent":{"spatial":[],"temporal":{}},"links":[]}"#,
  ])
  func `What has no extent to correct stays`(text: String) throws {
    #expect(try Self.corrected(text) == text)
  }

  @Test(arguments: ["", " ", "{", "[1,2", #"{"a"#, #"{"extent":{"a"#, #"{"extent""#, "}]}", #"{"a":]"#, #""\"#])
  func `A text that is no document comes back as it is`(text: String) {
    let document = SerializedDocument(bytes: Array(text.utf8), linksPosition: 0)
    #expect(document.withExtent(of: Self.kept) == document)
  }
}
