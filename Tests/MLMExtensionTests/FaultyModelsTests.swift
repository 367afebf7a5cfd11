import MLMExtension
import StacModel
import Testing

/// An example of the extension with one edit, and what it must be told, at which place.
struct FaultyModel: Sendable, CustomTestStringConvertible {
  let base: String
  let path: String
  let value: JSONValue?
  let rule: ModelRule
  let pointer: String
  /// Another extension that the example declares first, as `NAME/vX.Y.Z`.
  let declared: String?
  /// The version of STAC that the example has first.
  let stacVersion: String?

  /// - Parameter path: members and indices between slashes; an index one after the last adds an element.
  init(
    _ base: String, _ path: String, _ value: JSONValue?, _ rule: ModelRule = .schema, at pointer: String? = nil,
    declaring declared: String? = nil, stacVersion: String? = nil
  ) {
    self.declared = declared
    self.stacVersion = stacVersion
    self.base = base
    self.path = path
    self.value = value
    self.rule = rule
    self.pointer = "/" + (pointer ?? path)
  }

  var testDescription: String { "\(base) \(path) -> \(value.map(JSONSerializer.text) ?? "absent")" }

  /// What is told of the example with its edit.
  func findings() throws -> ModelFindings {
    let names = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    return MLMExtension.validate(try Item(Spoiling.changed(try prepared(), names[...], value) ?? .null))
  }

  private func prepared() throws -> JSONValue {
    var object = try #require(try example("\(base).json").object)
    if let declared {
      let url = "https://stac-extensions.github.io/\(declared)/schema.json"
      object["stac_extensions"] = .array((object["stac_extensions"]?.array ?? []) + [.string(url)])
    }
    if let stacVersion { object["stac_version"] = .string(stacVersion) }
    return .object(object)
  }

  /// A refusal that the example does not have, or a warning.
  func check(severity: ModelFinding.Severity) throws {
    let before = MLMExtension.validate(try Item(prepared()))
    let findings = try findings()
    let isTold = { (finding: ModelFinding) in
      finding.pointer.description == pointer && finding.rule == rule && finding.severity == severity
        && !finding.remedy.isEmpty
    }
    #expect(findings.all.contains(where: isTold), "\(findings.all)")
    #expect(!before.all.contains(where: isTold), "the example itself is told so")
    if severity == .warning { #expect(findings.refusals == []) }
  }
}

// The examples, and places in them, of all tables of faulty models.
let basic = "1.5.2/item_basic"
let bands = "1.5.2/item_eo_bands"
let formula = "1.5.2/item_bands_expression"
let raster = "1.5.2/item_raster_bands"
let cube = "1.5.2/item_datacube_variables"
let unet = "1.5.2/item_pytorch_geo_unet"
let input = "properties/mlm:input/0"
let output = "properties/mlm:output/0"

@Suite struct FaultyModelsTests {
  static let properties = [
    FaultyModel(basic, "properties/mlm:name", nil),
    FaultyModel(basic, "properties/mlm:name", 7),
    FaultyModel(basic, "properties/mlm:name", "a/b"),
    FaultyModel(basic, "properties/mlm:name", "7th model"),
    FaultyModel(basic, "properties/mlm:name", "x"),
    FaultyModel(basic, "properties/mlm:name", "model."),
    // A mark that makes one character with what stands before it.
    FaultyModel(basic, "properties/mlm:\u{301}foo", 1, at: "properties/mlm:\u{301}foo"),
    FaultyModel(basic, "properties/mlm:architecture", nil),
    FaultyModel(basic, "properties/mlm:architecture", .null),
    FaultyModel(basic, "properties/mlm:tasks", nil),
    FaultyModel(basic, "properties/mlm:tasks", "classification"),
    FaultyModel(basic, "properties/mlm:tasks", ["cooking"], at: "properties/mlm:tasks/0"),
    FaultyModel(basic, "properties/mlm:tasks", ["detection", "detection"]),
    FaultyModel(basic, "properties/mlm:input", nil),
    FaultyModel(basic, "properties/mlm:input", ["name": "x"]),
    FaultyModel(basic, "properties/mlm:output", nil),
    FaultyModel(basic, "properties/mlm:output", [1], at: "properties/mlm:output/0"),
    FaultyModel(bands, "properties/mlm:framework", ""),
    FaultyModel(bands, "properties/mlm:framework", "-torch"),
    FaultyModel(bands, "properties/mlm:framework_version", "2.1"),
    FaultyModel(bands, "properties/mlm:framework_version", "02.1.0"),
    FaultyModel(bands, "properties/mlm:framework_version", 2),
    FaultyModel(bands, "properties/mlm:memory_size", -1),
    FaultyModel(bands, "properties/mlm:memory_size", "1 GB"),
    FaultyModel(bands, "properties/mlm:total_parameters", .number(JSONNumber(1.5) ?? JSONNumber(-1))),
    FaultyModel(bands, "properties/mlm:batch_size_suggestion", .null),
    FaultyModel(bands, "properties/mlm:pretrained", "yes"),
    FaultyModel(bands, "properties/mlm:pretrained_source", 3),
    FaultyModel(bands, "properties/mlm:accelerator", "cpu"),
    FaultyModel(bands, "properties/mlm:accelerator_constrained", 0),
    FaultyModel(bands, "properties/mlm:accelerator_summary", .null),
    FaultyModel(bands, "properties/mlm:accelerator_count", 0),
    FaultyModel(basic, "properties/mlm:hyperparameters", [:]),
    FaultyModel(
      basic, "properties/mlm:hyperparameters", ["learning rate": 1], at: "properties/mlm:hyperparameters/learning rate"),
    FaultyModel(basic, "properties/mlm:artifact_type", "torch.save"),
    FaultyModel(basic, "properties/mlm:compile_method", "jit"),
    FaultyModel(basic, "properties/mlm:entrypoint", "a.py"),
    FaultyModel(basic, "properties/mlm:loss", 1),
  ]

  static let structures = [
    FaultyModel(basic, "\(input)", "bands"),
    FaultyModel(basic, "\(input)/name", nil),
    FaultyModel(basic, "\(input)/name", ""),
    FaultyModel(basic, "\(input)/input", nil),
    FaultyModel(basic, "\(input)/input/shape", nil),
    FaultyModel(basic, "\(input)/input/shape", []),
    FaultyModel(basic, "\(input)/input/shape/0", -2),
    FaultyModel(basic, "\(input)/input/shape/0", "any"),
    FaultyModel(basic, "\(input)/input/dim_order", nil),
    FaultyModel(basic, "\(input)/input/dim_order/0", "B"),
    FaultyModel(basic, "\(input)/input/dim_order/1", "batch", at: "\(input)/input/dim_order"),
    FaultyModel(basic, "\(input)/input/dim_order/1", "bands", at: "\(input)/bands"),
    FaultyModel(basic, "\(input)/input/data_type", "float"),
    FaultyModel(basic, "\(input)/description", ""),
    FaultyModel(bands, "\(input)/input/dim_order/1", "channel", at: "\(input)/bands"),
    FaultyModel(bands, "\(input)/bands", "B01"),
    FaultyModel(bands, "\(input)/bands/0", ""),
    FaultyModel(bands, "\(input)/bands/0", 1),
    FaultyModel(bands, "\(input)/bands/0", [:], at: "\(input)/bands/0/name"),
    FaultyModel(formula, "\(input)/bands/3/expression", nil),
    FaultyModel(formula, "\(input)/bands/3/format", nil),
    FaultyModel(formula, "\(input)/bands/3/unit", "1"),
    FaultyModel(bands, "\(input)/value_scaling", []),
    FaultyModel(bands, "\(input)/value_scaling", "z-score"),
    FaultyModel(bands, "\(input)/value_scaling/0/stddev", nil),
    FaultyModel(bands, "\(input)/value_scaling/0/mean", "1"),
    FaultyModel(bands, "\(input)/value_scaling/0/type", "log", at: "\(input)/value_scaling/0"),
    FaultyModel(bands, "\(input)/resize_type", "squeeze"),
    FaultyModel(raster, "\(input)/pre_processing_function/expression", nil),
    FaultyModel(raster, "\(input)/pre_processing_function", []),
    FaultyModel(cube, "\(input)/variables", [], at: "\(input)/variables"),
    FaultyModel(cube, "properties/cube:variables", nil),
    FaultyModel(basic, "\(output)/name", nil),
    FaultyModel(basic, "\(output)/tasks", nil),
    FaultyModel(basic, "\(output)/tasks/0", "cooking"),
    FaultyModel(basic, "\(output)/result", nil),
    FaultyModel(basic, "\(output)/result/dim_order/1", "Class"),
    FaultyModel(unet, "\(output)/classification:classes/0/value", "0"),
    FaultyModel(unet, "\(output)/classification:classes/0/description", nil),
    FaultyModel(unet, "\(output)/classification:classes/0/color_hint", "#FF0000"),
    FaultyModel(unet, "\(output)/classification:classes", "x"),
  ]

  static let places = [
    FaultyModel(basic, "assets/model/roles", ["data"], at: "assets"),
    FaultyModel(basic, "assets/model/mlm:artifact_type", nil),
    FaultyModel(basic, "assets/model/mlm:artifact_type", ""),
    FaultyModel(basic, "assets/model/mlm:name", "x y z"),
    FaultyModel(basic, "assets/model/mlm:loss", 1),
    FaultyModel(basic, "assets/model/mlm:entrypoint", "a.py", at: "assets/model/roles"),
    FaultyModel(bands, "assets/source_code/mlm:artifact_type", "torch.save"),
    FaultyModel(bands, "assets/weights/eo:bands", nil, at: "properties/bands"),
    FaultyModel(bands, "stac_extensions/1", nil, at: "properties/bands"),
    FaultyModel(raster, "assets/weights/raster:bands/0/name", nil, at: "properties/bands"),
    FaultyModel(raster, "assets/weights/raster:bands/0/data_type", "float", .extensionSchema),
    FaultyModel(bands, "assets/weights/eo:bands/0/name", 1, .extensionSchema),
    FaultyModel(bands, "assets/weights/file:size", "big", .extensionSchema),
    FaultyModel(cube, "properties/sci:doi", "https://doi.org/10.1/x", .extensionSchema),
    FaultyModel(cube, "properties/sci:publications/0/doi", 1, .extensionSchema),
    FaultyModel(cube, "assets/weights/file:checksum", "SHA256", .extensionSchema),
  ]

  static let olderVersions = [
    FaultyModel("1.0.0/item_basic", "properties/mlm:name", "x"),
    FaultyModel("1.0.0/item_eo_bands", "\(input)/bands", nil),
    FaultyModel("1.0.0/item_eo_bands", "\(input)/bands/0", ["name": "B01"]),
    FaultyModel("1.0.0/item_eo_bands", "\(input)/norm_type", "l3"),
    FaultyModel("1.1.0/item_eo_bands", "\(input)/norm_clip", []),
    FaultyModel("1.1.0/item_basic", "properties/mlm:tasks", ["downscaling"], at: "properties/mlm:tasks/0"),
    FaultyModel("1.2.0/item_basic", "assets/model/roles", ["data"], at: "assets"),
    FaultyModel("1.2.0/item_eo_bands", "\(input)/statistics", []),
    FaultyModel("1.3.0/item_bands_expression", "\(input)/bands/3/format", nil),
    FaultyModel("1.3.0/item_eo_bands", "\(input)/norm_by_channel", 1),
    FaultyModel("1.4.0/item_basic", "properties/mlm:loss", 1),
    FaultyModel("1.4.0/item_basic", "assets/model/mlm:artifact_type", nil),
    FaultyModel("1.4.0/item_basic", "\(input)/bands", nil),
    FaultyModel("1.5.0/item_basic", "properties/mlm:entrypoint", "a.py"),
    FaultyModel("1.5.1/item_raster_bands", "\(input)/pre_processing_function/description", 1),
  ]

  static let warnings = [
    FaultyModel(bands, "properties/mlm:framework", nil, .frameworkPresent),
    FaultyModel(bands, "properties/mlm:framework_version", nil, .frameworkVersionPresent),
    FaultyModel(bands, "properties/mlm:pretrained", false, .pretrainedSource, at: "properties/mlm:pretrained_source"),
    FaultyModel(bands, "properties/version", "latest", .versionSelectable),
    FaultyModel(bands, "properties/version", "production", .versionSelectable),
    FaultyModel(bands, "properties/version", 3, .versionSelectable),
    FaultyModel(bands, "properties/version", ["3"], .versionSelectable),
    FaultyModel(bands, "properties/version", "", .versionSelectable),
    FaultyModel(bands, "properties/version", " ", .versionSelectable),
    FaultyModel(bands, "properties/version", "v", .versionSelectable),
    FaultyModel(bands, "properties/version", "@1", .versionSelectable),
    FaultyModel(bands, "properties/version", "1/2", .versionSelectable),
    FaultyModel(bands, "properties/version", "1.0\n", .versionSelectable),
    FaultyModel(basic, "properties/mlm:input", [], .inputPresent),
    FaultyModel(basic, "properties/mlm:output", [], .outputPresent),
    FaultyModel(basic, "\(input)/input/shape", [-1, 3], .dimensionCount, at: "\(input)/input/dim_order"),
    FaultyModel(basic, "\(input)/input/shape/1", 0, .dimensionSize),
    FaultyModel(bands, "\(input)/input/shape/1", 12, .bandCount, at: "\(input)/bands"),
    FaultyModel(bands, "\(input)/bands/0", "B77", .bandDescribed),
    FaultyModel(bands, "\(input)/bands/1", "B01", .bandUnique),
    FaultyModel(formula, "\(input)/bands/3/expression", "(- B8 B4)", .expressionReadable),
    FaultyModel(formula, "\(input)/bands/3/format", "python", .expressionReadable, at: "\(input)/bands/3/expression"),
    FaultyModel(formula, "\(input)/bands/3/expression", "B08 - B77", .expressionBands),
    FaultyModel(basic, "\(input)/pre_processing_function", ["format": "docker", "expression": "x"], .functionReadable),
    FaultyModel(bands, "\(input)/value_scaling/0", nil, .scalingCount, at: "\(input)/value_scaling"),
    FaultyModel(bands, "\(input)/value_scaling/0/stddev", 0, .scalingRange),
    FaultyModel(
      bands, "\(input)/value_scaling/0", ["type": "min-max", "minimum": 2, "maximum": 1], .scalingRange,
      at: "\(input)/value_scaling/0/maximum"),
    FaultyModel(
      bands, "\(input)/value_scaling/0", ["type": "processing", "format": "uri", "expression": "x"], .scalingReadable,
      at: "\(input)/value_scaling/0/expression"),
    FaultyModel(basic, "\(input)/norm_type", "z-score", .oldNormalisation),
    FaultyModel("1.3.0/item_eo_bands", "\(input)/statistics/0", nil, .scalingCount, at: "\(input)/statistics"),
    FaultyModel(unet, "\(output)/classification:classes/1/value", 0, .classValueUnique),
    FaultyModel(unet, "\(output)/classification:classes/1/name", "class_0", .classNameUnique),
    FaultyModel(
      basic, "\(output)/classification:classes", [["value": 256, "description": "x"]], .classValueRange,
      at: "\(output)/classification:classes/0/value"),
    FaultyModel(unet, "\(output)/classification:classes/1", nil, .classCount, at: "\(output)/classification:classes"),
    FaultyModel(unet, "\(output)/classification:classes", nil, .classesNamed),
    FaultyModel(unet, "\(output)/classification:classes", [], .classesNamed),
    FaultyModel(cube, "\(output)/classification_classes", [], .classesMember),
    FaultyModel(basic, "\(output)/tasks/1", "detection", .taskListed),
    FaultyModel(basic, "assets/model", nil, .modelAsset, at: "assets"),
    FaultyModel(bands, "assets/weights/roles/2", "mlm:modell", .assetRole),
    FaultyModel(
      basic, "assets/other",
      [
        "href": "b.ubj", "type": "application/octet-stream", "roles": ["mlm:model"],
        "mlm:artifact_type": "xgboost.Booster.save_model",
      ], .modelAssetUnique, at: "assets/other/roles"),
    FaultyModel(basic, "assets/model/type", nil, .mediaType),
    FaultyModel(basic, "assets/model/mlm:artifact_type", "my_saver", .artifactKnown),
    FaultyModel(basic, "assets/model/mlm:artifact_type", "xgboost.Booster.saveModel", .artifactKnown),
    FaultyModel(basic, "assets/model/mlm:artifact_type", "xgboost.x", .artifactKnown),
    FaultyModel(basic, "assets/model/mlm:artifact_type", "onnx.load", .artifactKnown),
    FaultyModel(basic, "assets/model/mlm:artifact_type", "Torch.save", .artifactKnown),
    FaultyModel(bands, "assets/weights/mlm:artifact_type", "xgboost.Booster.save_model", .artifactFramework),
    FaultyModel(basic, "assets/model/file:checksum", "1220ab", .checksumForm),
    FaultyModel(basic, "assets/model/file:size", 1, .extensionDeclared),
    FaultyModel("1.3.0/item_eo_bands", "assets/weights/mlm:entrypoint", "a", .memberPlace),
    FaultyModel(
      basic, "assets/image", ["href": "registry.example.org/a:1", "roles": ["runtime"]], .containerDigest,
      at: "assets/image/href"),
    FaultyModel(
      basic, "assets/image", ["href": "registry.example.org/a@sha256:12", "roles": ["runtime"]], .containerDigest,
      at: "assets/image/href"),
    FaultyModel(
      basic, "assets/image", ["href": "registry.example.org/a:1", "roles": ["mlm:container"]], .containerDigest,
      at: "assets/image/href"),
    FaultyModel(
      basic, "assets/image",
      ["href": "registry.example.org/a:1", "type": "application/vnd.docker.distribution.manifest.v2+json"],
      .containerDigest, at: "assets/image/href"),
    FaultyModel(
      basic, "assets/image",
      ["href": "registry.example.org/a:1", "type": "application/vnd.oci.image.manifest.v1+json"],
      .containerDigest, at: "assets/image/href"),
    FaultyModel(
      basic, "properties/mlflow:metrics", ["accuracy": "0.9"], .runMetrics,
      at: "properties/mlflow:metrics/accuracy"),
    FaultyModel(basic, "properties/mlflow:metrics", ["a": .null], .runMetrics, at: "properties/mlflow:metrics/a"),
    FaultyModel(basic, "properties/mlflow:metrics", 5, .runMetrics),
    FaultyModel(basic, "properties/mlflow:metrics", [1], .runMetrics),
  ]

  @Test func theTableHasEightyRowsAtLeast() {
    #expect(Self.properties.count + Self.structures.count + Self.places.count + Self.olderVersions.count >= 80)
  }

  @Test(arguments: properties + structures) func aMemberThatTheSchemaDoesNotAcceptIsRefusedAtItsPlace(
    model: FaultyModel
  ) throws { try model.check(severity: .refusal) }

  @Test(arguments: places) func anAssetOrExtensionThatIsNotAcceptedIsRefusedAtItsPlace(model: FaultyModel) throws {
    try model.check(severity: .refusal)
  }

  @Test(arguments: olderVersions) func anOlderVersionIsJudgedByItsOwnSchema(model: FaultyModel) throws {
    try model.check(severity: .refusal)
  }

  @Test(arguments: [
    "sha256:" + String(repeating: "0a", count: 32), "sha512:" + String(repeating: "0a", count: 64),
  ]) func anImageThatIsPinnedIsNoFault(digest: String) throws {
    let image: JSONValue = ["href": .string("registry.example.org/a@\(digest)"), "roles": ["mlm:container"]]
    let findings = try FaultyModel(basic, "assets/image", image, .containerDigest).findings()
    #expect(!findings.all.contains { $0.rule == .containerDigest })
    let recipe: JSONValue = ["href": "Dockerfile", "type": "text/x-dockerfile", "roles": ["mlm:container"]]
    let others = try FaultyModel(basic, "assets/image", recipe, .containerDigest).findings()
    #expect(!others.all.contains { $0.rule == .containerDigest })
  }

  @Test(arguments: warnings) func whatTheSchemaAllowsAndIsDoubtfulIsAWarning(model: FaultyModel) throws {
    try model.check(severity: .warning)
  }
}
