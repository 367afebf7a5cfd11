import Foundation
import SeededRandom
import Testing
import TreeEnsembles

/// What objectives make of margins; those of real releases are fuzzed in `Tests/EndToEnd`.
@Suite("Objectives")
struct ObjectiveTests {
  private struct Subject {
    let evaluator: EnsembleEvaluator
    let rows: [Float]
    static let count = 300

    init(_ objective: String, outputs: Int = 1, seed: UInt64 = 5, version: String = "[2,1,4]") throws {
      var random = SeededGenerator(seed: seed)
      var shape = RandomEnsemble.Shape()
      (shape.outputs, shape.trees) = (outputs, 12 * outputs)
      let ensemble = RandomEnsemble(shape, using: &random)
      rows = ensemble.rows(Self.count, using: &random)
      var wrapping = RandomEnsemble.Wrapping()
      (wrapping.objective, wrapping.outputsAreTargets) = (objective, outputs > 1)
      if !objective.hasPrefix("reg:e") { wrapping.baseScore = "3E-1" }
      let text = String(decoding: ensemble.json(wrapping), as: UTF8.self)
      evaluator = try EnsembleEvaluator(
        EnsembleModel(bytes: Array(text.replacing("\"version\":[2,1,4]", with: "\"version\":\(version)").utf8)))
    }
  }

  @Test("Hinge gives classes without probabilities")
  func hinge() throws {
    let subject = try Subject("binary:hinge")
    let evaluator = subject.evaluator
    #expect(evaluator.kind == .binaryDecision)
    #expect(evaluator.classCount == 2)
    let margins = try evaluator.margins(subject.rows, rows: Subject.count)
    #expect(margins.contains { $0 > 0 } && margins.contains { $0 <= 0 })
    let expected = margins.map { $0 > 0 ? 1 : 0 }
    #expect(try evaluator.predict(subject.rows, rows: Subject.count).map { Int($0) } == expected)
    #expect(try evaluator.winners(subject.rows, rows: Subject.count) == expected)
    for set in InstructionSet.available {
      let model = try Subject("binary:hinge").evaluator
      #expect(model.facts == evaluator.facts)
      let own = try EnsembleEvaluator(try Self.hingeModel(), instructionSet: set)
      var winners = [UInt16](repeating: 9, count: 3)
      var probabilities = [Float](repeating: 9, count: 3)
      var found = winners.mutableSpan
      var certain = probabilities.mutableSpan
      var scratch = own.makeScratch()
      try own.classify(
        own.plan([.computed(plane: 0)]), computed: ([-1, 0, 2] as [Float]).span, bands: [UInt16]().span,
        layout: PlaneLayout(pixelCount: 3, stride: 3), winners: &found, probabilities: &certain, scratch: &scratch)
      // Margins of -0.5, 0 and 0.25: what is 0 is not above it.
      #expect(winners == [0, 0, 1])
      #expect(probabilities == [-1, -1, -1])
    }
  }

  /// A tree with leaves -0.5 (below 0), 0 (below 1) and 0.25.
  private static func hingeModel() throws -> EnsembleModel {
    try EnsembleModel(
      bytes: Array(
        """
        {"learner":{"feature_names":[],"feature_types":[],"gradient_booster":{"model":{"gbtree_model_param":\
        {"num_trees":"1"},"tree_info":[0],"trees":[{"left_children":[1,-1,3,-1,-1],"right_children":[2,-1,4,-1,-1],\
        "split_indices":[0,0,0,0,0],"split_conditions":[0,-0.5,1,0,0.25],"default_left":[0,0,0,0,0],\
        "tree_param":{"num_nodes":"5"}}]},"name":"gbtree"},"learner_model_param":{"base_score":"0E0","num_class":"0",\
        "num_feature":"1"},"objective":{"name":"binary:hinge"}},"version":[1,7,4]}
        """.utf8))
  }

  @Test("Labels have a number each and no class", arguments: ["binary:logistic", "binary:logitraw", "binary:hinge"])
  func labels(objective: String) throws {
    let subject = try Subject(objective, outputs: 3)
    #expect(subject.evaluator.kind == .multilabel)
    #expect(subject.evaluator.classCount == nil)
    let margins = try subject.evaluator.margins(subject.rows, rows: Subject.count)
    let outputs = try subject.evaluator.predict(subject.rows, rows: Subject.count)
    for (margin, output) in zip(margins, outputs) {
      let expected = objective == "binary:hinge" ? (margin > 0 ? 1 : 0) : 1 / (1 + exp(-margin))
      #expect(abs(Double(output) - expected) <= 1e-6)
    }
    let error = try #require(
      #expect(throws: ModelFileError.self) { try subject.evaluator.classes(subject.rows, rows: 1) })
    #expect(error.message.contains("do not exclude each other"))
    #expect(throws: error) { try subject.evaluator.winners(subject.rows, rows: 1) }
  }

  @Test("Several numbers are a regression, and scores a ranking: neither tells classes apart")
  func numbers() throws {
    for (objective, outputs) in [("reg:squarederror", 2), ("count:poisson", 1), ("rank:ndcg", 1), ("reg:logistic", 2)] {
      let evaluator = try Subject(objective, outputs: outputs, version: "[1,7,4]").evaluator
      #expect(evaluator.kind == (objective == "rank:ndcg" ? .ranking : .regression))
      #expect(throws: ModelFileError.self) { try evaluator.winners([0, 0, 0, 0, 0, 0], rows: 1) }
    }
  }

  @Test("Expectiles grow from one output to the next by the softplus of its margin")
  func expectiles() throws {
    let subject = try Subject("reg:expectileerror", outputs: 3, version: "[3,4,1]")
    let margins = try subject.evaluator.margins(subject.rows, rows: Subject.count)
    let outputs = try subject.evaluator.predict(subject.rows, rows: Subject.count)
    for row in 0..<Subject.count {
      var expected = Float(margins[row * 3])
      #expect(outputs[row * 3] == expected)
      for output in 1..<3 {
        // As XGBoost's SoftPlus has it, in single precision.
        let margin = Float(margins[row * 3 + output])
        expected += 1e-6 + (margin > 0 ? margin + log1pf(expf(-margin)) : log1pf(expf(margin)))
        #expect(abs(outputs[row * 3 + output] - expected) <= 1e-6 * max(1, abs(expected)))
      }
    }
    // Scores of 0 begin at a margin of 0, and less than 1e-6 apart: at x + log(1 - exp(-x)) for x = 1e-6. The same trees
    // under another objective begin at 0.3.
    let start = Double(Float(1e-6) + logf(-expm1f(-1e-6)))
    let others = try Subject("reg:squarederror", outputs: 3).evaluator
    let apart = try zip(subject.evaluator.margins(subject.rows, rows: 1), others.margins(subject.rows, rows: 1)).map(-)
    for (own, expected) in zip(apart, [-0.3, start - 0.3, start - 0.3]) { #expect(abs(own - expected) <= 1e-5) }
  }
}
