import Testing
import TreeEnsembles

@Suite("Models of real releases")
struct FixtureTests {
  private func name(_ file: String) -> String { String(file[..<(file.lastIndex(of: ".") ?? file.endIndex)]) }

  @Test("Margins of XGBoost's models are those of XGBoost 3.2.0 bit for bit", arguments: ModelFixtures.xgboostFiles)
  func margins(file: String) throws {
    let model = try ModelFixtures.model(file)
    let features = try ModelFixtures.features(file)
    let expected = try ModelFixtures.table("\(name(file)).margin.csv").map { Double(Float($0)) }
    for set in InstructionSet.available {
      let margins = try EnsembleEvaluator(model, instructionSet: set).margins(features, rows: ModelFixtures.rows)
      #expect(margins == expected, "\(set)")
    }
  }

  @Test("Outputs of XGBoost's models are those their release predicts", arguments: ModelFixtures.xgboost)
  func outputs(name: String) throws {
    let model = try ModelFixtures.model("\(name).ubj")
    let features = try ModelFixtures.features(name)
    let expected = try ModelFixtures.table("\(name).expected.csv")
    for set in InstructionSet.available {
      let evaluator = try EnsembleEvaluator(model, instructionSet: set)
      let outputs = try evaluator.predict(features, rows: ModelFixtures.rows)
      if name.hasPrefix("softmax") {
        #expect(winners(outputs, evaluator.outputCount) == expected.map { Int($0) })
      } else {
        #expect(largestDifference(outputs, expected) <= 1e-6)
      }
    }
  }

  @Test("Margins and outputs of LightGBM's models are those LightGBM gives", arguments: ModelFixtures.lightGBM)
  func lightGBM(name: String) throws {
    let model = try ModelFixtures.model("\(name).txt")
    let features = try ModelFixtures.features(name)
    let margins = try ModelFixtures.table("\(name).margin.csv")
    let expected = try ModelFixtures.table("\(name).expected.csv")
    for set in InstructionSet.available {
      let evaluator = try EnsembleEvaluator(model, instructionSet: set)
      #expect(try evaluator.margins(features, rows: ModelFixtures.rows) == margins, "\(set)")
      #expect(try largestDifference(evaluator.predict(features, rows: ModelFixtures.rows), expected) <= 1e-6)
    }
  }

  private func winners(_ outputs: [Float], _ classes: Int) -> [Int] {
    stride(from: 0, to: outputs.count, by: classes).map { row in
      (0..<classes).max { outputs[row + $0] < outputs[row + $1] } ?? -1
    }
  }

  private func largestDifference(_ outputs: [Float], _ expected: [Double]) -> Double {
    guard outputs.count == expected.count else { return .infinity }
    return zip(outputs, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
  }
}
