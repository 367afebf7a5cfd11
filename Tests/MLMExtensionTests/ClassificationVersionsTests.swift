import MLMExtension
import StacModel
import Testing

/// Classification 2.0.0 demands a name of each class, which 1.1.0 does not, and knows further members.
@Suite struct ClassificationVersionsTests {
  private static func findings(_ entry: JSONValue, _ version: String) throws -> [ModelFinding] {
    try FaultyModel(
      "1.5.2/item_pytorch_geo_unet", "properties/mlm:output/0/classification:classes/0", entry, .extensionSchema,
      declaring: "classification/v\(version)"
    ).findings().refusals
  }

  @Test(
    arguments: [
      (["value": 0, "description": "x"], "2.0.0", ["name"]), (["value": 0, "description": "x"], "1.1.0", []),
      (["value": 0, "name": "tree cover", "description": "x"], "2.0.0", ["name"]),
      (["value": 0, "name": "tree-cover_1", "description": "x"], "2.0.0", []),
      (["value": 0, "name": "a", "description": "x", "percentage": 101], "2.0.0", ["percentage"]),
      (["value": 0, "name": "a", "description": "x", "count": -1], "2.0.0", ["count"]),
      (["value": 0, "name": "a", "description": "x", "nodata": "yes"], "2.0.0", ["nodata"]),
    ] as [(JSONValue, String, [String])])
  func aClassIsHeldToTheVersionThatIsDeclared(entry: JSONValue, version: String, members: [String]) throws {
    let refusals = try Self.findings(entry, version)
    #expect(refusals.map(\.rule) == members.map { _ in .extensionSchema })
    #expect(refusals.map { $0.pointer.parts.last ?? "" } == members)
  }
}
