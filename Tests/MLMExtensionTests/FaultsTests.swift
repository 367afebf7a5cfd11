import MLMExtension
import StacModel
import Testing

/// One change of the demo model and what it must be told.
struct Spoiling: Sendable, CustomTestStringConvertible {
  let pointer: String
  let path: [String]
  let value: JSONValue?
  var testDescription: String { "\(path.joined(separator: "/")) -> \(value.map(JSONSerializer.text) ?? "absent")" }

  init(_ path: String..., value: JSONValue?, at pointer: String? = nil) {
    self.path = path
    self.value = value
    self.pointer = pointer ?? "/" + path.joined(separator: "/")
  }

  /// The document with the member at `path` replaced; array elements are named by their index.
  static func changed(_ json: JSONValue, _ path: ArraySlice<String>, _ value: JSONValue?) -> JSONValue? {
    guard let name = path.first else { return value }
    switch json {
    case .object(var object):
      object[name] = changed(object[name] ?? .null, path.dropFirst(), value)
      return .object(object)
    case .array(var list):
      guard let index = Int(name), index < list.count else { return json }
      list[index] = changed(list[index], path.dropFirst(), value) ?? .null
      return .array(list)
    default: return path.count == 1 ? value : json
    }
  }

  func item(version: String? = nil) throws -> Item {
    let demo = try MLMExtensionTests.item("catalog/models/amazon-land-cover.json")
    var json = Self.changed(.object(demo.document), path[...], value) ?? .null
    if let version {
      let url = JSONValue.string("https://stac-extensions.github.io/mlm/v\(version)/schema.json")
      json = Self.changed(json, ["stac_extensions", "0"], url) ?? .null
    }
    return try Item(json)
  }
}

@Suite struct FaultsTests {
  @Test(arguments: [
    Spoiling("properties", "mlm:name", value: nil),
    Spoiling("properties", "mlm:name", value: "a/b"),
    Spoiling("properties", "mlm:name", value: "7th model"),
    Spoiling("properties", "mlm:name", value: "x"),
    Spoiling("properties", "mlm:architecture", value: 7),
    Spoiling("properties", "mlm:tasks", value: ["cooking"], at: "/properties/mlm:tasks/0"),
    Spoiling("properties", "mlm:tasks", value: ["classification", "classification"]),
    Spoiling("properties", "mlm:framework", value: ""),
    Spoiling("properties", "mlm:framework", value: "-xgboost"),
    Spoiling("properties", "mlm:framework_version", value: "1.7"),
    Spoiling("properties", "mlm:framework_version", value: "01.7.0"),
    Spoiling("properties", "mlm:framework_version", value: .number(JSONNumber(3))),
    Spoiling("properties", "mlm:memory_size", value: -1),
    Spoiling("properties", "mlm:memory_size", value: "many"),
    Spoiling("properties", "mlm:accelerator_count", value: 0),
    Spoiling("properties", "mlm:accelerator", value: "cpu"),
    Spoiling("properties", "mlm:accelerator_constrained", value: "no"),
    Spoiling("properties", "mlm:pretrained", value: "no"),
    Spoiling("properties", "mlm:pretrained_source", value: 3),
    Spoiling("properties", "mlm:hyperparameters", value: [:]),
    Spoiling("properties", "mlm:hyperparameters", "a b", value: 1),
    Spoiling("properties", "mlm:artifact_type", value: "x"),
    Spoiling("properties", "mlm:loss", value: 1),
    Spoiling("properties", "mlm:input", value: nil),
    Spoiling("properties", "mlm:input", value: "bands"),
    Spoiling("properties", "mlm:input", "0", value: "bands"),
    Spoiling("properties", "mlm:input", "0", "name", value: ""),
    Spoiling("properties", "mlm:input", "0", "input", value: nil),
    Spoiling("properties", "mlm:input", "0", "input", "shape", value: []),
    Spoiling("properties", "mlm:input", "0", "input", "shape", value: [-2, 17]),
    Spoiling(
      "properties", "mlm:input", "0", "input", "dim_order", value: ["B", "bands"],
      at: "/properties/mlm:input/0/input/dim_order/0"),
    Spoiling("properties", "mlm:input", "0", "input", "dim_order", value: ["bands", "bands"]),
    Spoiling(
      "properties", "mlm:input", "0", "input", "dim_order", value: ["batch", "time"],
      at: "/properties/mlm:input/0/bands"),
    Spoiling("properties", "mlm:input", "0", "input", "data_type", value: "float"),
    Spoiling("properties", "mlm:input", "0", "bands", value: []),
    Spoiling("properties", "mlm:input", "0", "bands", "0", value: ""),
    Spoiling(
      "properties", "mlm:input", "0", "bands", "0", value: ["name": "B1", "unit": "1"],
      at: "/properties/mlm:input/0/bands/0/unit"),
    Spoiling("properties", "mlm:input", "0", "bands", "0", value: ["name": "B1", "format": "rio-calc"]),
    Spoiling("properties", "mlm:input", "0", "value_scaling", value: []),
    Spoiling(
      "properties", "mlm:input", "0", "value_scaling", value: [["type": "z-score", "mean": 1]],
      at: "/properties/mlm:input/0/value_scaling/0"),
    Spoiling(
      "properties", "mlm:input", "0", "value_scaling", value: [["type": "log"]],
      at: "/properties/mlm:input/0/value_scaling/0"),
    Spoiling("properties", "mlm:input", "0", "resize_type", value: "squeeze"),
    Spoiling("properties", "mlm:input", "0", "pre_processing_function", value: ["format": "python"]),
    Spoiling("properties", "mlm:output", "0", "tasks", value: "classification"),
    Spoiling("properties", "mlm:output", "0", "result", value: nil),
    Spoiling("properties", "mlm:output", "0", "classification:classes", "0", "value", value: "1"),
    Spoiling("properties", "mlm:output", "0", "classification:classes", "0", "description", value: nil),
    Spoiling("properties", "mlm:output", "0", "classification:classes", "0", "color_hint", value: "#FF0000"),
    Spoiling("properties", "bands", value: nil),
    Spoiling("assets", "model", "roles", value: ["data"], at: "/assets"),
    Spoiling("assets", "model", "mlm:artifact_type", value: nil),
    Spoiling("assets", "test-vector", "mlm:artifact_type", value: "x"),
    Spoiling("assets", "test-vector", "mlm:entrypoint", value: "x.py"),
    Spoiling("assets", "model", "mlm:name", value: "x y z"),
  ])
  func aBreachOfTheSchemaIsAFaultAtItsPlace(spoiling: Spoiling) throws {
    let faults = MLMExtension.validate(try spoiling.item()).faults
    #expect(faults.contains { $0.pointer.description == spoiling.pointer }, "\(faults)")
  }

  @Test(arguments: [
    Spoiling("links", value: []),
    Spoiling("assets", "test-vector", value: nil, at: "/assets"),
    Spoiling("assets", "model", "file:checksum", value: nil),
    Spoiling("assets", "model", "href", value: "./model.pkl"),
    Spoiling("assets", "mlm:container", "href", value: "registry.example.org/a:1"),
    Spoiling(
      "properties", "mlm:input", "0", "value_scaling",
      value: [["type": "offset", "value": 1], ["type": "scale", "value": 2]]),
    Spoiling("properties", "mlm:input", "0", "bands", "0", value: ["name": "B77"]),
    Spoiling("properties", "mlm:input", "0", "bands", "12", "expression", value: "(B8 - B77)"),
    Spoiling("properties", "mlm:input", "0", "bands", "12", "expression", value: "(- B8 B4)"),
    Spoiling(
      "properties", "mlm:output", "0", "result", "data_type", value: "uint8",
      at: "/properties/mlm:output/0/classification:classes"),
    Spoiling("properties", "mlm:output", "0", "classification:classes", value: nil, at: "/properties/mlm:output/0"),
  ])
  func aQuestionableItemIsAcceptedWithAWarning(spoiling: Spoiling) throws {
    var item = try spoiling.item()
    if spoiling.path.last == "data_type" {
      let value = Spoiling("properties", "mlm:output", "0", "classification:classes", "0", "value", value: 256)
      item = try Item(Spoiling.changed(.object(item.document), value.path[...], value.value) ?? .null)
    }
    let findings = MLMExtension.validate(item)
    #expect(findings.faults == [])
    #expect(findings.warnings.contains { $0.pointer.description == spoiling.pointer }, "\(findings.warnings)")
  }

  @Test func anUnknownVersionIsRefusedAndTheKnownAreNamed() throws {
    let findings = MLMExtension.validate(try Spoiling("id", value: "x").item(version: "9.9.9"))
    #expect(findings.faults.map(\.pointer.description) == ["/stac_extensions/0"])
    #expect(findings.faults[0].message.contains("1.5.2"))
  }

  @Test(arguments: ["1.0.0", "1.4.0", "1.6.0"]) func otherVersionsTakeSchemaBreachesAsAdvice(version: String) throws {
    let findings = MLMExtension.validate(try Spoiling("properties", "mlm:loss", value: 1).item(version: version))
    #expect(findings.faults == [])
    #expect(findings.warnings.contains { $0.pointer.description == "/properties/mlm:loss" })
  }

  @Test func executableFormatsComeWithAdvice() {
    for href in ["m.pkl", "https://x/m.joblib?version=3", "M.PT"] {
      #expect(Asset(key: "model", json: ["href": .string(href)]).executableFormatAdvice?.contains("save_model") == true)
    }
    #expect(Asset(key: "model", json: ["href": "m.ubj"]).executableFormatAdvice == nil)
  }
}
