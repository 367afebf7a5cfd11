import Foundation
import MLMExtension
import StacModel
import Testing

/// The folder of the fixtures, found from this file.
let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appending(path: "fixtures")

/// An item of the fixtures by its path below `fixtures`.
func item(_ path: String) throws -> Item {
  try Item(JSONParser.parse([UInt8](Data(contentsOf: fixtures.appending(path: path)))))
}

@Suite struct ExamplesTests {
  static let examples = try? FileManager.default.contentsOfDirectory(atPath: fixtures.appending(path: "mlm").path)
    .filter { $0.hasSuffix(".json") }.sorted()

  @Test func theExtensionHasNineExamples() { #expect(Self.examples?.count == 9) }

  @Test(arguments: examples ?? []) func anExampleOfTheExtensionIsAccepted(name: String) throws {
    var json = try JSONParser.parse([UInt8](Data(contentsOf: fixtures.appending(path: "mlm/\(name)"))))
    // One example counts its longitudes from 0 to 360; where it lies is not what is judged here.
    json = Spoiling.changed(json, ["geometry"], .null) ?? .null
    let example = try Item(Spoiling.changed(json, ["bbox"], nil) ?? .null)
    #expect(MLMExtension.validate(example).faults == [])
    let model = try MLMExtension.properties(of: example)
    #expect(model.version == MLMVersion(major: 1, minor: 5, patch: 2))
    #expect(model.inputs.count == example.properties["mlm:input"]?.array?.count)
    #expect(model.outputs.count == example.properties["mlm:output"]?.array?.count)
    #expect(!model.tasks.isEmpty)
  }

  @Test(arguments: ["amazon-land-cover", "sinop-crops"]) func aDemoModelHasNoFaultAndNoWarning(name: String) throws {
    let findings = MLMExtension.validate(try item("catalog/models/\(name).json"))
    #expect(findings.faults == [])
    #expect(findings.warnings == [])
  }

  @Test func aDemoModelIsReadWhole() throws {
    let crops = try item("catalog/models/sinop-crops.json")
    let model = try MLMExtension.properties(of: crops)
    #expect(model.name == "Sinop crops")
    #expect(model.tasks == [.classification])
    #expect(model.framework == "XGBoost")
    #expect(model.inputs[0].bands == [ModelBand(name: "NDVI")])
    #expect(model.inputs[0].structure.size(of: "time") == 12)
    #expect(model.outputs[0].classes.map(\.value) == [1, 2, 3, 4])
    #expect(model.outputs[0].classes.map(\.label) == ["Cerrado", "Forest", "Pasture", "Soy_Corn"])
    #expect(crops.modelAsset?.artifactType == "xgboost.Booster.save_model")
    #expect(crops.containerAssets.map(\.key) == ["mlm:container"])
    #expect(crops.testVectorAsset?.key == "test-vector")
    #expect(crops.mlflowRunLinks.count == 1)
  }

  @Test func anItemWithoutTheExtensionGivesNothing() throws {
    let scene = try item("catalog/sentinel-2-amazon/s2-amazon.json")
    #expect(MLMExtension.validate(scene).faults.isEmpty)
    #expect(MLMExtension.validate(scene).warnings.isEmpty)
    #expect(!MLMExtension.isDeclared(by: scene))
    #expect(throws: DocumentRefusal.self) { try MLMExtension.properties(of: scene) }
  }
}
