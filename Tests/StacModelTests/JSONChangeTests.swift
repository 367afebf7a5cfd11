import StacModel
import Testing

@Suite struct JSONChangeTests {
  @Test(arguments: [
    (#"{"a":1,"b":[1,2]}"#, #"{"b":[1,2],"a":1}"#, []),
    (#"{"a":1}"#, #"{"a":2}"#, ["~ /a: 1 -> 2"]),
    (#"{"a":1}"#, #"{"a":1.0}"#, ["~ /a: 1 -> 1.0"]),
    (#"{"a":null}"#, "{}", ["- /a: null"]),
    ("{}", #"{"a/b":{"c":[]}}"#, [#"+ /a~1b: {"c":[]}"#]),
    (#"{"a":[1,2,3]}"#, #"{"a":[1,4]}"#, ["~ /a/1: 2 -> 4", "- /a/2: 3"]),
    (#"{"a":[1]}"#, #"{"a":{"0":1}}"#, [#"~ /a: [1] -> {"0":1}"#]),
    ("3", #""3""#, [#"~ : 3 -> "3""#]),
  ])
  func whatDiffersIsToldAtItsPlace(old: String, new: String, expected: [String]) throws {
    let (old, new) = (try JSONParser.parse(Array(old.utf8)), try JSONParser.parse(Array(new.utf8)))
    #expect(old.changes(to: new).map(\.description) == expected)
  }

  @Test func noMoreIsToldThanIsAskedFor() throws {
    let old = JSONValue.array((0..<500).map { JSONValue($0) })
    let new = JSONValue.array((0..<500).map { JSONValue($0 + 1) })
    #expect(old.changes(to: new).count == 100)
    #expect(old.changes(to: new, limit: 7).count == 7)
  }
}
