import Foundation
import MLMExtension
import StacModel
import Testing

/// The demo model, in which nothing is doubtful, with one edit.
@Suite struct DoubtfulDemoTests {
  @Test(arguments: [
    (Spoiling("links", value: []), ModelRule.runLink),
    (Spoiling("assets", "test-vector", value: nil, at: "/assets"), .goldenVector),
    (Spoiling("assets", "model", "file:checksum", value: nil), .checksumPresent),
    (Spoiling("assets", "model", "href", value: "./model.pkl"), .executableFormat),
    (Spoiling("assets", "mlm:container", "href", value: "registry.example.org/a:1"), .containerDigest),
    (Spoiling("properties", "mlm:input", "0", "bands", "0", value: ["name": "B77"]), .bandDescribed),
    (Spoiling("properties", "mlm:input", "0", "bands", "12", "expression", value: "(B8 - B77)"), .expressionBands),
    (Spoiling("properties", "mlm:output", "0", "classification:classes", "1", "value", value: 1), .classValueUnique),
  ])
  func oneDoubtIsToldAlone(spoiling: Spoiling, rule: ModelRule) throws {
    let findings = MLMExtension.validate(try spoiling.item())
    #expect(findings.refusals == [])
    #expect(findings.all.map(\.rule) == [rule])
    #expect(findings.all.map(\.pointer.description) == [spoiling.pointer])
  }

  @Test func theBandsOfStac11AreRead() throws {
    let wrong = try Spoiling("properties", "bands", "0", "name", value: 1).item()
    #expect(MLMExtension.validate(wrong).refusals.map(\.pointer.description) == ["/properties/bands/0/name"])
    let absent = try Spoiling("properties", "bands", value: nil).item()
    #expect(MLMExtension.validate(absent).refusals.map(\.pointer.description) == ["/properties/bands"])
    let alone = try Spoiling("assets", "model", "bands", value: nil, at: "/properties/bands").item()
    #expect(MLMExtension.validate(alone).refusals == [])
    #expect(MLMExtension.validate(alone).all.map(\.rule) == [.bandsOnAsset])
  }

  @Test func twoInputsOfOneNameAreDoubtful() throws {
    let demo = try item("catalog/models/amazon-land-cover.json")
    let input = demo.properties["mlm:input"]?.array?.first ?? .null
    let twice = try Spoiling("properties", "mlm:input", "1", value: input).item()
    let findings = MLMExtension.validate(twice)
    #expect(findings.all.map(\.rule) == [.nameUnique])
    #expect(findings.all.map(\.pointer.description) == ["/properties/mlm:input/1/name"])
  }
}

@Suite struct RulesPageTests {
  @Test(arguments: ModelRule.allCases) func everyRuleIsInThePage(rule: ModelRule) throws {
    let page = fixtures.deletingLastPathComponent().appending(path: "docs/mlm.md")
    #expect(try String(contentsOf: page, encoding: .utf8).contains("`\(rule.rawValue)`"))
  }
}
