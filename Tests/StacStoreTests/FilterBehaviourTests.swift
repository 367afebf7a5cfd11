import CQL2
import Postgres
import StacModel
import StacStore
import TestSupport
import Testing

/// What filters find, on PostgreSQL.
@Suite(.ownDatabases) struct FilterBehaviourTests {
  @Test func `Unknown stays unknown`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add("one", #"{"x":1}"#)
    try await catalog.add("two", #"{"x":2}"#)
    try await catalog.add("text", #"{"x":"1"}"#)
    try await catalog.add("null", #"{"x":null}"#)
    try await catalog.add("absent")
    #expect(try await catalog.find("x = 1") == ["one"])
    #expect(try await catalog.find("NOT x = 1") == ["two"])
    #expect(try await catalog.find("x <> 1") == ["two"])
    #expect(try await catalog.find("x = '1'") == ["text"])
    #expect(try await catalog.find("x IS NULL") == ["absent", "null"])
    #expect(try await catalog.find("x IS NOT NULL") == ["one", "text", "two"])
    #expect(try await catalog.find("x NOT IN (1, 3)") == ["two"])
    #expect(try await catalog.find("x IN (1, '1', true)") == ["one", "text"])
    #expect(try await catalog.find("x BETWEEN 0 AND 1.0") == ["one"])
    #expect(try await catalog.find("x > -1 OR 1.5 < x") == ["one", "two"])
    #expect(try await catalog.find("x NOT IN ('1')") == [])
    #expect(try await catalog.find("x NOT BETWEEN 2 AND 3") == ["one"])
    #expect(try await catalog.find("NOT (1 BETWEEN 5 AND absent)") == [])
    #expect(try await catalog.find("x = 1 OR true").count == 5)
    #expect(try await catalog.find("(x = 1) IS NULL") == ["absent", "null", "text"])
    #expect(try await catalog.find("NOT (x + 1 = 2)") == ["two"])
  }

  @Test func `Properties compare by their JSON types`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add("numbers", #"{"a":1,"b":1.0}"#)
    try await catalog.add("strings", #"{"a":"Z","b":"a"}"#)
    try await catalog.add("booleans", #"{"a":true,"b":false}"#)
    try await catalog.add("mixed", #"{"a":1,"b":"1"}"#)
    try await catalog.add("arrays", #"{"a":[1],"b":[1]}"#)
    #expect(try await catalog.find("a = b") == ["numbers"])
    #expect(try await catalog.find("a < b") == ["strings"])
    #expect(try await catalog.find("a > b") == ["booleans"])
    #expect(try await catalog.find("NOT a = b") == ["booleans", "strings"])
    #expect(try await catalog.find("a BETWEEN b AND b") == ["numbers"])
    #expect(try await catalog.find("a IN (b)") == ["numbers"])
  }

  @Test func `Numbers are exact, and strings go by code point`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add("large", #"{"n":9007199254740993,"s":"é"}"#)
    try await catalog.add("small", #"{"n":0.1,"s":"z"}"#)
    try await catalog.add("tiny", #"{"n":1e-300,"s":"Ａ"}"#)
    try await catalog.add("astral", #"{"n":-1e308,"s":"𝄞"}"#)
    #expect(try await catalog.find("n = 9007199254740993") == ["large"])
    #expect(try await catalog.find("n = 9007199254740992") == [])
    #expect(try await catalog.find("n * 3 = 0.3") == ["small"])
    #expect(try await catalog.find("n > 0 AND n < 1e-299") == ["tiny"])
    #expect(try await catalog.find("n = -1e308") == ["astral"])
    #expect(try await catalog.find("s > 'z'") == ["astral", "large", "tiny"])
    #expect(try await catalog.find("s > 'Ａ'") == ["astral"])
  }

  @Test func `No number makes an expression fail`() async throws {
    let catalog = try await FilterFixture()
    let numbers = [
      "0", "-0.0", "1", "-1", "0.5", "-0.5", "3", "-3", "1e308", "-1e308", "1e-308", "-5e-324", "1.0000001",
      "0.9999999",
      "1e300", "2147483648", "9223372036854775807", "1e-400", "1e-20000", "0.\(String(repeating: "1", count: 300))",
    ]
    for (index, number) in numbers.enumerated() where !number.contains("e-20000") {
      try await catalog.add("n\(index)", #"{"n":\#(number)}"#)
    }
    let operators = ["+", "-", "*", "/", "%", "div", "^"]
    for symbol in operators {
      for number in numbers {
        let value = number.hasPrefix("-") ? "(0 - \(number.dropFirst()))" : number
        _ = try await catalog.find("n \(symbol) \(value) > 0 OR \(value) \(symbol) n < 0")
      }
      let chain = (0..<40).map { _ in "(n \(symbol) n)" }.joined(separator: " \(symbol == "^" ? "*" : symbol) ")
      _ = try await catalog.find("\(chain) > 1")
    }
    #expect(try await catalog.find("1 / 0 = 1 OR 5 % 0 = 1 OR 5 div 0 = 1 OR 0 ^ (0 - 1) = 1") == [])
    #expect(try await catalog.find("(1 / 0) IS NULL").count == numbers.count - 1)
    #expect(try await catalog.find("(0 - 8) ^ (1/3) IS NULL").count == numbers.count - 1)
    for function in ["abs", "ceil", "floor", "round", "sqrt"] { _ = try await catalog.find("\(function)(n) > 1") }
    _ = try await catalog.find("min(n, 1e308 * 1e308) > 1 OR max(n, n ^ n) > 1")
  }

  @Test func `Arithmetic has the usual precedence and meaning`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add("a", #"{"n":7}"#)
    for truth in [
      "n + 2 * 3 = 13", "(n + 2) * 3 = 27", "n - 2 - 1 = 4", "2 ^ 3 = 8", "2 ^ 0.5 > 1.41421356", "n / 2 = 3.5",
      "n div 2 = 3", "(0 - n) div 2 = 0 - 3", "n % 4 = 3", "(0 - n) % 4 = 0 - 3", "10 / n * n > 9.99999999",
      "2 ^ 64 = 18446744073709551616", "abs(0 - n) = 7", "ceil(1.2) = 2 AND floor(1.8) = 1 AND round(2.5) = 3",
      "round(0 - 2.5) = 0 - 3", "sqrt(n + 2) = 3", "min(n, 3, 9) = 3 AND max(n, 3, 9) = 9", "min(n, absent) IS NULL",
    ] { #expect(try await catalog.find(truth) == ["a"], "\(truth)") }
  }

  @Test func `Functions of texts, instants and arrays`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add("a", #"{"s":"Straße","t":"0000-12-31T23:30:00-01:00","l":[1,[2,3]],"w":7}"#)
    for truth in [
      "length(s) = 6", "upper(s) = 'STRASSE'", "lower(s) = 'straße'", "concat(s, '-', s) = 'Straße-Straße'",
      "concat(s, absent) IS NULL", "length(w) IS NULL", "year(t) = 1", "month(t) = 1 AND day(t) = 1", "size(l) = 2",
      "size(w) IS NULL", "year(datetime) = 2020", "LENGTH(concat(upper(s))) = 7",
      "area(BBOX(0,0,1,1)) > 12.3e9 AND area(BBOX(0,0,1,1)) < 12.4e9", "area(geometry) = 0",
    ] { #expect(try await catalog.find(truth) == ["a"], "\(truth)") }
  }

  @Test func `Arrays are compared as sets`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add("ab", #"{"l":["a","b"]}"#)
    try await catalog.add("ba", #"{"l":["b","a","a"]}"#)
    try await catalog.add("empty", #"{"l":[]}"#)
    try await catalog.add("mixed", #"{"l":["a",1.0,true,null]}"#)
    try await catalog.add("nested", #"{"l":[["a","b"],{"x":1}]}"#)
    try await catalog.add("none", #"{"l":"a"}"#)
    try await catalog.add("times", #"{"l":["2020-01-01T00:00:00Z","x"]}"#)
    #expect(try await catalog.find("A_EQUALS(l, ('a','b','b'))") == ["ab", "ba"])
    #expect(try await catalog.find("A_CONTAINS(l, ('a'))") == ["ab", "ba", "mixed"])
    #expect(try await catalog.find("A_CONTAINS(l, (1, true))") == ["mixed"])
    #expect(try await catalog.find("A_CONTAINEDBY(l, ('b','a','c'))") == ["ab", "ba", "empty"])
    #expect(try await catalog.find("A_OVERLAPS(l, ('b', 1))") == ["ab", "ba", "mixed"])
    #expect(try await catalog.find("A_OVERLAPS(l, ('b', 'x'))") == ["ab", "ba", "times"])
    #expect(try await catalog.find("NOT A_OVERLAPS(('b', 'x'), l)") == ["empty", "mixed", "nested"])
    #expect(try await catalog.find("A_OVERLAPS(('b', 'x'), ('x'))").count == 7)
    #expect(try await catalog.find("A_CONTAINS(l, ())").count == 6)
    #expect(try await catalog.find("A_EQUALS(l, ())") == ["empty"])
    #expect(try await catalog.find("A_OVERLAPS(l, ())") == [])
    #expect(try await catalog.find("NOT A_OVERLAPS(l, ())").count == 6)
    #expect(try await catalog.find("A_CONTAINS(l, (('a','b')))") == ["nested"])
    #expect(try await catalog.find("A_CONTAINS(l, (('a')))") == [])
    #expect(try await catalog.find("A_CONTAINS(l, (('b','a'), 1))") == [])
    #expect(try await catalog.find("A_CONTAINS(l, (TIMESTAMP('2020-01-01T00:00:00.0Z')))") == ["times"])
    #expect(try await catalog.find("A_EQUALS(l, ('x', DATE('2020-01-01')))") == ["times"])
    #expect(try await catalog.find("A_CONTAINS(l, (datetime))") == ["times"])
    #expect(try await catalog.find("A_EQUALS(l, l)").count == 6)
    #expect(try await catalog.find("A_CONTAINS(('a','b','c'), l)") == ["ab", "ba", "empty"])
    #expect(try await catalog.find("A_OVERLAPS(l, (absent))") == [])
    #expect(try await catalog.find("A_CONTAINS((1, 2, 3), (2, 1 + 2))").count == 7)
  }

  @Test func `A million bytes of list are one parameter`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add("a", #"{"x":9998}"#)
    let list = (0..<9_990).map { "\($0 + 9)" }.joined(separator: ",")
    #expect(try await catalog.find("x IN (\(list))") == ["a"])
    let texts = (0..<3_000).map { "casei('\($0)')" }.joined(separator: ",")
    #expect(try await catalog.find("casei(x) IN (\(texts))") == [])
  }

  @Test func `Long lists of arguments are no more than PostgreSQL takes`() async throws {
    let catalog = try await FilterFixture()
    try await catalog.add("a", #"{"x":7,"s":"ab"}"#)
    func list(_ element: String, _ count: Int) -> String {
      Array(repeating: element, count: count).joined(separator: ",")
    }
    #expect(try await catalog.find("min(\(list("x", 9_000)), 3) = 3 AND max(1, 2) = 2") == ["a"])
    #expect(try await catalog.find("length(concat(\(list("s", 9_000)))) = 18000") == ["a"])
    #expect(try await catalog.find("A_CONTAINS((\(list("x+1", 2_400))), (8))") == ["a"])
    #expect(try await catalog.find("x IN (\(list("x-1", 2_400)), 7)") == ["a"])
    #expect(try await catalog.find((0..<1_000).map { "x = \($0)" }.joined(separator: " OR ")) == ["a"])
    for symbol in ["+", "-", "*", "/", "%", "div", "^"] {
      _ = try await catalog.find(
        String(repeating: "(x \(symbol) ", count: 55) + "2" + String(repeating: ")", count: 55) + " > 1")
    }
    let folded = String(repeating: "casei(accenti(", count: 28) + "s" + String(repeating: "))", count: 28)
    #expect(try await catalog.find("\(folded) = 'ab'") == ["a"])
  }
}
