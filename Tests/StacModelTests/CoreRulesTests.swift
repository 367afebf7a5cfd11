import StacModel
import Testing

@Suite("The core rules of STAC")
struct CoreRulesTests {
  private static let item = """
    {"type":"Feature","stac_version":"1.1.0","id":"a","geometry":{"type":"Point","coordinates":[1,2]},"bbox":[1,2,1,2],\
    "properties":{"datetime":"2020-01-01T00:00:00Z"},"links":[],"assets":{}}
    """
  private static let collection = """
    {"type":"Collection","stac_version":"1.1.0","id":"c","description":"d","license":"other","links":[],\
    "extent":{"spatial":{"bbox":[[0,0,1,1]]},"temporal":{"interval":[["2020-01-01T00:00:00Z",null]]}}}
    """

  /// A merge patch that breaks the document, and where the fault is.
  private static let brokenItems = [
    (#"{"stac_version":"1.0.0-rc.1"}"#, "/stac_version"), (#"{"stac_version":"0.9.0"}"#, "/stac_version"),
    (#"{"bbox":[5,5,6,6]}"#, "/bbox"), (#"{"geometry":{"coordinates":[10,10]}}"#, "/bbox"),
    (#"{"properties":{"start_datetime":"2020-01-01T00:00:00Z"}}"#, "/properties/end_datetime"),
    (#"{"properties":{"end_datetime":"2020-01-01T00:00:00Z"}}"#, "/properties/start_datetime"),
    (#"{"links":[{"rel":"a","href":"b","type":5}]}"#, "/links/0/type"),
    (#"{"links":[{"rel":"a","href":"b"},{"rel":"a"}]}"#, "/links/1/href"),
    (#"{"assets":{"x":{"href":"a","roles":"data"}}}"#, "/assets/x/roles"),
    (#"{"assets":{"x":{"href":"a","title":[]}}}"#, "/assets/x/title"),
    (#"{"stac_extensions":["eo"]}"#, "/stac_extensions/0"),
    (#"{"stac_extensions":["https://a/b","https://a/b"]}"#, "/stac_extensions/1"),
    (#"{"properties":{"created":"yesterday"}}"#, "/properties/created"),
    (#"{"properties":{"gsd":0}}"#, "/properties/gsd"), (#"{"properties":{"gsd":"5"}}"#, "/properties/gsd"),
    (#"{"properties":{"license":5}}"#, "/properties/license"), (#"{"properties":{"title":5}}"#, "/properties/title"),
    (#"{"properties":{"providers":[{}]}}"#, "/properties/providers/0/name"),
    (#"{"properties":{"instruments":"msi"}}"#, "/properties/instruments"),
  ]

  private static let brokenCollections = [
    (#"{"providers":[{}]}"#, "/providers/0/name"), (#"{"summaries":[]}"#, "/summaries"),
    (#"{"keywords":"a"}"#, "/keywords"), (#"{"title":5}"#, "/title"), (#"{"item_assets":{"a":5}}"#, "/item_assets/a"),
    (#"{"links":[{"rel":"a","href":"b","title":5}]}"#, "/links/0/title"),
  ]

  private static func pointers(_ text: String, _ patch: String, _ check: (JSONValue) throws -> Void) throws -> [String]
  {
    do {
      try check(try JSONParser.parse(text).merging(try JSONParser.parse(patch)))
      return []
    } catch let refusal as DocumentRefusal {
      return refusal.faults.map(\.pointer.description)
    }
  }

  @Test("are told to items with a pointer each", arguments: brokenItems)
  func items(patch: String, pointer: String) throws {
    #expect(try Self.pointers(Self.item, patch) { _ = try Item($0) } == [pointer])
  }

  @Test("are told to collections with a pointer each", arguments: brokenCollections)
  func collections(patch: String, pointer: String) throws {
    #expect(try Self.pointers(Self.collection, patch) { _ = try Collection($0) } == [pointer])
  }

  @Test("say how to mend what they refuse, a hundred times at most")
  func remedies() throws {
    let links = Array(repeating: #"{"rel":1}"#, count: 80).joined(separator: ",")
    let patch = #"{"geometry":{"coordinates":[0,100]},"properties":{"datetime":1},"links":[\#(links)]}"#
    let refusal = #expect(throws: DocumentRefusal.self) {
      try Item(JSONParser.parse(Self.item).merging(JSONParser.parse(patch)))
    }
    let faults = try #require(refusal?.faults)
    #expect(faults.count == 100)
    #expect(faults.allSatisfy { $0.rule == Fault.coreRule && $0.remedy?.isEmpty == false })
    #expect(faults.first?.remedy?.contains("longitude before latitude") == true)
  }

  @Test("forbid a box without a geometry, and let null stand for what is not there")
  func nulls() throws {
    var item = try #require(try JSONParser.parse(Self.item).object)
    item["geometry"] = .null
    #expect(throws: DocumentRefusal.self) { try Item(.object(item)) }
    item["bbox"] = JSONValue?.none
    item["properties"] = [
      "datetime": "2020-01-01T00:00:00Z", "start_datetime": .null, "end_datetime": .null, "title": .null, "gsd": .null,
    ]
    _ = try Item(.object(item))
  }
}
