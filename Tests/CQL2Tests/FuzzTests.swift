import CQL2
import SeededRandom
import StacModel
import Testing

/// Properties of a type that their name's length decides.
private struct AnyProperties: PropertyTypes {
  func type(ofProperty name: String) -> ValueType? { ValueType.allCases[name.utf8.count % ValueType.allCases.count] }
}

/// Whatever comes in, a filter or an error comes out: a trap would end the test run.
@Suite struct FuzzTests {
  /// Reads a text; what was read must print to something that reads as the same tree.
  private static func tryOut(_ text: String) -> Bool {
    guard let filter = try? Filter(text: text) else { return false }
    try? filter.check(properties: AnyProperties())
    #expect((try? Filter(text: filter.expression.text)) == filter, "\(text)")
    return true
  }

  private static let texts = (Examples.texts + Examples.tests).compactMap(\.source.string)
  private static let words = [
    "AND", "OR", "NOT", "(", ")", "((", "))", ",", "'", "\"", "''", "\\", "\\'", "..", "-", "--", "+", "*", "/", "%",
    "^",
    "div", "=", "<>", "<", ">", "<=", ">=", "IS NULL", "IN", "IN (", "LIKE", "BETWEEN", "TRUE", "NULL", "DATE(",
    "TIMESTAMP('", "INTERVAL(", "BBOX(", "POINT", "POINT Z(", "GEOMETRYCOLLECTION(", "EMPTY", "S_INTERSECTS(",
    "A_EQUALS(",
    "CASEI(", "f(", "1", ".", "1e", "1e999", "0x1", "é", "\u{301}", "\u{0}", "\u{FEFF}", "\u{2028}", "🛰", "\r\n", " ",
  ]

  @Test(arguments: 1...8 as ClosedRange<UInt64>) func changedExamplesGiveATreeOrAnError(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var read = 0
    for _ in 0..<1_500 {
      var scalars = Array(random.pick(Self.texts).unicodeScalars)
      for _ in 0...random.below(3) { Self.change(&scalars, &random) }
      if Self.tryOut(String(String.UnicodeScalarView(scalars))) { read += 1 }
    }
    #expect(0 < read && read < 1_500)
  }

  private static func change(_ scalars: inout [Unicode.Scalar], _ random: inout SeededGenerator) {
    let start = random.below(scalars.count + 1)
    let end = min(scalars.count, start + random.below(6))
    switch random.below(4) {
    case 0: scalars.removeSubrange(start..<end)
    case 1: scalars.insert(contentsOf: random.pick(words).unicodeScalars, at: start)
    case 2: scalars.replaceSubrange(start..<end, with: random.pick(words).unicodeScalars)
    default: scalars.insert(contentsOf: scalars[start..<end], at: random.below(scalars.count + 1))
    }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>) func randomWordsGiveATreeOrAnError(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<3_000 {
      let words = (0...random.below(12)).map { _ in random.pick(Self.words) }
      _ = Self.tryOut(words.joined(separator: random.pick(["", " ", " a "])))
    }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>) func randomBytesGiveATreeOrAnError(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<3_000 {
      let bytes = (0...random.below(40)).map { _ in UInt8.random(in: 0...255, using: &random) }
      _ = Self.tryOut(String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>) func changedJSONGivesATreeOrAnError(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var read = 0
    for _ in 0..<1_500 {
      let json = Self.changed(random.pick(Examples.json).source, chance: 12, &random)
      guard let filter = try? Filter(json: json) else { continue }
      read += 1
      try? filter.check(properties: AnyProperties())
      #expect((try? Filter(json: filter.expression.json)) == filter, "\(JSONSerializer.text(json))")
    }
    #expect(0 < read && read < 1_500)
  }

  /// The value with about one part in `chance` replaced, left out or doubled.
  private static func changed(_ json: JSONValue, chance: Int, _ random: inout SeededGenerator) -> JSONValue {
    if random.below(chance) == 0 {
      let parts: [JSONValue] = [
        nil, true, 5, "..", "2020-01-01", "\u{0}", [], [1, 2], ["a": 1], ["property": "x"], ["op": "f", "args": [[]]],
        ["op": "and", "args": [1]], ["bbox": [1, 2, 3, 4]], ["date": "x"], ["interval": ["..", ".."]],
        ["type": "Point"],
        .string(random.pick(Operator.allCases).rawValue), JSONValue(1e300),
      ]
      return random.pick(parts)
    }
    switch json {
    case .array(let elements):
      var elements = elements.map { changed($0, chance: chance, &random) }
      if random.below(chance) == 0, let last = elements.last { elements.append(last) }
      if random.below(chance) == 0 { elements = elements.dropLast() }
      return .array(elements)
    case .object(let object):
      return .object(
        JSONObject(object.members.map { .init(name: $0.name, value: changed($0.value, chance: chance, &random)) }))
    default: return json
    }
  }
}
