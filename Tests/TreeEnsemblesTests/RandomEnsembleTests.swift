import SeededRandom
import Testing
import TreeEnsembles

@Suite("Random ensembles")
struct RandomEnsembleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let shape: RandomEnsemble.Shape

    init(_ name: String, _ change: (inout RandomEnsemble.Shape) -> Void) {
      testDescription = name
      var shape = RandomEnsemble.Shape()
      change(&shape)
      self.shape = shape
    }
  }

  static let cases = [
    Case("small trees") { _ in },
    Case("trees of one leaf or two") {
      $0.leaves = 2
      $0.features = 1
    },
    Case("trees of 64 leaves") { $0.leaves = 64 },
    Case("trees of up to 700 leaves") {
      $0.leaves = 700
      $0.trees = 6
    },
    Case("chains as deep as they have splits") {
      $0.leaves = 64
      $0.isChain = true
    },
    Case("long chains") {
      $0.leaves = 500
      $0.isChain = true
      $0.trees = 4
    },
    Case("3,000 thresholds of one feature") {
      $0.thresholds = 3_000
      $0.features = 1
      $0.trees = 120
      $0.leaves = 64
    },
    Case("one threshold") { $0.thresholds = 1 },
    Case("several outputs") {
      $0.outputs = 5
      $0.trees = 25
    },
    Case("seven categories") { $0.categories = 7 },
    Case("seven categories in trees of up to 300 leaves") {
      $0.categories = 7
      $0.leaves = 300
      $0.trees = 6
    },
    Case("categories of one feature alone") {
      $0.categories = 250
      $0.features = 1
      $0.leaves = 64
    },
    Case("600 categories") {
      $0.categories = 600
      $0.trees = 12
    },
  ]

  @Test("Margins are those of a plain walk, bit for bit, on every instruction set", arguments: cases)
  func plainWalk(entry: Case) throws {
    var random = SeededGenerator(seed: 20_261_122)
    for round in 0..<3 {
      let ensemble = RandomEnsemble(entry.shape, using: &random)
      let model = try EnsembleModel(bytes: ensemble.json)
      let count = [64, 700, 1][round]
      let rows = ensemble.rows(count, using: &random)
      let expected = (0..<count).flatMap { row in
        ensemble.margins(rows[(row * entry.shape.features)..<((row + 1) * entry.shape.features)]).map { Double($0) }
      }
      for set in InstructionSet.available {
        let margins = try EnsembleEvaluator(model, instructionSet: set).margins(rows, rows: count)
        #expect(margins == expected, "\(set)")
      }
    }
  }
}
