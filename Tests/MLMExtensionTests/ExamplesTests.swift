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

/// An item example of the extension as `VERSION/NAME.json`, without its place on the Earth.
///
/// One example counts its longitudes from 0 to 360; where it lies is not what is judged here.
func example(_ path: String) throws -> JSONValue {
  let stored = path.hasPrefix("1.5.2/") ? String(path.dropFirst(6)) : "v" + path
  let json = try JSONParser.parse([UInt8](Data(contentsOf: fixtures.appending(path: "mlm/\(stored)"))))
  return Spoiling.changed(Spoiling.changed(json, ["geometry"], .null) ?? .null, ["bbox"], nil) ?? .null
}

@Suite struct ExamplesTests {
  /// The item examples of every published version, and what stac-model writes as 1.6.0, as `VERSION/NAME.json`.
  static let examples = MLMVersion.known.map(\.description).flatMap { version in
    let folder = fixtures.appending(path: version == "1.5.2" ? "mlm" : "mlm/v\(version)")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasPrefix("item_") }.sorted().map { "\(version)/\($0)" }
  }

  @Test func everyPublishedVersionHasExamples() {
    #expect(Set(Self.examples.map { $0.prefix(5) }).count == MLMVersion.known.count)
    #expect(Self.examples.count == 59)
  }

  @Test(arguments: examples) func anExampleOfTheExtensionIsAccepted(path: String) throws {
    let example = try Item(example(path))
    #expect(MLMExtension.isDeclared(by: example))
    #expect(example.declaresModel)
    #expect(MLMExtension.validate(example).refusals == [])
    let model = try MLMExtension.properties(of: example)
    #expect(model.version.description == path.prefix(5))
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
