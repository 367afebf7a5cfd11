import Foundation
import Inference
import Testing
import TreeEnsembles

@Suite("XGBoost predictions")
struct XGBoostPredictionTests {
  @Test("Every release's file gives the outputs and margins that release gave", arguments: XGBoostFixtures.files)
  func everyRelease(file: String) throws {
    let name = String(file.dropLast(file.hasSuffix(".ubj") ? 4 : 5))
    let classifier = try XGBoostClassifier(bytes: XGBoostFixtures.bytes(file), threads: 2)
    #expect(classifier.featureCount == 14)
    let features = try XGBoostFixtures.features(name)
    let margins = try classifier.margins(features, rows: XGBoostFixtures.rows)
    let outputs = try classifier.predict(features, rows: XGBoostFixtures.rows)
    let expectedMargins = try XGBoostFixtures.table("\(name).margin.csv")
    #expect(XGBoostFixtures.largestDifference(margins, expectedMargins) <= 1e-6)
    let expected = try XGBoostFixtures.table("\(name).expected.csv")
    if name.hasPrefix("softmax") {
      #expect(winners(outputs, classes: classifier.outputCount) == expected.map { Int($0) })
    } else {
      #expect(XGBoostFixtures.largestDifference(outputs, expected) <= 1e-6)
    }
  }

  private func winners(_ outputs: [Float], classes: Int) -> [Int] {
    stride(from: 0, to: outputs.count, by: classes).map { row in
      (0..<classes).max { outputs[row + $0] < outputs[row + $1] } ?? -1
    }
  }

  @Test(
    "Tree models add their leaves up bit for bit as XGBoost 3.2 does",
    arguments: ["softprob_xgb3.1.3", "softprob_xgb3.2.0", "lulc20_xgb3.2.0", "cat_xgb3.2.0", "reg_xgb3.2.0"])
  func exactMargins(name: String) throws {
    let classifier = try XGBoostClassifier(bytes: XGBoostFixtures.bytes("\(name).ubj"))
    let margins = try classifier.margins(try XGBoostFixtures.features(name), rows: XGBoostFixtures.rows)
    #expect(margins == (try XGBoostFixtures.table("\(name).margin.csv")))
  }

  @Test(
    "Without the guard libxgboost 1.7 misreads what releases from 3.1 write",
    .enabled(if: XGBoostLibrary.version < XGBoostRelease(major: 2, minor: 0, patch: 0)),
    arguments: [
      ("binlog_xgb3.1.3", 1), ("binlog_xgb3.2.0", 1), ("reg_xgb3.2.0", 1), ("softprob_xgb3.1.3", 10),
      ("softprob_xgb3.2.0", 10), ("cat_xgb3.2.0", 10),
    ])
  func guardMatters(name: String, outputCount: Int) throws {
    let features = try XGBoostFixtures.features(name)
    let expected = try XGBoostFixtures.table("\(name).expected.csv")
    let bytes = try XGBoostFixtures.bytes("\(name).json")
    let bare = try XGBoostLibrary.predictWithoutGuard(
      trustedBytes: bytes, features, rows: 500, featureCount: 14, outputCount: outputCount)
    #expect(XGBoostFixtures.largestDifference(bare, expected) > 0.01)
    let artifact = try XGBoostArtifact(bytes: bytes)
    #expect(artifact.neededRepair)
    let guarded = try XGBoostClassifier(artifact).predict(features, rows: 500)
    #expect(XGBoostFixtures.largestDifference(guarded, expected) <= 1e-6)
  }

  @Test("The number of threads and the size of a block change no bit")
  func threadsAndBlocks() throws {
    let bytes = try XGBoostFixtures.bytes("lulc20_xgb3.2.0.ubj")
    let features = try XGBoostFixtures.features("lulc20_xgb3.2.0")
    let whole = try XGBoostClassifier(bytes: bytes, threads: 1).predict(features, rows: 500)
    let threaded = try XGBoostClassifier(bytes: bytes, threads: 3)
    #expect(try threaded.predict(features, rows: 500) == whole)
    var pieces: [Float] = []
    for start in stride(from: 0, to: 500, by: 7) {
      let end = min(start + 7, 500)
      pieces += try threaded.predict(Array(features[(start * 14)..<(end * 14)]), rows: end - start)
    }
    #expect(pieces == whole)
  }

  @Test("Tasks may share a classifier")
  func sharing() async throws {
    let classifier = try XGBoostClassifier(bytes: XGBoostFixtures.bytes("softprob_xgb3.2.0.ubj"), threads: 1)
    let features = try XGBoostFixtures.features("softprob_xgb3.2.0")
    let expected = try classifier.predict(features, rows: 500)
    try await withThrowingTaskGroup(of: [Float].self) { group in
      for _ in 0..<8 { group.addTask { try classifier.predict(features, rows: 500) } }
      for try await outputs in group { #expect(outputs == expected) }
    }
  }

  @Test("Missing values follow the default branch and probabilities sum to 1")
  func missingValues() throws {
    let classifier = try XGBoostClassifier(bytes: XGBoostFixtures.bytes("softprob_xgb3.2.0.ubj"))
    let outputs = try classifier.predict([Float](repeating: .nan, count: 28), rows: 2)
    #expect(outputs.count == 20)
    #expect(abs(outputs[..<10].reduce(0, +) - 1) < 1e-5)
    #expect(outputs[..<10] == outputs[10...])
  }

  @Test("Arrays too short for the rows are refused, and longer ones keep their rest")
  func arrays() throws {
    let classifier = try XGBoostClassifier(bytes: XGBoostFixtures.bytes("binlog_xgb3.2.0.ubj"))
    var outputs: [Float] = [7, 7, 7]
    #expect(throws: ModelFileError.self) {
      try classifier.predict([Float](repeating: 1, count: 27), rows: 2, into: &outputs)
    }
    #expect(throws: ModelFileError.self) {
      try classifier.predict([Float](repeating: 1, count: 70), rows: 4, into: &outputs)
    }
    #expect(throws: ModelFileError.self) { try classifier.predict([], rows: -1, into: &outputs) }
    try classifier.predict([], rows: 0, into: &outputs)
    #expect(outputs == [7, 7, 7])
    try classifier.predict([Float](repeating: 1, count: 70), rows: 2, into: &outputs)
    #expect(outputs[2] == 7)
    #expect(outputs[0] == outputs[1] && (0...1).contains(outputs[0]))
  }
}
