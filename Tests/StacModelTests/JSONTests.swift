import StacModel
import Testing

@Suite("JSON keeps what a document says")
struct JSONTests {
  @Test("member order, number text and unicode survive a round trip")
  func roundTrip() throws {
    let text =
      #"{"b":1.0,"a":-0,"c":1E+2,"é":"\u00e9\n\"","d":[null,true,false,{}],"big":123456789012345678901234567890}"#
    let expected =
      #"{"b":1.0,"a":-0,"c":1E+2,"é":"é\n\"","d":[null,true,false,{}],"big":123456789012345678901234567890}"#
    #expect(JSONSerializer.text(try JSONParser.parse(text)) == expected)
  }

  @Test("a surrogate pair becomes one character")
  func surrogatePair() throws {
    #expect(try JSONParser.parse(#""\ud83d\ude00""#) == .string("😀"))
  }

  @Test(
    "what is not strict JSON is refused",
    arguments: [
      "", " ", "{", "[1,]", "{\"a\":1,}", "01", "1.", ".5", "+1", "1e", "-", "NaN", "Infinity", "'a'", "\"a", "\"\\x\"",
      "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\u0000\"", "\"\\u12g4\"", "\"a\nb\"", "{\"a\":1,\"a\":2}",
      "{a:1}", "[1 2]", "tru", "nulll", "1 2", "\u{FEFF}1", "1e400", "-1e999", "{\"a\" 1}", "]",
    ])
  func refused(text: String) {
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(text) }
  }

  @Test("invalid UTF-8 is refused with its position")
  func invalidUTF8() {
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse([0x22, 0xC3, 0x28, 0x22]) }
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse([0x22, 0xED, 0xA0, 0x80, 0x22]) }
  }

  @Test("nesting beyond the limit is refused, at the limit accepted")
  func depth() throws {
    let nested = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    _ = try JSONParser.parse(nested(64))
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(nested(65)) }
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(nested(100_000)) }
  }

  @Test("an error says the byte it stands at")
  func position() {
    #expect(throws: JSONSyntaxError(position: 7, message: "The member name 'a' is repeated")) {
      try JSONParser.parse(#"{"a":1,"a":2}"#)
    }
  }

  @Test("doubles are written so that they read back the same")
  func doubles() throws {
    for value in [0.1, 1e21, -2.5e-7, 1.0, 123456789.125, .leastNonzeroMagnitude, 1.7976931348623157e308] {
      #expect(try JSONParser.parse(JSONSerializer.text(JSONValue(value))).double == value)
    }
    #expect(JSONValue(Double.nan) == .null)
    #expect(JSONSerializer.text(JSONValue(3.0)) == "3")
  }
}

@Suite("A serialized document")
struct SerializedDocumentTests {
  private func spliced(_ text: String, links: String) throws -> String {
    let object = try #require(try JSONParser.parse(text).object)
    var output: [UInt8] = []
    SerializedDocument(object).append(to: &output, splicing: Array(links.utf8))
    return String(decoding: output, as: UTF8.self)
  }

  @Test("takes the server's links out and splices new ones in")
  func splice() throws {
    let text = #"{"id":"a","links":[{"rel":"self","href":"x"},{"rel":"derived_from","href":"y"}],"z":1}"#
    #expect(
      try spliced(text, links: #"{"rel":"self","href":"s"}"#)
        == #"{"id":"a","links":[{"rel":"self","href":"s"},{"rel":"derived_from","href":"y"}],"z":1}"#)
    #expect(try spliced(text, links: "") == #"{"id":"a","links":[{"rel":"derived_from","href":"y"}],"z":1}"#)
  }

  @Test("gets links where it has none")
  func noLinks() throws {
    #expect(try spliced(#"{"id":"a"}"#, links: "1") == #"{"id":"a","links":[1]}"#)
    #expect(try spliced("{}", links: "") == #"{"links":[]}"#)
    #expect(try spliced(#"{"links":[]}"#, links: "1") == #"{"links":[1]}"#)
  }
}
