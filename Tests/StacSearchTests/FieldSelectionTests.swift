import StacModel
import StacSearch
import Testing

@Suite("A field selection")
struct FieldSelectionTests {
  private static let document = SerializedDocument([
    "type": "Feature", "stac_version": "1.1.0", "id": "x", "geometry": ["type": "Point", "coordinates": [1, 2]],
    "bbox": [1, 2, 1, 2],
    "properties": ["datetime": "2020-01-01T00:00:00Z", "start_datetime": "a", "foo": 1, "eo:cloud_cover": 5],
    "links": [["rel": "via", "href": "h"]],
    "assets": ["B04": ["href": "4", "roles": ["data"]], "B08": ["href": "8"], "a.tif": ["href": "t"]],
    "collection": "c",
  ])

  /// The document's text with the selection of a query string, or of a body where the text begins with a brace.
  private static func select(
    _ text: String, from document: SerializedDocument = document, of resource: FieldSelection.Resource = .item
  ) throws -> String {
    let selection =
      text.hasPrefix("{") || text == "null"
      ? try FieldSelection(of: resource, json: JSONParser.parse(text))
      : try FieldSelection(of: resource, parsing: text)
    return String(decoding: selection.applied(to: document).bytes, as: UTF8.self)
  }

  private static let defaultText =
    #"{"type":"Feature","stac_version":"1.1.0","id":"x","geometry":{"type":"Point","coordinates":[1,2]},"#
    + #""bbox":[1,2,1,2],"properties":{"datetime":"2020-01-01T00:00:00Z"},"links":[{"rel":"via","href":"h"}],"#
    + #""assets":{"B04":{"href":"4","roles":["data"]},"B08":{"href":"8"},"a.tif":{"href":"t"}}}"#

  @Test(
    "asks for the default members when it is empty",
    arguments: [
      "", "null", "{}", #"{"include":null}"#, #"{"include":[]}"#, #"{"exclude":null}"#, #"{"exclude":[]}"#,
      #"{"include":[],"exclude":[]}"#, #"{"include":null,"exclude":null}"#, "-foo",
      #"{"include":[],"exclude":["foo"]}"#,
    ])
  func defaults(text: String) throws {
    #expect(try Self.select(text) == Self.defaultText)
  }

  @Test(
    "means what the extension's table and examples say",
    arguments: [
      ("id,type", #"{"type":"Feature","id":"x"}"#),
      (#"{"include":["id","type"]}"#, #"{"type":"Feature","id":"x"}"#),
      (#"{"include":["id","type"],"exclude":null}"#, #"{"type":"Feature","id":"x"}"#),
      (#"{"include":["id","type"],"exclude":["id"]}"#, #"{"type":"Feature","id":"x"}"#),
      (#"{"include":["id"],"exclude":["id","type"]}"#, #"{"id":"x"}"#),
      (#"{"include":["assets.B08"],"exclude":["assets"]}"#, #"{"assets":{"B08":{"href":"8"}}}"#),
      (#"{"include":["assets"],"exclude":["assets.B04","assets.a.tif"]}"#, #"{"assets":{"B08":{"href":"8"}}}"#),
      (
        "id,properties,-properties.foo",
        #"{"id":"x","properties":{"datetime":"2020-01-01T00:00:00Z","start_datetime":"a","eo:cloud_cover":5}}"#
      ),
      (
        "+id, properties,-properties.foo",
        #"{"id":"x","properties":{"datetime":"2020-01-01T00:00:00Z","start_datetime":"a","eo:cloud_cover":5}}"#
      ),
      ("id,-geometry,properties.eo:cloud_cover", #"{"id":"x","properties":{"eo:cloud_cover":5}}"#),
      ("id,eo:cloud_cover", #"{"id":"x","properties":{"eo:cloud_cover":5}}"#),
      ("id,properties.none", #"{"id":"x","properties":{}}"#), ("none.at.all", #"{"properties":{}}"#),
      ("assets.B04.href,assets.a.tif.href", #"{"assets":{"B04":{"href":"4"},"a.tif":{"href":"t"}}}"#),
      ("assets.a", #"{"assets":{}}"#), ("id.x,bbox.0", #"{"bbox":[1,2,1,2]}"#),
      ("links.href,id", #"{"id":"x","links":[{"rel":"via","href":"h"}]}"#),
    ])
  func table(text: String, expected: String) throws {
    #expect(try Self.select(text) == expected)
  }

  @Test("excludes from everything where only a body's exclude is there, and from the default members elsewhere")
  func exclude() throws {
    let whole = String(decoding: Self.document.bytes, as: UTF8.self)
    let geometry = #""geometry":{"type":"Point","coordinates":[1,2]},"#
    #expect(try Self.select(#"{"exclude":["geometry"]}"#) == whole.replacing(geometry, with: ""))
    for text in ["-geometry", #"{"include":null,"exclude":["geometry"]}"#, #"{"include":[],"exclude":["geometry"]}"#] {
      #expect(try Self.select(text) == Self.defaultText.replacing(geometry, with: ""))
    }
    let properties = #""properties":{"datetime":"2020-01-01T00:00:00Z"},"#
    #expect(try Self.select("-properties") == Self.defaultText.replacing(properties, with: ""))
  }

  @Test("shows start and end by default where the datetime is null")
  func datetimeNull() throws {
    for datetime in [#","datetime":null"#, ""] {
      let text = #"{"id":"x","properties":{"start_datetime":"a","end_datetime":"b","foo":1\#(datetime)},"links":[]}"#
      let document = SerializedDocument(try #require(try JSONParser.parse(text).object))
      let expected = #"{"id":"x","properties":{"start_datetime":"a","end_datetime":"b"\#(datetime)},"links":[]}"#
      #expect(try Self.select("", from: document) == expected)
      #expect(
        try Self.select("-end_datetime", from: document) == expected.replacing(#","end_datetime":"b""#, with: ""))
    }
  }

  @Test("knows where the links go, and when there are none to be")
  func links() throws {
    let link = Array(#"{"rel":"self"}"#.utf8)
    func text(_ fields: String) throws -> String {
      var output: [UInt8] = []
      try FieldSelection(of: .item, parsing: fields).applied(to: Self.document).append(to: &output, splicing: link)
      return String(decoding: output, as: UTF8.self)
    }
    #expect(try text("links,id") == #"{"id":"x","links":[{"rel":"self"},{"rel":"via","href":"h"}]}"#)
    #expect(try text("id") == #"{"id":"x"}"#)
    #expect(try text("") == Self.defaultText.replacing(#""links":["#, with: #""links":[{"rel":"self"},"#))
    let empty = SerializedDocument(["links": [], "id": "y"])
    #expect(try FieldSelection(of: .item, parsing: "links").applied(to: empty).linksPosition == 10)
    #expect(try FieldSelection(of: .item, json: ["exclude": ["links"]]).applied(to: empty).linksPosition == 0)
  }

  @Test("compares names without their escapes")
  func escapes() throws {
    let text =
      #"{"id":"x","properties":{"\u00e9o\"\\n":"}\\\"","a\/b":[{"x":"]"}],"\ud83d\ude00.b":{"c":1}},"links":[]}"#
    let document = SerializedDocument(bytes: Array(text.utf8), linksPosition: text.utf8.count - 2)
    #expect(try Self.select("éo\"\\n", from: document) == #"{"properties":{"\u00e9o\"\\n":"}\\\""}}"#)
    #expect(try Self.select("a/b,links", from: document) == #"{"properties":{"a\/b":[{"x":"]"}]},"links":[]}"#)
    #expect(try Self.select("properties.😀.b.c", from: document) == #"{"properties":{"\ud83d\ude00.b":{"c":1}}}"#)
  }

  @Test("of a collection names its members as they are")
  func collection() throws {
    let document = SerializedDocument([
      "type": "Collection", "id": "c", "title": "t", "description": "d", "license": "MIT", "extent": ["spatial": 1],
      "summaries": ["gsd": [1], "platform": ["p"]], "properties": ["title": 1], "links": [], "stac_version": "1.1.0",
    ])
    #expect(try Self.select("title,id", from: document, of: .collection) == #"{"id":"c","title":"t"}"#)
    #expect(try Self.select("summaries.gsd", from: document, of: .collection) == #"{"summaries":{"gsd":[1]}}"#)
    #expect(
      try Self.select("", from: document, of: .collection)
        == #"{"type":"Collection","id":"c","description":"d","license":"MIT","extent":{"spatial":1},"links":[],"#
        + #""stac_version":"1.1.0"}"#)
  }

  @Test(
    "refuses what names no field",
    arguments: [
      ",", "-", "+", "id,", "id,,type", "[]", "5", #"{"include":"id"}"#, #"{"include":[1]}"#, #"{"exclude":{}}"#,
      #"{"includes":["id"]}"#, #"{"include":[""]}"#, String(repeating: "a", count: 513),
      Array(repeating: "a", count: 257).joined(separator: ","),
    ])
  func refusals(text: String) {
    #expect {
      if let json = try? JSONParser.parse(text) {
        try SearchRequest(body: ["fields": json])
      } else {
        try SearchRequest(query: [("fields", text)])
      }
    } throws: { ($0 as? ParameterError)?.parameter == "fields" }
  }

  @Test("tells a null from an absent member in a request's body")
  func requestBody() throws {
    #expect(try SearchRequest(body: ["fields": nil]).fields?.base == .defaultMembers)
    #expect(try SearchRequest(body: [:]).fields == nil)
    #expect(try SearchRequest(query: []).fields == nil)
    #expect(try SearchRequest(query: [("fields", "")]).fields?.base == .defaultMembers)
  }
}
