import CQL2
import StacModel
import StacSearch
import Testing

@Suite("The query extension")
struct QueryExtensionTests {
  private static func query(_ text: String) throws -> Expression? {
    try SearchRequest(query: [("query", text)]).query
  }

  private static func folded(_ expression: Expression) -> Expression { .operation(.casei, [expression]) }

  private static func like(_ property: String, _ pattern: String) -> Expression {
    .operation(.like, [folded(.property(property)), folded(.string(pattern))])
  }

  private static let cloud = Expression.property("eo:cloud_cover")

  @Test("means what its example says, from a query string and from a body")
  func example() throws {
    let text = """
      {"eo:cloud_cover":{"gte":0,"lte":10},"stringAttr1":{"startsWith":"abc","endsWith":"xyz"},\
      "stringAttr2":{"contains":"mnop"},"stringAttr3":{"in":["landsat","modis","naip"]}}
      """
    let expected = Expression.operation(
      .and,
      [
        .operation(.greaterOrEqual, [Self.cloud, .number(JSONNumber(0))]),
        .operation(.lessOrEqual, [Self.cloud, .number(JSONNumber(10))]),
        Self.like("stringAttr1", "abc%"), Self.like("stringAttr1", "%xyz"), Self.like("stringAttr2", "%mnop%"),
        .operation(
          .in,
          [
            Self.folded(.property("stringAttr3")),
            .array(["landsat", "modis", "naip"].map { Self.folded(.string($0)) }),
          ]),
      ])
    #expect(try Self.query(text) == expected)
    #expect(try SearchRequest(body: ["query": try JSONParser.parse(text)]).query == expected)
    #expect(try CollectionSearchRequest(query: [("query", text)]).query == expected)
  }

  @Test(
    "has one expression for each operator",
    arguments: [
      (#"{"eo:cloud_cover":{"eq":5}}"#, .operation(.equal, [cloud, .number(JSONNumber(5))])),
      (#"{"properties.eo:cloud_cover":{"lt":5}}"#, .operation(.less, [cloud, .number(JSONNumber(5))])),
      (#"{"eo:cloud_cover":{"gt":5}}"#, .operation(.greater, [cloud, .number(JSONNumber(5))])),
      (
        #"{"eo:cloud_cover":{"neq":5}}"#,
        .operation(.not, [.operation(.equal, [cloud, .number(JSONNumber(5))])])
      ),
      (#"{"a":{"eq":true}}"#, .operation(.equal, [.property("a"), .boolean(true)])),
      (#"{"a":{"eq":null}}"#, .operation(.isNull, [.property("a")])),
      (#"{"a":{"neq":null}}"#, .operation(.not, [.operation(.isNull, [.property("a")])])),
      (#"{"a":{"eq":"X"}}"#, .operation(.equal, [folded(.property("a")), folded(.string("X"))])),
      (#"{"a":"X"}"#, .operation(.equal, [folded(.property("a")), folded(.string("X"))])),
      (
        #"{"datetime":{"eq":"2020-01-01T00:00:00Z"}}"#,
        .operation(.equal, [.property("datetime"), .string("2020-01-01T00:00:00Z")])
      ),
      (
        #"{"datetime":{"gte":"1970-01-01T00:00:01Z"}}"#,
        .operation(.greaterOrEqual, [.property("datetime"), .timestamp(Timestamp(microseconds: 1_000_000))])
      ),
      (#"{"a":{"lt":"m"}}"#, .operation(.less, [.property("a"), .string("m")])),
      (
        #"{"gsd":{"in":[10,20]}}"#,
        .operation(.in, [.property("gsd"), .array([.number(JSONNumber(10)), .number(JSONNumber(20))])])
      ),
      (#"{"gsd":{"in":[]}}"#, .boolean(false)),
      (
        #"{"a":{"in":["x",1,true]}}"#,
        .operation(
          .or,
          [
            .operation(.in, [.property("a"), .array([.number(JSONNumber(1))])]),
            .operation(.in, [.property("a"), .array([.boolean(true)])]),
            .operation(.in, [folded(.property("a")), .array([folded(.string("x"))])]),
          ])
      ),
    ] as [(String, Expression)])
  func operators(text: String, expected: Expression) throws {
    #expect(try Self.query(text) == expected)
  }

  @Test("takes the wildcards in a text literally")
  func wildcards() throws {
    #expect(try Self.query(#"{"a":{"contains":"50% _x\\y"}}"#) == Self.like("a", #"%50\% \_x\\y%"#))
    #expect(try Self.query(#"{"a":{"startsWith":""}}"#) == Self.like("a", "%"))
  }

  private struct Types: PropertyTypes {
    func type(ofProperty name: String) -> ValueType? {
      switch name {
      case "datetime": .timestamp
      case "day": .date
      case "platform", "id": .string
      case "gsd": .number
      default: .any
      }
    }
  }

  @Test(
    "gives filters that fit the types of the properties and can be written as text and JSON",
    arguments: [
      #"{"datetime":{"gte":"2020-01-01T00:00:00Z","lt":"2021-01-01T00:00:00Z"}}"#,
      #"{"datetime":{"eq":"2020-01-01T00:00:00Z"}}"#, #"{"datetime":{"in":["2020-01-01T00:00:00Z"]}}"#,
      #"{"day":{"eq":"2020-01-01","lt":"2020-02-01"}}"#, #"{"platform":{"eq":"A","startsWith":"b%","in":["x","y"]}}"#,
      #"{"platform":{"neq":"A","lt":"b","eq":null}}"#, #"{"gsd":{"in":[1,2],"gte":1}}"#, #"{"gsd":{"in":[]}}"#,
      #"{"x":{"in":["a",1,false],"contains":"_","gt":"2020-01-01T00:00:00Z","eq":true},"id":"i"}"#,
    ])
  func types(text: String) throws {
    let expression = try #require(try Self.query(text))
    try expression.check(properties: Types())
    #expect(try Filter(text: expression.text).expression == expression)
    #expect(try Filter(json: expression.json).expression == expression)
  }

  @Test("without conditions is none")
  func empty() throws {
    #expect(try Self.query("{}") == nil)
    #expect(try SearchRequest(body: ["query": nil]).query == nil)
  }

  @Test(
    "refuses what it does not define",
    arguments: [
      "", "[]", "5", "{", #"{"a":{}}"#, #"{"a":{"like":"x"}}"#, #"{"a":{"EQ":1}}"#, #"{"a":[1]}"#,
      #"{"a":{"eq":[1]}}"#, #"{"a":{"eq":{"x":1}}}"#, #"{"a":{"lt":null}}"#, #"{"a":{"gt":true}}"#,
      #"{"a":{"startsWith":1}}"#, #"{"a":{"contains":null}}"#, #"{"a":{"in":"x"}}"#, #"{"a":{"in":[null]}}"#,
      #"{"a":{"in":[[1]]}}"#, #"{"":{"eq":1}}"#, #"{"properties.":{"eq":1}}"#, #"{"a":{"eq":1e400}}"#,
      #"{"a":{"eq":NaN}}"#, #"{"a":{"eq":1},"a":{"eq":2}}"#, #"{"a":{"eq":"\ud800"}}"#, #"{"a":{"eq":"\u0000"}}"#,
    ])
  func refusals(text: String) {
    #expect { try Self.query(text) } throws: { ($0 as? ParameterError)?.parameter == "query" }
  }

  @Test("refuses too many conditions and too long a list")
  func limits() {
    let conditions = (0...1_000).map { #""p\#($0)":{"eq":1}"# }.joined(separator: ",")
    let values = (0...10_000).map(String.init).joined(separator: ",")
    for text in ["{\(conditions)}", #"{"a":{"in":[\#(values)]}}"#, #"{"\#(String(repeating: "a", count: 513))":1}"#] {
      #expect(throws: ParameterError.self) { try Self.query(text) }
    }
  }
}
