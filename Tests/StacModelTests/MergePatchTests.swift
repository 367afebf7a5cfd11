import StacModel
import Testing

@Suite("A merge patch")
struct MergePatchTests {
  /// RFC 7396 appendix A: original, patch, result.
  private static let cases = [
    (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
    (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
    (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
    (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
    (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
    (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, "null", "null"), (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
    (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#), ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
    ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
  ]

  @Test("gives what RFC 7396 says", arguments: cases)
  func standard(original: String, patch: String, result: String) throws {
    let merged = try JSONParser.parse(original).merging(try JSONParser.parse(patch))
    #expect(JSONSerializer.text(merged) == result)
  }

  @Test("leaves the order of members and the text of numbers alone")
  func order() throws {
    let merged = try JSONParser.parse(#"{"z":1.0,"a":{"y":2e0,"b":3}}"#).merging(
      try JSONParser.parse(#"{"a":{"b":4.50}}"#))
    #expect(JSONSerializer.text(merged) == #"{"z":1.0,"a":{"y":2e0,"b":4.50}}"#)
  }
}
