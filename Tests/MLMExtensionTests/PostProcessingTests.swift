import MLMExtension
import SeededRandom
import StacModel
import Testing

private let four: JSONValue = [
  ["value": 1, "name": "forest", "description": "Forest", "color_hint": "1B7837"],
  ["value": 2, "name": "maize", "description": "Maize"], ["value": 3, "name": "soy", "description": "Soy"],
  ["value": 7, "name": "water", "description": "Water"],
]

/// An output of four classes with a post-processing document.
private func output(
  _ expression: JSONValue?, format: String = PostProcessing.format, classes: JSONValue = four
) throws -> ModelOutput {
  let demo = try item("catalog/models/amazon-land-cover.json")
  var object = demo.properties["mlm:output"]?.array?.first?.object ?? [:]
  object["classification:classes"] = classes
  object["post_processing_function"] = expression.map { ["format": .string(format), "expression": $0] } ?? .null
  let document = Spoiling.changed(.object(demo.document), ["properties", "mlm:output", "0"], .object(object)) ?? .null
  return try #require(try MLMExtension.properties(of: Item(document)).outputs.first)
}

private func json(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

private func plan(_ expression: String?, _ inputs: JSONObject = [:]) throws -> PostProcessingPlan {
  try PostProcessingPlan(
    output: try output(expression.map(json)), override: try PostProcessingOverride(inputs: inputs, at: "/inputs"))
}

@Suite struct PostProcessingTests {
  @Test func aModelThatDeclaresNothingDoesNothing() throws {
    let plan = try plan(nil)
    #expect(plan.effective == PostProcessing())
    #expect(plan.declared == nil)
    let model = try output(nil)
    #expect(!plan.effective.winnerRule(model.classes).needsProbability)
    #expect(plan.effective.rasterClasses(model.classes) == model.classes)
    #expect(plan.effective.vectorClasses(model.classes) == model.classes)
  }

  @Test func everyMemberIsRead() throws {
    let effective = try plan(
      #"""
      {"version": 1, "threshold": 0.4, "class_thresholds": [{"classes": ["maize", 3], "probability": 0.6}],
       "unknown_class": {"value": 9, "name": "unsure", "color_hint": "808080"}, "sieve": 8, "fill_holes": 500,
       "dissolve": [{"classes": ["maize", "soy"], "value": 20, "name": "crops", "multipolygon": true}],
       "minimum_area": 1000.5, "simplify": 15, "orthogonalise": {"classes": ["crops"], "tolerance": 3},
       "smooth": {"iterations": 2, "distance": 5}}
      """#
    ).effective
    let classes = try output(nil).classes
    let rule = effective.winnerRule(classes)
    #expect(rule.minimumProbabilities == [0.4, 0.6, 0.6, 0.4])
    #expect(rule.unknownCode == 9)
    #expect(rule.needsProbability)
    #expect(rule.isUnknown(0.59, winner: 1) && !rule.isUnknown(0.6, winner: 1) && !rule.isUnknown(0.4, winner: 0))
    #expect(effective.sievePixels == 8 && effective.fillHolesArea == 500)
    #expect(effective.minimumArea == 1000.5 && effective.simplification == 15)
    #expect(effective.rasterClasses(classes).map(\.value) == [1, 2, 3, 7, 9])
    #expect(effective.vectorCodes == [2: 20, 3: 20])
    #expect(effective.vectorClasses(classes).map(\.label) == ["forest", "water", "unsure", "crops"])
    #expect(effective.multiPolygonValues == [20])
    #expect(effective.orthogonalisation?.values == [20])
    #expect(effective.orthogonalisation?.maximumAngle == 15)
    #expect(effective.smoothing?.iterations == 2 && effective.smoothing?.maximumDistance == 5)
  }

  @Test func whatIsWrittenReadsBackAsTheSame() throws {
    let whole = #"""
      {"version": 1, "threshold": 0.25, "class_thresholds": [{"classes": ["water"], "probability": 1}],
       "unknown_class": {"value": 0}, "sieve": 3, "fill_holes": 1, "minimum_area": 2, "simplify": 3,
       "dissolve": [{"classes": [3, 2], "name": "crops"}],
       "orthogonalise": {"classes": [3], "tolerance": 1, "maximum_angle": 30}, "smooth": {"iterations": 4}}
      """#
    let effective = try plan(whole).effective
    #expect(try plan(JSONSerializer.text(.object(effective.document))).effective == effective)
    #expect(effective.dissolve.map(\.target.value) == [3])
  }

  @Test func aGroupMayBeCalledAsOneOfItsClassesIs() throws {
    let group = #"{"version": 1, "dissolve": [{"classes": ["soy", "maize"], "value": 9, "name": "soy"}]}"#
    #expect(try plan(group).effective.dissolve.map(\.target.label) == ["soy"])
  }

  @Test(arguments: [
    (#""crops""#, "/expression"), ("{}", "/expression/version"), (#"{"version": 2}"#, "/expression/version"),
    (#"{"version": 1, "seive": 8}"#, "/expression/seive"), (#"{"version": 1, "sieve": 1.5}"#, "/expression/sieve"),
    (#"{"version": 1, "sieve": -1}"#, "/expression/sieve"),
    (#"{"version": 1, "threshold": 1.01}"#, "/expression/threshold"),
    (#"{"version": 1, "threshold": "0.5"}"#, "/expression/threshold"),
    (
      #"{"version": 1, "class_thresholds": [{"classes": ["rice"], "probability": 0.5}]}"#,
      "/expression/class_thresholds/0/classes/0"
    ),
    (
      #"{"version": 1, "class_thresholds": [{"classes": [2], "probability": 1}, {"classes": ["maize"], "probability": 0}]}"#,
      "/expression/class_thresholds/1/classes/0"
    ),
    (#"{"version": 1, "class_thresholds": [{"classes": []}]}"#, "/expression/class_thresholds/0"),
    (#"{"version": 1, "class_thresholds": {"maize": 0.5}}"#, "/expression/class_thresholds"),
    (#"{"version": 1, "unknown_class": "unknown"}"#, "/expression/unknown_class"),
    (#"{"version": 1, "unknown_class": {"name": "x"}}"#, "/expression/unknown_class"),
    (#"{"version": 1, "unknown_class": {"value": 65535}}"#, "/expression/unknown_class/value"),
    (#"{"version": 1, "unknown_class": {"value": 7, "name": "x"}}"#, "/expression/unknown_class/name"),
    (#"{"version": 1, "unknown_class": {"value": 8, "color_hint": "80808"}}"#, "/expression/unknown_class/color_hint"),
    (#"{"version": 1, "unknown_class": {"value": 8, "name": "soy"}}"#, "/expression/unknown_class/name"),
    (
      #"{"version": 1, "dissolve": [{"classes": ["soy"], "value": 9, "name": "water"}]}"#, "/expression/dissolve/0/name"
    ),
    (#"{"version": 1, "fill_holes": -0.1}"#, "/expression/fill_holes"),
    (#"{"version": 1, "dissolve": [{"classes": ["soy"]}, {"classes": ["soy"]}]}"#, "/expression/dissolve/1/classes/0"),
    (#"{"version": 1, "dissolve": [{"classes": ["soy", "maize"], "value": 7}]}"#, "/expression/dissolve/0/value"),
    (#"{"version": 1, "dissolve": [{"classes": ["soy"], "value": "water"}]}"#, "/expression/dissolve/0/value"),
    (#"{"version": 1, "dissolve": [{"classes": ["soy"], "value": 2.5}]}"#, "/expression/dissolve/0/value"),
    (#"{"version": 1, "dissolve": [{"classes": ["soy"], "value": 65535}]}"#, "/expression/dissolve/0/value"),
    (
      #"{"version": 1, "dissolve": [{"classes": [2], "value": 30}, {"classes": [3], "value": 30}]}"#,
      "/expression/dissolve/1/value"
    ),
    (
      #"{"version": 1, "dissolve": [{"classes": [2], "value": 30, "name": "x"}, {"classes": [3], "value": 31, "name": "x"}]}"#,
      "/expression/dissolve/1/name"
    ),
    (
      #"{"version": 1, "dissolve": [{"classes": [2], "name": "x"}, {"classes": [3], "name": "x"}]}"#,
      "/expression/dissolve/1/name"
    ),
    (
      #"{"version": 1, "dissolve": [{"classes": [1], "value": 30, "name": "2+3"}, {"classes": [2, 3], "value": 31}]}"#,
      "/expression/dissolve/1/value"
    ),
    (#"{"version": 1, "dissolve": [{"classes": ["soy", "maize"], "name": "water"}]}"#, "/expression/dissolve/0/name"),
    (
      #"{"version": 1, "dissolve": [{"classes": [3, 2]}, {"classes": [7], "value": 9, "name": "soy"}]}"#,
      "/expression/dissolve/1/name"
    ),
    (
      #"{"version": 1, "unknown_class": {"value": 9, "name": "x"}, "dissolve": [{"classes": [2], "name": "x"}]}"#,
      "/expression/dissolve/0/name"
    ),
    (#"{"version": 1, "dissolve": [{"classes": ["soy"], "multipolygon": 1}]}"#, "/expression/dissolve/0/multipolygon"),
    (#"{"version": 1, "minimum_area": []}"#, "/expression/minimum_area"),
    (#"{"version": 1, "simplify": 100001}"#, "/expression/simplify"),
    (#"{"version": 1, "orthogonalise": {"classes": ["soy"]}}"#, "/expression/orthogonalise"),
    (#"{"version": 1, "orthogonalise": {"classes": ["soy"], "tolerance": 0}}"#, "/expression/orthogonalise/tolerance"),
    (
      #"{"version": 1, "orthogonalise": {"classes": ["soy"], "tolerance": 1, "maximum_angle": 46}}"#,
      "/expression/orthogonalise/maximum_angle"
    ),
    (#"{"version": 1, "smooth": 2}"#, "/expression/smooth"),
    (#"{"version": 1, "smooth": {"iterations": 5}}"#, "/expression/smooth/iterations"),
    (#"{"version": 1, "smooth": {"iterations": 1, "times": 2}}"#, "/expression/smooth/times"),
  ])
  func whatIsWrongIsToldWithItsPlaceAndBarsARun(expression: String, place: String) throws {
    let whole = "/properties/mlm:output/0/post_processing_function\(place)"
    let error = #expect(throws: PostProcessingError.self) { try plan(expression) }
    guard case .declared(let faults) = error else {
      Issue.record("not blamed on the model")
      return
    }
    #expect(faults.map(\.pointer.description) == [whole], "\(faults)")
    #expect(faults.allSatisfy { $0.remedy != nil })
  }

  @Test func aRequestReplacesMembersAndSwitchesStepsOff() throws {
    let declared = #"{"version": 1, "sieve": 8, "minimum_area": 100, "smooth": {"iterations": 1}}"#
    let asked = try plan(declared, ["sieve": 0, "post_processing": ["smooth": .null, "simplify": 5]])
    #expect(asked.effective.sievePixels == 0 && asked.effective.minimumArea == 100)
    #expect(asked.effective.smoothing == nil && asked.effective.simplification == 5)
    #expect(try asked.record["declared"] == json(declared))
    #expect(asked.record["requested"] == ["smooth": .null, "simplify": 5, "sieve": 0])
    let alone = try plan(declared, ["min_area": 7, "post_processing": ["inherit": false]]).effective
    var expected = PostProcessing()
    expected.minimumArea = 7
    #expect(alone == expected)
    #expect(try plan(declared).record["requested"]?.isNull == true)
  }

  @Test(arguments: [
    (#"{"post_processing": 1}"#, "/inputs/post_processing"), (#"{"sieve": -1}"#, "/inputs/sieve"),
    (#"{"sieve": 8, "post_processing": {"sieve": 8}}"#, "/inputs/sieve"),
    (#"{"post_processing": {"inherit": 0}}"#, "/inputs/post_processing/inherit"),
    (#"{"post_processing": {"sieve": 1.5}}"#, "/inputs/post_processing/sieve"),
    (#"{"post_processing": {"smoth": 1}}"#, "/inputs/post_processing/smoth"),
    (
      #"{"post_processing": {"class_thresholds": [{"classes": [1.5], "probability": 1}]}}"#,
      "/inputs/post_processing/class_thresholds/0/classes/0"
    ),
  ])
  func whatARequestSaysWronglyIsToldWithoutTheModel(inputs: String, place: String) throws {
    let error = #expect(throws: DocumentRefusal.self) {
      try PostProcessingOverride(inputs: json(inputs).object ?? [:], at: "/inputs")
    }
    #expect(error?.faults.map(\.pointer.description) == [place])
  }

  @Test func aClassThatTheModelDoesNotHaveIsToldOfTheRequest() throws {
    let error = #expect(throws: PostProcessingError.self) {
      try plan(nil, ["post_processing": ["dissolve": [["classes": ["maize", "rice"]]]]])
    }
    guard case .requested(let faults) = error else {
      Issue.record("not blamed on the request")
      return
    }
    #expect(faults.map(\.pointer.description) == ["/inputs/post_processing/dissolve/0/classes/1"])
    #expect(faults[0].remedy?.contains("2 maize") == true)
  }

  @Test func veryManyFaultsAreNotAllTold() throws {
    let wrong = [JSONValue](repeating: [:], count: 60_000)
    let error = #expect(throws: PostProcessingError.self) {
      let none = JSONValue.array([JSONValue](repeating: "rice", count: 60_000))
      return try plan(nil, ["post_processing": ["class_thresholds": [["classes": none, "probability": 1]]]])
    }
    let early = #expect(throws: DocumentRefusal.self) {
      try PostProcessingOverride(inputs: ["post_processing": ["dissolve": .array(wrong)]], at: "/inputs")
    }
    #expect(early?.faults.count == 100)
    guard case .requested(let faults) = error else {
      Issue.record("not blamed on the request")
      return
    }
    #expect(faults.count == 100)
    #expect(faults.last?.pointer == "/inputs/post_processing/class_thresholds/0/classes/99")
  }

  @Test(arguments: [
    (#"{"unknown_class": null}"#, "/unknown_class", "the model's dissolve names 'unsure', which is no class then"),
    (#"{"unknown_class": {"value": 99, "name": "other"}}"#, "/unknown_class", "dissolve names 'unsure'"),
    (#"{"unknown_class": {"value": 50, "name": "unsure"}}"#, "/unknown_class", "at /dissolve/1/value, the value is"),
    (#"{"dissolve": null}"#, "/dissolve", "the model's orthogonalise names 'fields', which is no class then"),
    (#"{"dissolve": null, "unknown_class": null}"#, "/dissolve", "orthogonalise names 'fields'"),
    (#"{"dissolve": [{"classes": ["maize"], "name": "fields"}], "unknown_class": null}"#, "", ""),
    (#"{"dissolve": null, "orthogonalise": null, "unknown_class": null}"#, "", ""),
    (#"{"unknown_class": null, "inherit": false}"#, "", ""),
  ])
  func whatARequestTakesFromUnderADeclaredMemberIsToldInTheRequest(request: String, place: String, words: String) throws
  {
    let declared = """
      {"version": 1, "threshold": 0.5, "unknown_class": {"value": 99, "name": "unsure"},
       "dissolve": [{"classes": ["maize", "unsure"], "name": "fields"}, {"classes": [3, 7], "value": 50}],
       "orthogonalise": {"classes": ["fields"], "tolerance": 1}}
      """
    let inputs: JSONObject = ["post_processing": try json(request)]
    guard !place.isEmpty else {
      _ = try plan(declared, inputs)
      return
    }
    #expect {
      try plan(declared, inputs)
    } throws: { error in
      guard case .requested(let faults) = error as? PostProcessingError, let fault = faults.first else { return false }
      return faults.count == 1 && fault.pointer == JSONPointer(stringLiteral: "/inputs/post_processing" + place)
        && fault.message.contains(words) && fault.remedy?.contains("too, or leave \(place.dropFirst()) out") == true
    }
  }

  @Test func aNameThatTwoClassesHaveLeadsToNone() throws {
    let twins: JSONValue = [
      ["value": 1, "name": "a", "description": "A"], ["value": 2, "name": "a", "description": "A"],
      ["value": 3, "name": "b", "description": "B"],
    ]
    let model = try output(nil, classes: twins)
    let byValue = PostProcessingOverride(["dissolve": [["classes": [1, 2]]]], at: "/x")
    #expect(try PostProcessingPlan(output: model, override: byValue).effective.dissolve[0].values == [1, 2])
    #expect(throws: PostProcessingError.self) {
      try PostProcessingPlan(output: model, override: PostProcessingOverride(["dissolve": [["classes": ["a"]]]]))
    }
  }

  @Test func whateverIsWrittenIsReadOrRefusedWithAPlaceInTheDocument() throws {
    var random = SeededGenerator(seed: 6)
    let members = [
      "version", "threshold", "class_thresholds", "unknown_class", "sieve", "fill_holes", "dissolve",
      "minimum_area", "simplify", "orthogonalise", "smooth", "classes", "value", "tolerance", "iterations",
    ]
    func value(_ depth: Int) -> JSONValue {
      switch Int.random(in: 0..<(depth > 3 ? 5 : 8), using: &random) {
      case 0: return .null
      case 1: return JSONValue(Double.random(in: -2...9, using: &random))
      case 2: return JSONValue(Int.random(in: -1...9, using: &random))
      case 3: return .string(["maize", "soy", "", "808080"].randomElement(using: &random) ?? "")
      case 4: return .bool(.random(using: &random))
      case 5: return .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth + 1) })
      default:
        var object = JSONObject()
        for _ in 0..<Int.random(in: 0...4, using: &random) {
          object[members.randomElement(using: &random) ?? ""] = value(depth + 1)
        }
        return .object(object)
      }
    }
    let model = try output(nil)
    var read = 0
    for _ in 0..<3_000 {
      var object = JSONObject()
      for name in members.prefix(11) where Int.random(in: 0..<5, using: &random) == 0 { object[name] = value(1) }
      do throws(PostProcessingError) {
        let effective = try PostProcessingPlan(output: model, override: PostProcessingOverride(object, at: "/x"))
          .effective
        let again = try PostProcessingPlan(output: model, override: PostProcessingOverride(effective.document))
          .effective
        #expect(again == effective)
        read += 1
      } catch {
        guard case .requested(let faults) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(faults.allSatisfy { $0.pointer.description.hasPrefix("/x/") })
      }
    }
    #expect(read > 100)
  }
}
