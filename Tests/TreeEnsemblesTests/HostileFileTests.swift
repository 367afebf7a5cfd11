import Foundation
import SeededRandom
import Testing
import TreeEnsembles

@Suite("Hostile model files")
struct HostileFileTests {
  static let subjects = [
    "binlog_xgb3.2.0.ubj", "rank_xgb3.2.0.ubj", "linear_xgb3.2.0.json", "multiout_xgb3.2.0.ubj", "lgbm4.7_reg.txt",
    "lgbm4.7_binary.txt",
  ]

  /// Reads and runs the bytes: true when they predict, false when they are refused; a crash ends the test run.
  private func predicts(_ bytes: [UInt8], _ rows: [Float]) throws -> Bool {
    do throws(ModelFileError) {
      let evaluator = try EnsembleEvaluator(EnsembleModel(bytes: bytes))
      guard evaluator.featureCount == 14 else { return false }
      let margins = try evaluator.margins(rows, rows: rows.count / 14)
      #expect(margins.allSatisfy { $0.isFinite })
      return true
    } catch {
      #expect(!error.message.isEmpty)
      return false
    }
  }

  @Test("A file cut short anywhere is refused", arguments: subjects)
  func truncation(file: String) throws {
    let bytes = try ModelFixtures.bytes(file)
    let rows = Array(try ModelFixtures.features(file).prefix(140))
    #expect(try predicts(bytes, rows))
    let end =
      file.hasSuffix(".txt") ? try #require(bytes.firstRange(of: Array("end of trees".utf8))).lowerBound : bytes.count
    for length in stride(from: 0, to: end, by: max(1, end / 40)) {
      #expect(try !predicts(Array(bytes[..<length]), rows))
    }
  }

  @Test("Changed bytes give a refusal or finite numbers", arguments: subjects)
  func changedBytes(file: String) throws {
    let bytes = try ModelFixtures.bytes(file)
    let rows = Array(try ModelFixtures.features(file).prefix(140))
    var random = SeededGenerator(seed: 20_261_122)
    for _ in 0..<60 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<changed.count, using: &random)
        if file.hasSuffix(".txt") {
          changed[place] = Array("0123456789-=. e\n".utf8).randomElement(using: &random) ?? 0
        } else {
          changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
      }
      _ = try predicts(changed, rows)
    }
  }

  struct Change: Sendable, CustomTestStringConvertible {
    let old: String
    let new: String
    let code: ModelFileError.Code
    var testDescription: String { "\(old) -> \(new)" }
  }

  /// Changes to the small model below, each of which makes it wrong in one way.
  static let changes = [
    Change(old: "version=v4", new: "version=v9", code: .version),
    Change(old: "num_tree_per_iteration=1", new: "num_tree_per_iteration=0", code: .damaged),
    Change(old: "num_tree_per_iteration=1", new: "num_tree_per_iteration=3", code: .damaged),
    Change(old: "num_tree_per_iteration=1", new: "num_tree_per_iteration=99999999", code: .tooLarge),
    Change(old: "max_feature_idx=1", new: "max_feature_idx=9223372036854775807", code: .tooLarge),
    Change(old: "max_feature_idx=1", new: "max_feature_idx=-1", code: .damaged),
    Change(old: "max_feature_idx=1", new: "max_feature_idx=7", code: .damaged),
    Change(old: "objective=regression", new: "objective=hinge", code: .unsupported),
    Change(old: "objective=regression", new: "objective=multiclass num_class:3", code: .damaged),
    Change(old: "objective=regression", new: "objective=binary sigmoid:-1", code: .damaged),
    Change(old: "Tree=1", new: "Tree=7", code: .damaged),
    Change(old: "num_leaves=3", new: "num_leaves=4", code: .damaged),
    Change(old: "num_leaves=3", new: "num_leaves=0", code: .damaged),
    Change(old: "split_feature=0 1", new: "split_feature=0 2", code: .damaged),
    Change(old: "split_feature=0 1", new: "split_feature=0", code: .damaged),
    Change(old: "threshold=1.5 1", new: "threshold=nan 1", code: .damaged),
    Change(old: "threshold=1.5 1", new: "threshold=1.5 2", code: .damaged),
    Change(old: "threshold=1.5 1", new: "threshold=1.5 0.5", code: .damaged),
    Change(old: "left_child=1 -1", new: "left_child=0 -1", code: .damaged),
    Change(old: "left_child=1 -1", new: "left_child=1 1", code: .damaged),
    Change(old: "left_child=1 -1", new: "left_child=-1 -1", code: .damaged),
    Change(old: "left_child=1 -1", new: "left_child=5 -1", code: .damaged),
    Change(old: "left_child=1 -1", new: "left_child=1 -9223372036854775808", code: .damaged),
    Change(old: "right_child=-2 -3", new: "right_child=-2 -2", code: .damaged),
    Change(old: "right_child=-2 -3", new: "right_child=-2 -4", code: .damaged),
    Change(old: "decision_type=8 1", new: "decision_type=12 1", code: .damaged),
    Change(old: "decision_type=8 1", new: "decision_type=99 1", code: .damaged),
    Change(old: "leaf_value=1 2 3", new: "leaf_value=1 2 inf", code: .damaged),
    Change(old: "leaf_value=1 2 3", new: "leaf_value=1e308 1e308 1e308", code: .damaged),
    Change(old: "leaf_value=1 2 3", new: "leaf_value=1 2 x", code: .damaged),
    Change(old: "cat_boundaries=0 1 2", new: "cat_boundaries=0 1 9", code: .damaged),
    Change(old: "cat_boundaries=0 1 2", new: "cat_boundaries=0 2 1", code: .damaged),
    Change(old: "num_cat=2", new: "num_cat=9223372036854775807", code: .damaged),
    Change(old: "cat_threshold=6 9", new: "cat_threshold=6 -9", code: .damaged),
    Change(old: "shrinkage=1", new: (0..<2_000).map { "a\($0)" }.joined(separator: "\n"), code: .tooLarge),
    Change(old: "is_linear=0", new: "is_linear=1", code: .damaged),
    Change(old: "is_linear=0", new: linear(constants: "1 2", counts: "1 1 0"), code: .damaged),
    Change(old: "is_linear=0", new: linear(constants: "1 2 nan", counts: "1 1 0"), code: .damaged),
    Change(old: "is_linear=0", new: linear(counts: "1 1 1"), code: .damaged),
    Change(old: "is_linear=0", new: linear(counts: "1 0 0"), code: .damaged),
    Change(old: "is_linear=0", new: linear(counts: "-1 3 0"), code: .damaged),
    Change(old: "is_linear=0", new: linear(counts: "1 9223372036854775807 0"), code: .damaged),
    Change(old: "is_linear=0", new: linear(counts: "1 1 0", features: "0 2"), code: .damaged),
    Change(old: "is_linear=0", new: linear(counts: "1 1 0", coefficients: "1 inf"), code: .damaged),
    Change(old: "is_linear=0", new: linear(counts: "1 1 0", coefficients: "1"), code: .damaged),
    Change(old: "num_cat=2", new: "num_cat=2\nnum_cat=2", code: .damaged),
    Change(old: "end of trees", new: "end", code: .damaged),
  ]

  /// Linear functions at the leaves of the first tree below.
  private static func linear(
    constants: String = "1 2 3", counts: String, features: String = "0 1", coefficients: String = "0.5 -2"
  ) -> String {
    "is_linear=1\nleaf_const=\(constants)\nnum_features=\(counts)\nleaf_features=\(features)\nleaf_coeff=\(coefficients)"
  }

  @Test("Linear leaves are LightGBM's, from planes and from bands", arguments: InstructionSet.available)
  func linearLeaves(instructionSet: InstructionSet) throws {
    // At the first leaf 1 + a / 2 - 2 b, at the others numbers. A missing a goes there, and takes the leaf's own number.
    let text = Self.small.replacing("is_linear=0", with: Self.linear(counts: "2 0 0"))
      .replacing("objective=regression", with: "objective=binary sigmoid:1")
      .replacing("decision_type=8 1", with: "decision_type=10 1")
    let evaluator = try EnsembleEvaluator(EnsembleModel(bytes: Array(text.utf8)), instructionSet: instructionSet)
    let rows: [Float] = [1, 0, 1.5, 3, 1, 1, 2, 0, 1e-36, 3, .nan, 0]
    let expected = [1.5, -4.25, 3, 2, -5, 1].map { $0 + 0.25 }
    #expect(try evaluator.margins(rows, rows: 6) == expected)
    // Both features are bands: a is the number, less one, and 0 stands for a missing value.
    func value(_ code: UInt16) -> Float { code == 0 ? .nan : Float(code) - 1 }
    let codes: [UInt16] = [2, 1, 3, 0, 1, 4, 1, 1]
    let plan = try evaluator.plan([.band(plane: 0, value: value), .band(plane: 1, value: value)])
    var winners = [UInt16](repeating: 9, count: 4)
    var probabilities = [Float](repeating: 9, count: 4)
    var found = winners.mutableSpan
    var certain = probabilities.mutableSpan
    var scratch = evaluator.makeScratch()
    try evaluator.classify(
      plan, computed: [Float]().span, bands: codes.span, layout: PlaneLayout(pixelCount: 4, stride: 4),
      winners: &found, probabilities: &certain, scratch: &scratch)
    let margins = [1 + 0.5, 1 - 6.0, 2, 1].map { $0 + 0.25 }
    for (pixel, margin) in margins.enumerated() {
      #expect(winners[pixel] == (margin > 0 ? 1 : 0))
      #expect(abs(Double(probabilities[pixel]) - 1 / (1 + exp(-abs(margin)))) <= 1e-6)
    }
  }

  /// Two trees: the first splits numbers, then by the second of two sets of categories, which is 0 and 3; the other is a leaf.
  static let small = """
    tree
    version=v4
    num_class=1
    num_tree_per_iteration=1
    label_index=0
    max_feature_idx=1
    objective=regression
    feature_names=a b
    feature_infos=[0:9] 0:1:2:3
    tree_sizes=1 2

    Tree=0
    num_leaves=3
    num_cat=2
    split_feature=0 1
    threshold=1.5 1
    decision_type=8 1
    left_child=1 -1
    right_child=-2 -3
    leaf_value=1 2 3
    cat_boundaries=0 1 2
    cat_threshold=6 9
    is_linear=0
    shrinkage=1

    Tree=1
    num_leaves=1
    num_cat=0
    leaf_value=0.25

    end of trees

    """

  @Test("A LightGBM text that contradicts itself is refused", arguments: changes)
  func contradictions(change: Change) throws {
    let range = try #require(Self.small.firstRange(of: change.old))
    let text = Self.small[..<range.lowerBound] + change.new + Self.small[range.upperBound...]
    let error = #expect(throws: ModelFileError.self) { try EnsembleModel(bytes: Array(text.utf8)) }
    #expect(error?.code == change.code)
  }

  @Test("LightGBM's numbers, categories and missing values go where LightGBM sends them")
  func smallModel() throws {
    let model = try EnsembleModel(bytes: Array(Self.small.utf8))
    #expect(model.facts.featureNames == ["a", "b"])
    #expect(model.facts.producer == "LightGBM v4")
    // a <= 1.5 goes left, NaN right; b in {0, 3} goes left, NaN, negative and unknown ones right, -0.5 counts as 0.
    let rows: [Float] = [
      1, 0, 1.5, 3, 1, 1, 1, .nan, 1, -1, 1, -0.5, 1, 3.9, 1, 99, 1, .infinity, 1.6, 0, .nan, 0, .infinity, 0,
      -.infinity, 0,
    ]
    let expected: [Double] = [1, 1, 3, 3, 3, 1, 1, 3, 3, 2, 2, 2, 1].map { $0 + 0.25 }
    for set in InstructionSet.available {
      #expect(try EnsembleEvaluator(model, instructionSet: set).margins(rows, rows: 13) == expected)
    }
  }

  @Test("Each kind of missing value of LightGBM is treated as its own", arguments: [0, 2, 4, 6, 8, 10])
  func missingKinds(decision: Int) throws {
    // A split at -1: zero is above it, so that as a number it goes right.
    let text = Self.small.replacing("threshold=1.5 1", with: "threshold=-1 1")
      .replacing("decision_type=8 1", with: "decision_type=\(decision) 1")
    let model = try EnsembleModel(bytes: Array(text.utf8))
    let rows: [Float] = [.nan, 0, 1e-36, 0, 1e-34, 0, -2, 0]
    let zeroIsMissing = decision >> 2 == 1
    let left = decision & 2 != 0
    let missing = left ? 1.25 : 2.25
    let expected: [Double] = [
      decision >> 2 == 0 ? 2.25 : missing, zeroIsMissing ? missing : 2.25, 2.25, 1.25,
    ]
    for set in InstructionSet.available {
      #expect(try EnsembleEvaluator(model, instructionSet: set).margins(rows, rows: 4) == expected)
    }
  }
}
