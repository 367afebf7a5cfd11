import Foundation
import Testing
import TreeEnsembles

/// Small files that would become large models, and sums that no number holds.
@Suite("Files that amplify")
struct AmplifiedFileTests {
  /// A model file's JSON after a change.
  private func changed(_ file: String, _ change: (NSMutableDictionary) throws -> Void) throws -> [UInt8] {
    let data = try Data(ModelFixtures.bytes(file))
    let options: JSONSerialization.ReadingOptions = [.mutableContainers]
    let model = try #require(JSONSerialization.jsonObject(with: data, options: options) as? [String: Any])
    let copy = NSMutableDictionary(dictionary: model)
    try change(copy)
    return Array(try JSONSerialization.data(withJSONObject: copy))
  }

  /// A model file whose trees were changed.
  private func changedTrees(_ file: String, _ change: (inout [String: Any]) -> Void) throws -> [UInt8] {
    try changed(file) { model in
      var learner = try #require(model["learner"] as? [String: Any])
      var booster = try #require(learner["gradient_booster"] as? [String: Any])
      var content = try #require(booster["model"] as? [String: Any])
      var trees = try #require(content["trees"] as? [[String: Any]])
      for index in trees.indices { change(&trees[index]) }
      content["trees"] = trees
      booster["model"] = content
      learner["gradient_booster"] = booster
      model["learner"] = learner
    }
  }

  private func refusal(_ bytes: [UInt8]) -> String? {
    let error = #expect(throws: ModelFileError.self) { try EnsembleModel(bytes: bytes) }
    return error?.message
  }

  @Test("Nodes that name the same categories again and again are refused")
  func sharedCategories() throws {
    let bytes = try changedTrees("cat_xgb3.2.0.json") { tree in
      let count = (tree["categories"] as? [Any])?.count ?? 0
      let nodes = (tree["categories_nodes"] as? [Any])?.count ?? 0
      tree["categories_segments"] = [Int](repeating: 0, count: nodes)
      tree["categories_sizes"] = [Int](repeating: count, count: nodes)
    }
    #expect(refusal(bytes)?.contains("categories beyond their array") == true)
  }

  @Test("Leaves that share the place of their values are refused")
  func sharedLeaves() throws {
    let bytes = try changedTrees("multiout_xgb3.2.0.json") { tree in
      let left = tree["left_children"] as? [Int] ?? []
      let right = tree["right_children"] as? [Int] ?? []
      tree["right_children"] = zip(left, right).map { $0 == -1 ? 0 : $1 }
    }
    #expect(refusal(bytes)?.contains("two leaves with the same values") == true)
  }

  @Test("A linear sum that overflows both ways has no probability", arguments: InstructionSet.available)
  func overflow(instructionSet: InstructionSet) throws {
    let bytes = try changed("linear_xgb3.2.0.json") { model in
      var learner = try #require(model["learner"] as? [String: Any])
      let weights = (0..<15).map { $0 % 2 == 0 ? 3e38 : -3e38 }
      learner["gradient_booster"] = ["name": "gblinear", "model": ["boosted_rounds": 20, "weights": weights]]
      model["learner"] = learner
    }
    let evaluator = try EnsembleEvaluator(EnsembleModel(bytes: bytes), instructionSet: instructionSet)
    let plan = try evaluator.plan((0..<14).map { .computed(plane: $0) })
    // The second pixel's features are small enough for a sum.
    let planes = (0..<28).map { $0 % 2 == 0 ? Float(1e4) : 0 }
    var winners: [UInt16] = [9, 9]
    var probabilities: [Float] = [9, 9]
    var winnerSpan = winners.mutableSpan
    var probabilitySpan = probabilities.mutableSpan
    var scratch = evaluator.makeScratch()
    try evaluator.classify(
      plan, computed: planes.span, bands: [UInt16]().span, layout: PlaneLayout(pixelCount: 2, stride: 2),
      winners: &winnerSpan, probabilities: &probabilitySpan, scratch: &scratch)
    #expect(probabilities[0].isNaN)
    #expect((0...1).contains(probabilities[1]))
  }

  @Test("A plan of features is good for the evaluator that made it only")
  func foreignPlan() throws {
    let first = try EnsembleEvaluator(ModelFixtures.model("binlog_xgb3.2.0.ubj"))
    let second = try EnsembleEvaluator(ModelFixtures.model("binlog_xgb2.1.4.ubj"))
    let plan = try first.plan((0..<14).map { .computed(plane: $0) })
    let planes = [Float](repeating: 1, count: 14)
    var winners: [UInt16] = [9]
    var probabilities: [Float] = [9]
    var winnerSpan = winners.mutableSpan
    var probabilitySpan = probabilities.mutableSpan
    var scratch = second.makeScratch()
    var code: ModelFileError.Code?
    do throws(ModelFileError) {
      try second.classify(
        plan, computed: planes.span, bands: [UInt16]().span, layout: PlaneLayout(pixelCount: 1, stride: 1),
        winners: &winnerSpan, probabilities: &probabilitySpan, scratch: &scratch)
    } catch {
      code = error.code
    }
    #expect(code == .shape)
    #expect(winners == [9])
  }
}
