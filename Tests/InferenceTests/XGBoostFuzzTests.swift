import Inference
import SeededRandom
import Testing
import TreeEnsembles

@Suite("XGBoost guard against hostile files")
struct XGBoostFuzzTests {
  /// Loads and runs the bytes: true when they predict, false when they are refused; a crash ends the test run.
  private func predicts(_ bytes: [UInt8], _ features: [Float]) throws -> Bool {
    do throws(ModelFileError) {
      let classifier = try XGBoostClassifier(bytes: bytes, threads: 1)
      guard classifier.featureCount == 14 else { return false }
      let outputs = try classifier.predict(features, rows: 20)
      #expect(outputs.allSatisfy { $0.isFinite })
      return true
    } catch {
      #expect(!error.message.isEmpty)
      return false
    }
  }

  static let subjects = [
    "binlog_xgb3.2.0.ubj", "binlog_xgb1.7.6.json", "rank_xgb3.2.0.ubj", "linear_xgb3.2.0.ubj", "linear_xgb3.2.0.json",
    "cat_xgb3.2.0.ubj", "dart_xgb3.2.0.ubj",
  ]

  @Test("A file cut short anywhere is refused", arguments: subjects)
  func truncation(file: String) throws {
    let bytes = try XGBoostFixtures.bytes(file)
    let features = Array(try XGBoostFixtures.features(file).prefix(280))
    #expect(try predicts(bytes, features))
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 60)) {
      #expect(try !predicts(Array(bytes[..<length]), features))
    }
  }

  @Test("Flipped bits give a refusal or finite numbers", arguments: subjects)
  func flippedBits(file: String) throws {
    let bytes = try XGBoostFixtures.bytes(file)
    let features = Array(try XGBoostFixtures.features(file).prefix(280))
    var random = SeededGenerator(seed: 20_251_121)
    var survivors = 0
    for _ in 0..<(bytes.count > 100_000 ? 40 : 200) {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        changed[Int.random(in: 0..<changed.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
      if try predicts(changed, features) { survivors += 1 }
    }
    #expect(survivors < 200)
  }

  @Test(
    "Bytes overwritten with structure give a refusal or finite numbers",
    arguments: ["binlog_xgb3.2.0.ubj", "rank_xgb3.2.0.ubj"])
  func overwrittenStructure(file: String) throws {
    let bytes = try XGBoostFixtures.bytes(file)
    let features = Array(try XGBoostFixtures.features(file).prefix(280))
    var random = SeededGenerator(seed: 7)
    let pieces: [[UInt8]] = [
      [0xFF, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0], [0, 0, 0, 0], [0x7F, 0x80, 0, 0],
      Array("[$d#L".utf8), Array("[[[[".utf8), Array("{{{{".utf8), Array("]}]}".utf8), Array("[#L".utf8) + [0x7F],
    ]
    for _ in 0..<200 {
      var changed = bytes
      let piece = pieces[Int.random(in: 0..<pieces.count, using: &random)]
      let start = Int.random(in: 0..<(changed.count - piece.count), using: &random)
      changed.replaceSubrange(start..<(start + piece.count), with: piece)
      _ = try predicts(changed, features)
    }
  }

  @Test("Hostile lengths and depths allocate nothing")
  func hostileLengths() {
    let key = Array("{L".utf8) + [0, 0, 0, 0, 0, 0, 0, 1] + Array("a".utf8)
    let huge: [UInt8] = [0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
    let negative: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
    let files: [[UInt8]] = [
      key + Array("[$d#L".utf8) + huge, key + Array("[$d#L".utf8) + negative, key + Array("[#L".utf8) + huge,
      key + Array("SL".utf8) + huge, Array("{L".utf8) + huge, Array("{L".utf8) + negative,
      key + [UInt8](repeating: UInt8(ascii: "["), count: 100_000), key + Array("[$Z#L".utf8) + huge,
      Array("{\"a\":".utf8) + [UInt8](repeating: UInt8(ascii: "["), count: 100_000),
      Array(String(repeating: "{\"a\":", count: 100_000).utf8),
    ]
    for file in files {
      let error = #expect(throws: ModelFileError.self) { try XGBoostArtifact(bytes: file) }
      #expect(error?.code == .damaged)
    }
  }
}
