import CQL2
import StacModel
import Testing

@Suite struct LimitsTests {
  static let depth = "a filter must not be nested deeper than 64 levels"

  /// Ways to nest: what stands in front, what opens, what is inside, what closes.
  @Test(arguments: [
    ("", "(", "a = 1", ")"), ("", "NOT ", "a", ""), ("", "NOT (", "a", ")"), ("a = ", "f(", "1", ")"),
    ("", "f((", "1", "))"), ("", "a IN (1, ", "1", ")"), ("s = ", "CASEI(", "s", ")"), ("", "", "a", " IS NULL"),
    ("t_after(a, ", "interval('..', ", "b", ")"), ("", "", "a = 1", " + 1"), ("a = ", "1 + (", "1", ")"),
    ("", "", "a = -1", " * b"), ("a = ", "-", "b", ""), ("a_equals(b, ", "(", "1", ")"),
  ]) func depthOfTenThousandIsAnError(_ front: String, _ opening: String, _ middle: String, _ closing: String) {
    let deep = String(repeating: opening, count: 10_000) + middle + String(repeating: closing, count: 10_000)
    let error = #expect(throws: CQL2SyntaxError.self) { try Filter(text: front + deep) }
    #expect(error?.message == Self.depth)
  }

  @Test func aFilterMayUseAllItsDepth() throws {
    func nested(_ count: Int) -> String {
      String(repeating: "(", count: count) + "a = 1" + String(repeating: ")", count: count)
    }
    #expect(throws: Never.self) { try Filter(text: nested(64)) }
    #expect(throws: CQL2SyntaxError.self) { try Filter(text: nested(65)) }
  }

  @Test func depthIsLimitedInJSON() {
    var json: JSONValue = true
    for _ in 0..<63 { json = ["op": "not", "args": [json]] }
    #expect(throws: Never.self) { try Filter(json: json) }
    for _ in 0..<200 { json = ["op": "not", "args": [json]] }
    let error = #expect(throws: CQL2SyntaxError.self) { try Filter(json: json) }
    #expect(error?.message == Self.depth)
  }

  @Test func aListOfAMegabyteIsRefusedAndOneOfNineThousandIsRead() throws {
    let error = #expect(throws: CQL2SyntaxError.self) {
      try Filter(text: "id IN (" + String(repeating: "'S2A_MSIL2A', ", count: 70_000) + "'')")
    }
    #expect(error?.message == "a filter must not have more than 10000 parts")
    let filter = try Filter(text: "id IN (" + String(repeating: "'S2A', ", count: 9_000) + "'')")
    guard case .operation(.in, let operands) = filter.expression, case .array(let list) = operands[1] else {
      Issue.record("no list")
      return
    }
    #expect(list.count == 9_001)
    #expect(try Filter(json: filter.expression.json) == filter)
  }

  @Test func nodesAreLimitedInJSON() {
    let list = JSONValue.array(Array(repeating: 1, count: 10_001))
    #expect(throws: CQL2SyntaxError.self) { try Filter(json: ["op": "in", "args": [["property": "a"], list]]) }
  }

  @Test func bytesAreLimited() {
    let error = #expect(throws: CQL2SyntaxError.self) {
      try Filter(text: "a = '" + String(repeating: "é", count: 600_000) + "'")
    }
    #expect(error?.description == "character 1: a filter must not be longer than 1048576 bytes, 1200006 found")
  }

  @Test func limitsCanBeNarrower() {
    #expect(throws: CQL2SyntaxError.self) { try Filter(text: "a = 1", limits: FilterLimits(nodes: 2)) }
    #expect(throws: CQL2SyntaxError.self) { try Filter(text: "a = 1", limits: FilterLimits(bytes: 4)) }
    #expect(throws: CQL2SyntaxError.self) { try Filter(text: "NOT a = 1", limits: FilterLimits(depth: 2)) }
    #expect(throws: Never.self) { try Filter(text: "a = 1", limits: FilterLimits(bytes: 5, nodes: 3, depth: 2)) }
  }
}
