import Inference
import SeededRandom
import Testing
import TreeEnsembles

/// Random ensembles, read from the same bytes by our evaluator and by libxgboost, whose reader and whose arithmetic share
/// nothing with ours.
@Suite("The second opinion")
struct SecondOpinionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var shape = RandomEnsemble.Shape()
    var wrapping = RandomEnsemble.Wrapping()
    /// How many thresholds some feature must have at least.
    var cuts = 1

    init(_ name: String, _ change: (inout Case) -> Void) {
      testDescription = name
      change(&self)
    }
  }

  static let cases = [
    Case("regression") { $0.wrapping.baseScore = "-3.7E0" },
    Case("logistic") {
      $0.wrapping.objective = "binary:logistic"
      $0.wrapping.baseScore = "2.5E-1"
    },
    Case("softprob") {
      ($0.shape.outputs, $0.shape.trees) = (7, 70)
      $0.wrapping.baseScore = "5E-1"
    },
    // libxgboost adds base_score to each tree and takes it off again where dart's trees are predicted in place, which
    // loses bits unless it is 0.
    Case("dart") { $0.wrapping.treeWeights = [1, 0.75, 0.333_333_34, 1e-3] },
    Case("dart and softprob") {
      ($0.shape.outputs, $0.shape.trees) = (4, 40)
      $0.wrapping.treeWeights = [0.9, 1, 0.111_111_11]
    },
    Case("hinge") {
      $0.wrapping.objective = "binary:hinge"
      $0.wrapping.baseScore = "5E-1"
    },
    Case("labels") {
      ($0.shape.outputs, $0.shape.trees) = (3, 30)
      ($0.wrapping.objective, $0.wrapping.outputsAreTargets) = ("binary:logistic", true)
      $0.wrapping.baseScore = "2.5E-1"
    },
    Case("several numbers by dart") {
      ($0.shape.outputs, $0.shape.trees) = (3, 30)
      $0.wrapping.outputsAreTargets = true
      $0.wrapping.treeWeights = [0.9, 1, 0.111_111_11, 0.75]
    },
    Case("more than 255 cuts of a feature") {
      ($0.shape.features, $0.shape.thresholds, $0.shape.trees, $0.shape.leaves) = (2, 2_000, 80, 60)
      $0.cuts = 256
    },
    Case("trees of up to 400 leaves") { ($0.shape.leaves, $0.shape.trees) = (400, 6) },
    Case("chains") { ($0.shape.leaves, $0.shape.trees, $0.shape.isChain) = (200, 6, true) },
    Case("40 categories") { $0.shape.categories = 40 },
  ]

  @Test("Margins are libxgboost's, bit for bit, on every instruction set", arguments: cases)
  func margins(entry: Case) throws {
    var random = SeededGenerator(seed: 20_270_217)
    for count in [200, 65, 1] {
      let ensemble = RandomEnsemble(entry.shape, using: &random)
      #expect(ensemble.mostCuts >= entry.cuts)
      let (bytes, rows) = (ensemble.json(entry.wrapping), ensemble.rows(count, using: &random))
      let expected = try XGBoostLibrary.predictWithoutGuard(
        trustedBytes: bytes, rows, rows: count, featureCount: entry.shape.features, outputCount: entry.shape.outputs,
        margins: true)
      let model = try EnsembleModel(bytes: bytes)
      for set in InstructionSet.available {
        let margins = try EnsembleEvaluator(model, instructionSet: set).margins(rows, rows: count)
        #expect(margins.map { Float($0).bitPattern } == expected.map(\.bitPattern), "\(set), \(count) rows")
      }
      let guarded = try XGBoostClassifier(bytes: bytes).margins(rows, rows: count)
      #expect(guarded.map(\.bitPattern) == expected.map(\.bitPattern), "behind the guard, \(count) rows")
    }
  }

  @Test("Weights beside the trees, which libxgboost overlooks, are those of dart")
  func weightsBesideTrees() throws {
    var random = SeededGenerator(seed: 20_280_101)
    let ensemble = RandomEnsemble(RandomEnsemble.Shape(), using: &random)
    let rows = ensemble.rows(200, using: &random)
    var wrapping = RandomEnsemble.Wrapping()
    wrapping.treeWeights = [1, 0.75, 0.333_333_34, 1e-3]
    let around = try EnsembleEvaluator(EnsembleModel(bytes: ensemble.json(wrapping))).margins(rows, rows: 200)
    wrapping.weightsStandBesideTrees = true
    let bytes = ensemble.json(wrapping)
    #expect(try EnsembleEvaluator(EnsembleModel(bytes: bytes)).margins(rows, rows: 200) == around)
    #expect(try XGBoostClassifier(bytes: bytes).margins(rows, rows: 200).map { Double($0) } == around)
    let misread = try XGBoostLibrary.predictWithoutGuard(
      trustedBytes: bytes, rows, rows: 200, featureCount: ensemble.shape.features, outputCount: 1, margins: true)
    #expect(misread.map { Double($0) } != around)
  }

  @Test("A probability of 0 or 1 to start from is bounded, as XGBoost 3.2 bounds it", arguments: ["0E0", "1E0"])
  func boundedBaseScore(score: String) throws {
    var random = SeededGenerator(seed: 20_280_102)
    let ensemble = RandomEnsemble(RandomEnsemble.Shape(), using: &random)
    let rows = ensemble.rows(100, using: &random)
    var wrapping = RandomEnsemble.Wrapping()
    wrapping.objective = "binary:logistic"
    wrapping.baseScore = score
    let text = String(decoding: ensemble.json(wrapping), as: UTF8.self)
    #expect(throws: ModelFileError.self) { try EnsembleModel(bytes: Array(text.utf8)) }
    let bytes = Array(text.replacing("\"version\":[2,1,4]", with: "\"version\":[3,2,0]").utf8)
    let margins = try EnsembleEvaluator(EnsembleModel(bytes: bytes)).margins(rows, rows: 100)
    #expect(margins.allSatisfy { (score == "0E0" ? -25 ... -5 : 5...25).contains($0) })
    #expect(try XGBoostClassifier(bytes: bytes).margins(rows, rows: 100).map { Double($0) } == margins)
  }
}
