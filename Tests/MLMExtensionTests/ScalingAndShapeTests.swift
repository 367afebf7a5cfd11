import MLMExtension
import StacModel
import Testing

private func number(_ text: String) -> JSONValue { (try? JSONParser.parse(text)) ?? .null }

/// Numbers of `value_scaling` that no run can use, and those that look odd and are right.
@Suite struct ScalingTests {
  /// What stands in `value_scaling/0`, the member at which it is told, and the rule.
  private static let wrong: [(String, String, ModelRule)] = [
    (#"{"type": "min-max", "minimum": 5, "maximum": 5}"#, "/maximum", .scalingRange),
    (#"{"type": "min-max", "minimum": 5, "maximum": -5}"#, "/maximum", .scalingRange),
    (#"{"type": "min-max", "minimum": 0, "maximum": 1e-320}"#, "/maximum", .scalingRange),
    (#"{"type": "min-max", "minimum": 0, "maximum": 1e-39}"#, "/maximum", .scalingRange),
    (#"{"type": "min-max", "minimum": 0, "maximum": 1e308}"#, "/maximum", .scalingRange),
    (#"{"type": "min-max", "minimum": -1e308, "maximum": 1e308}"#, "/minimum", .scalingRange),
    (#"{"type": "z-score", "mean": 0, "stddev": 0}"#, "/stddev", .scalingRange),
    (#"{"type": "z-score", "mean": 0, "stddev": -0.0}"#, "/stddev", .scalingRange),
    (#"{"type": "z-score", "mean": 0, "stddev": -1}"#, "/stddev", .scalingRange),
    (#"{"type": "z-score", "mean": 0, "stddev": 4.9e-324}"#, "/stddev", .scalingRange),
    (#"{"type": "z-score", "mean": 0, "stddev": 1e300}"#, "/stddev", .scalingRange),
    (#"{"type": "z-score", "mean": 1e300, "stddev": 1}"#, "/mean", .scalingRange),
    (#"{"type": "clip", "minimum": 1, "maximum": 1}"#, "/maximum", .scalingRange),
    (#"{"type": "clip", "minimum": 1e300, "maximum": 1e301}"#, "/minimum", .scalingRange),
    (#"{"type": "clip-min", "minimum": 1e300}"#, "/minimum", .scalingRange),
    (#"{"type": "clip-max", "maximum": -1e300}"#, "/maximum", .scalingRange),
    (#"{"type": "offset", "value": 1e300}"#, "/value", .scalingRange),
    (#"{"type": "scale", "value": 0}"#, "/value", .scalingRange),
    (#"{"type": "scale", "value": 0.0}"#, "/value", .scalingRange),
    (#"{"type": "scale", "value": 1e-300}"#, "/value", .scalingRange),
    (#"{"type": "scale", "value": -1e300}"#, "/value", .scalingRange),
  ]

  @Test func whatNoRunCanUseBarsIt() throws {
    for (scaling, member, rule) in Self.wrong {
      let findings = try FaultyModel(bands, "\(input)/value_scaling/0", number(scaling), rule).findings()
      let place = "/\(input)/value_scaling/0"
      #expect(findings.refusals == [], "\(scaling)")
      let told = findings.runBars.filter { $0.pointer.description.hasPrefix(place) }
      #expect(told.map(\.rule) == [rule] && told.first?.pointer.description == place + member, "\(scaling) \(told)")
      #expect(told.first?.remedy.isEmpty == false)
    }
  }

  @Test(arguments: [
    #"{"type": "min-max", "minimum": -1, "maximum": 0}"#, #"{"type": "min-max", "minimum": 0, "maximum": 1e-9}"#,
    #"{"type": "min-max", "minimum": 0, "maximum": 1e20}"#, #"{"type": "z-score", "mean": -1e15, "stddev": 1e14}"#,
    #"{"type": "clip", "minimum": 0, "maximum": 1.7e308}"#, #"{"type": "clip-max", "maximum": 1e308}"#,
    #"{"type": "scale", "value": -1}"#, #"{"type": "scale", "value": 0.0001}"#, #"{"type": "offset", "value": 0}"#,
  ]) func whatIsUncommonAndRightIsNotTold(scaling: String) throws {
    let findings = try FaultyModel(bands, "\(input)/value_scaling/0", number(scaling), .scalingRange).findings()
    #expect(!findings.all.contains { $0.pointer.description.contains("value_scaling") }, "\(findings.all)")
  }

  /// The schemas of before 1.4 know no `value_scaling`, and let anything stand there.
  @Test(arguments: [
    (#"[{"type": "min-max", "minimum": "0", "maximum": 1}]"#, "/0"), (#"[{"type": "min-max", "minimum": 0}]"#, "/0"),
    (#"[{"type": "zscore", "mean": 0, "stddev": 1}]"#, "/0"), (#"[{}]"#, "/0"), (#"[null]"#, "/0"),
    (#"["z-score"]"#, "/0"),
    (#"{"type": "min-max", "minimum": 0, "maximum": 1}"#, ""), (#""z-score""#, ""),
  ]) func aScalingThatIsNotUnderstoodIsToldWhereNoSchemaDoes(scaling: String, place: String) throws {
    let example = "1.3.0/item_bands_expression"
    let findings = try FaultyModel(example, "\(input)/value_scaling", number(scaling), .scalingReadable).findings()
    let told = findings.runBars.filter { $0.pointer.description.contains("value_scaling") }
    #expect(told.map(\.rule) == [.scalingReadable])
    #expect(told.map(\.pointer.description) == ["/\(input)/value_scaling\(place)"])
  }

  @Test func aScalingThatASchemaRefusesAPartOfIsToldOnce() throws {
    let scaling: JSONValue = ["type": "min-max", "minimum": 0]
    let findings = try FaultyModel(bands, "\(input)/value_scaling/0", scaling).findings()
    let told = findings.all.map(\.pointer.description).filter { $0.contains("value_scaling/0") }
    #expect(told == ["/\(input)/value_scaling/0/maximum"])
  }

  /// 1.6.0 may know further types; a run does not.
  @Test func aTypeOfALaterVersionBarsTheRun() throws {
    let scaling = Spoiling("properties", "mlm:input", "0", "value_scaling", value: [["type": "log1p"]])
    let findings = MLMExtension.validate(try scaling.item(version: "1.6.0"))
    #expect(findings.refusals == [])
    #expect(findings.runBars.map(\.rule) == [.scalingReadable])
  }
}

/// Shapes and classes that do not agree, and numbers that are whole though written with a point.
@Suite struct ShapeTests {
  private static func findings(shape: String, names: String, classes: Int, tasks: String) throws -> ModelFindings {
    let output: JSONValue = [
      "name": "o", "tasks": number(tasks),
      "result": ["shape": number(shape), "dim_order": number(names), "data_type": "float32"],
      "classification:classes": .array(
        (0..<classes).map { ["value": JSONValue($0), "name": .string("c\($0)"), "description": "x"] }),
    ]
    return try FaultyModel(basic, "properties/mlm:output/0", output, .classCount).findings()
  }

  @Test(arguments: [
    ("[-1,5]", #"["batch","class"]"#, 4), ("[-1,5]", #"["batch","classes"]"#, 4), ("[5]", #"["class"]"#, 4),
    ("[-1,5.0]", #"["batch","class"]"#, 4), ("[-1,3]", #"["batch","logits"]"#, 4),
    ("[-1,13,64,64]", #"["batch","channel","height","width"]"#, 4),
    ("[-1,64,64,2]", #"["batch","y","x","category"]"#, 4),
  ]) func anotherNumberOfClassesThanTheShapeHasBarsARun(shape: String, names: String, classes: Int) throws {
    let findings = try Self.findings(shape: shape, names: names, classes: classes, tasks: #"["classification"]"#)
    #expect(findings.runBars.contains { $0.rule == .classCount && $0.message.contains("\(classes) classes") })
  }

  @Test(arguments: [
    ("[-1,4]", #"["batch","class"]"#), ("[-1,1]", #"["batch","class"]"#), ("[-1,-1]", #"["batch","class"]"#),
    ("[-1,64,64]", #"["batch","height","width"]"#), ("[-1,1,64,64]", #"["batch","channel","height","width"]"#),
    ("[-1,12]", #"["batch","time"]"#), ("[-1,4.0]", #"["batch","class"]"#),
  ]) func aShapeThatAgreesIsNotTold(shape: String, names: String) throws {
    let findings = try Self.findings(shape: shape, names: names, classes: 4, tasks: #"["semantic-segmentation"]"#)
    #expect(!findings.all.contains { $0.rule == .classCount })
  }

  @Test func channelsOfWhatTellsNoClassesApartAreNoClasses() throws {
    let findings = try Self.findings(
      shape: "[-1,6]", names: #"["batch","channel"]"#, classes: 4, tasks: #"["object-detection"]"#)
    #expect(!findings.all.contains { $0.rule == .classCount })
  }

  /// JSON Schema takes 13.0 for an integer, and so do its readers.
  @Test func wholeNumbersMayHaveAPoint() throws {
    let demo = "properties/mlm:output/0/classification:classes"
    var item = try #require(try example("1.5.2/item_pytorch_geo_unet.json").object)
    for path in ["\(demo)/0/value", "properties/mlm:output/0/result/shape/1"] {
      let value = path.hasSuffix("value") ? "0.0" : "2.0"
      let names = path.split(separator: "/").map(String.init)
      item = try #require(Spoiling.changed(.object(item), names[...], number(value))?.object)
    }
    let model = try MLMExtension.properties(of: Item(.object(item)))
    #expect(model.outputs.first?.classes.first?.value == 0)
    #expect(model.outputs.first?.result.shape.last == 2)
  }

  @Test(arguments: [
    (FaultyModel(basic, "\(input)/input/shape/1", number("1e30"), .dimensionSize)),
    (FaultyModel(basic, "\(input)/input/shape/1", number("0.0"), .dimensionSize)),
    (FaultyModel(unet, "\(output)/classification:classes/1/value", number("1e30"), .classValueRange)),
    (FaultyModel(unet, "\(output)/classification:classes/1/value", number("0.0"), .classValueUnique)),
  ]) func numbersBeyondReasonAreTold(model: FaultyModel) throws { try model.check(severity: .warning) }
}
