import MLMExtension
import StacModel
import Testing

/// Artifact types, versions and class values that are right, and must not be told.
@Suite struct KnownWordsTests {
  @Test(arguments: ExamplesTests.examples) func noExampleHasAnArtifactTypeThatIsNotKnown(path: String) throws {
    let findings = MLMExtension.validate(try Item(example(path)))
    #expect(!findings.all.contains { [.artifactKnown, .artifactFramework].contains($0.rule) }, "\(findings.all)")
  }

  /// The examples of the published schema, the README of 1.0.0, and what is written for models of MLflow.
  @Test(arguments: [
    "torch.save", "torch.jit.save", "torch.jit.script", "torch.export", "torch.export.save", "torch.compile",
    "tf.keras.Model.save", "tf.keras.Model.save_weights", "tf.keras.Model.export", "safetensors.torch.save_file",
    "safetensors.tensorflow.save_file", "safetensors.flax.save_file", "safetensors.paddle.save_file",
    "keras.Model.save",
    "sklearn.cloudpickle", "catboost.CatBoost.save_model", "xgboost.XGBClassifier.save_model",
  ]) func aTypeThatIsPublishedIsKnown(type: String) throws {
    let findings = try FaultyModel(basic, "assets/model/mlm:artifact_type", .string(type)).findings()
    #expect(!findings.all.contains { $0.rule == .artifactKnown })
  }

  @Test func theRemedyNamesTypesThatAreKnown() throws {
    let wrong = try FaultyModel(basic, "assets/model/mlm:artifact_type", "onnx.load").findings()
    let remedy = try #require(wrong.all.first { $0.rule == .artifactKnown }?.remedy)
    let types = remedy.split(separator: " ").map { $0.trimmingPrefix(",").filter { $0 != "," } }.filter {
      $0.contains(".")
    }
    #expect(types.count > 3)
    for type in types {
      let findings = try FaultyModel(basic, "assets/model/mlm:artifact_type", .string(String(type))).findings()
      #expect(!findings.all.contains { $0.rule == .artifactKnown }, "\(type)")
    }
  }

  @Test(arguments: ["1", "v1.0", "2024-05-01", "1.0.0+a.b", "1.0.0-rc.1", "beta", "1.0 beta", "Latest"])
  func aVersionThatCanBeNamedIsNotTold(version: String) throws {
    let findings = try FaultyModel(bands, "properties/version", .string(version)).findings()
    #expect(!findings.all.contains { $0.rule == .versionSelectable }, "\(findings.all)")
  }

  /// The framework, a class value in a result of 32-bit numbers, and whether that is told.
  @Test(arguments: [
    ("XGBoost", "-1", true), ("LightGBM", "-1", true), ("XGBoost", "65535", true), ("XGBoost", "65534", false),
    ("PyTorch", "-1", false), ("XGBoost", "1e30", true), ("PyTorch", "1e30", true),
  ]) func aClassValueThatNoMapHoldsIsToldOfModelsThatAreMappedHere(framework: String, value: String, isTold: Bool)
    throws
  {
    let whole = try JSONParser.parse([UInt8](value.utf8))
    var document = Spoiling.changed(
      try example("1.5.2/item_pytorch_geo_unet.json"),
      ["properties", "mlm:output", "0", "classification:classes", "1", "value"], whole)
    document = Spoiling.changed(try #require(document), ["properties", "mlm:framework"], .string(framework))
    let findings = MLMExtension.validate(try Item(try #require(document)))
    let told = findings.runBars.filter { $0.rule == .classValueRange }.map(\.pointer.description)
    #expect(told == (isTold ? ["/\(output)/classification:classes/1/value"] : []), "\(findings.all)")
  }

  /// The published conditions for bands and variables hold where there are no properties at all.
  @Test(arguments: ["1.4.0/item_eo_bands", "1.5.0/item_eo_bands", "1.5.2/item_eo_bands"])
  func ofPropertiesThatAreMissingNothingMoreIsTold(path: String) throws {
    let spoiled = try #require(Spoiling.changed(try example("\(path).json"), ["properties"], nil))
    var places: [String] = []
    do {
      _ = try MLMExtension.item(JSONText(spoiled))
    } catch {
      places = error.faults.map(\.pointer.description)
    }
    #expect(places == ["/properties"])
  }
}
