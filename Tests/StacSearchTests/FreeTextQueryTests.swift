import StacModel
import StacSearch
import Testing

@Suite("A free-text query")
struct FreeTextQueryTests {
  private static func word(_ text: String) -> FreeTextQuery { .phrase(text) }

  @Test(
    "means what the extension's examples say",
    arguments: [
      ("sentinel", word("sentinel")),
      ("\"climate model\"", .phrase("climate model")),
      ("climate model", .or([word("climate"), word("model")])),
      ("climate OR model", .or([word("climate"), word("model")])),
      ("climate AND model", .and([word("climate"), word("model")])),
      ("(quick OR brown) AND fox", .and([.or([word("quick"), word("brown")]), word("fox")])),
      ("quick +brown -fox", .and([word("brown"), .not(word("fox"))])),
      ("EO,Earth Observation", .or([word("EO"), .phrase("Earth Observation")])),
    ] as [(String, FreeTextQuery)])
  func examples(text: String, expected: FreeTextQuery) throws {
    #expect(try FreeTextQuery(parsing: text) == expected)
  }

  @Test(
    "binds AND before OR before a space, and signs to one term",
    arguments: [
      ("a OR b AND c", .or([word("a"), .and([word("b"), word("c")])])),
      ("a AND b OR c AND d", .or([.and([word("a"), word("b")]), .and([word("c"), word("d")])])),
      ("a OR b -c", .and([.or([word("a"), word("b")]), .not(word("c"))])),
      ("a -c b", .and([.or([word("a"), word("b")]), .not(word("c"))])),
      ("-a", .not(word("a"))),
      ("-a -b", .and([.not(word("a")), .not(word("b"))])),
      ("+a +b", .and([word("a"), word("b")])),
      ("a AND -b", .and([word("a"), .not(word("b"))])),
      ("a AND NOT b", .and([word("a"), .not(word("b"))])),
      ("a OR -b", .or([word("a"), .not(word("b"))])),
      ("-(a b)", .not(.or([word("a"), word("b")]))),
      ("+\"a b\" -\"c  d\"", .and([.phrase("a b"), .not(.phrase("c d"))])),
      ("((a))", word("a")),
      ("a (b c)", .or([word("a"), word("b"), word("c")])),
    ] as [(String, FreeTextQuery)])
  func precedence(text: String, expected: FreeTextQuery) throws {
    #expect(try FreeTextQuery(parsing: text) == expected)
  }

  @Test(
    "keeps the characters of words",
    arguments: [
      ("sentinel-2", word("sentinel-2")), ("C++", word("C++")), ("eo:cloud_cover", word("eo:cloud_cover")),
      ("and or not", .or([word("and"), word("or"), word("not")])), ("São", word("São")),
      ("a - b", .or([word("a"), word("-"), word("b")])),
      ("'; DROP TABLE", .or([word("';"), word("DROP"), word("TABLE")])),
      (" a \t\n b ", .or([word("a"), word("b")])), ("a & b | !c", .or(["a", "&", "b", "|", "!c"].map(word))),
    ] as [(String, FreeTextQuery)])
  func words(text: String, expected: FreeTextQuery) throws {
    #expect(try FreeTextQuery(parsing: text) == expected)
  }

  @Test(
    "reads the elements of a comma-separated list as phrases, or as queries where they have operators",
    arguments: [
      ("a, b c ,d", .or([word("a"), .phrase("b c"), word("d")])),
      ("a b AND c,d", .or([word("a"), .and([word("b"), word("c")]), word("d")])),
      ("\"a,b\"", .phrase("a,b")),
      ("x AND (a b,c)", .and([word("x"), .or([.phrase("a b"), word("c")])])),
    ] as [(String, FreeTextQuery)])
  func lists(text: String, expected: FreeTextQuery) throws {
    #expect(try FreeTextQuery(parsing: text) == expected)
  }

  @Test(
    "says at which character it cannot be read",
    arguments: [
      ("", 1), ("   ", 4), ("\"abc", 1), ("a \"b", 3), ("\"\"", 1), ("(a", 1), ("a (b OR c", 3), ("a)", 2), ("()", 2),
      ("a AND", 6), ("AND a", 1), ("a OR OR b", 6), ("a OR", 5), ("NOT", 4), ("a,", 3), (",a", 1), ("a,,b", 3),
      ("+-a", 2), ("é (", 4), ("-(", 3), ("e\u{301} \"\u{301}", 4), ("😀)", 2),
    ])
  func faults(text: String, position: Int) {
    #expect {
      try FreeTextQuery(parsing: text)
    } throws: {
      guard let error = $0 as? ParameterError else { return false }
      return error.parameter == "q" && error.message.hasSuffix(" at character \(position)")
    }
  }

  @Test("refuses what is too long, too deep or has too many terms")
  func limits() throws {
    _ = try FreeTextQuery(parsing: Array(repeating: "a", count: 100).joined(separator: " "))
    _ = try FreeTextQuery(parsing: String(repeating: "(", count: 16) + "a" + String(repeating: ")", count: 16))
    for text in [
      Array(repeating: "a", count: 101).joined(separator: " "), String(repeating: "a", count: 4_097),
      String(repeating: "(", count: 17) + "a" + String(repeating: ")", count: 17), String(repeating: "(", count: 4_096),
    ] {
      #expect(throws: ParameterError.self) { try FreeTextQuery(parsing: text) }
    }
    #expect(throws: ParameterError.self) { try FreeTextQuery(terms: Array(repeating: "a", count: 101)) }
  }

  @Test("takes the terms of an array literally, any of them")
  func terms() throws {
    #expect(
      try SearchRequest(body: ["q": ["EO", "Earth  Observation", "a AND (b"]]).freeText
        == .or([.phrase("EO"), .phrase("Earth Observation"), .phrase("a AND (b")]))
    #expect(try SearchRequest(body: ["q": ["EO"]]).freeText == .phrase("EO"))
    #expect(
      try SearchRequest(body: ["q": "climate AND model"]).freeText == .and([.phrase("climate"), .phrase("model")]))
    for body: JSONValue in [["q": []], ["q": [""]], ["q": [1]], ["q": 1], ["q": ["a": "b"]], ["q": ""]] {
      #expect { try SearchRequest(body: body) } throws: { ($0 as? ParameterError)?.parameter == "q" }
    }
  }
}
