import Inference
import Testing
import TreeEnsembles

@Suite("XGBoost guard")
struct XGBoostGuardTests {
  @Test("What is no XGBoost model is refused with advice", arguments: strangers)
  func strangerFiles(stranger: Stranger) {
    let error = #expect(throws: ModelFileError.self) { try XGBoostArtifact(bytes: stranger.bytes) }
    #expect(error?.code == .format)
    #expect(error?.message.contains(stranger.says) == true)
    #expect(error?.message.contains("save_model(\"model.ubj\")") == true)
  }

  struct Stranger: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let says: String
    var testDescription: String { says }
  }

  static let strangers = [
    Stranger(bytes: [0x80, 0x05, 0x95, 0x00], says: "pickle or joblib"),
    Stranger(bytes: [0x78, 0x9C, 0x00], says: "pickle or joblib"),
    Stranger(bytes: [0x50, 0x4B, 0x03, 0x04, 0x14], says: "a ZIP archive"),
    Stranger(bytes: [0x1F, 0x8B, 0x08], says: "gzip"),
    Stranger(bytes: Array("<!DOCTYPE html><html>".utf8), says: "a web page"),
    Stranger(bytes: Array("binf".utf8) + [0, 0, 0, 0x3F], says: "old binary format"),
    Stranger(bytes: [0, 0, 0, 0x3F, 14, 0, 0, 0], says: "old binary format"),
    Stranger(bytes: Array("tree\nversion=v4".utf8), says: "LightGBM"),
    Stranger(bytes: Array("version https://git-lfs.github.com/spec/v1".utf8), says: "Git LFS"),
    Stranger(bytes: Array("{\"a\": 1}".utf8), says: "no XGBoost model"),
    Stranger(bytes: [], says: "empty"),
    Stranger(bytes: [0x5D, 0x00, 0x00, 0x80, 0x00], says: "LZMA"),
    Stranger(bytes: [0x50, 0x4B, 0x05, 0x06], says: "an empty ZIP archive"),
    Stranger(bytes: [UInt8](repeating: 0, count: 512) + [0x89, 0x48, 0x44, 0x46, 0x0D], says: "HDF5"),
    Stranger(bytes: Array("GGUF".utf8) + [3, 0, 0, 0], says: "GGUF"),
    Stranger(bytes: [0x7F, 0x45, 0x4C, 0x46, 2], says: "a shared library"),
    Stranger(bytes: [0xAC, 0xED, 0x00, 0x05], says: "Java"),
    Stranger(bytes: [0x1C, 0, 0, 0] + Array("TFL3".utf8), says: "TensorFlow Lite"),
    Stranger(bytes: [0xEF, 0xBB, 0xBF] + Array("{\"learner\":{}}".utf8), says: "a byte order mark"),
    Stranger(
      bytes: [0x93] + Array("NUMPY\u{1}\0v\0{'descr': '|O', 'shape': (1,)}".utf8), says: "a NumPy array of objects"),
    Stranger(bytes: [0x93] + Array("NUMPY\u{1}\0v\0{'descr': '<f4', 'shape': (1,)}".utf8), says: "a NumPy array."),
  ]

  /// What Python's pickle writes of some objects in protocols that have no signature, and what may follow unread.
  static let pickles: [[UInt8]] = [
    Array("(dp0\nVa\np1\nI1\ns.".utf8), Array("(lp0\nI1\naI2\na.".utf8), Array("Vmodel\np0\n.".utf8),
    Array("I7\n.".utf8),
    Array("F1.5\n.".utf8), Array("N.".utf8), Array("L10000000000L\n.".utf8), Array("I01\n.".utf8),
    Array("S'a b'\np0\n.".utf8),
    Array("cposix\nsystem\np0\n(Vtrue\np1\ntp2\nRp3\n.".utf8),
    Array("cposix\nsystem\n(Vtrue\ntR.{\"learner\": {}}".utf8),
    [0x4B, 7, 0x2E], [0x4D, 1, 1, 0x2E], [0x47, 63, 248, 0, 0, 0, 0, 0, 0, 0x2E], [0x29, 0x2E], [0x5D, 0x71, 0, 0x2E],
    [0x58, 1, 0, 0, 0, 0x61, 0x71, 0, 0x2E], [0x7D, 0x71, 0, 0x58, 1, 0, 0, 0, 0x61, 0x4B, 1, 0x73, 0x2E, 9, 9],
    Array("\n(dp0\n.".utf8),
  ]

  @Test("A pickle without a signature is told by its opcodes", arguments: pickles)
  func olderProtocols(bytes: [UInt8]) {
    let error = #expect(throws: ModelFileError.self) { try XGBoostArtifact(bytes: bytes) }
    #expect(error?.message.contains("Python pickle") == true, "\(error?.message ?? "")")
  }

  @Test(
    "What is no pickle is not called one",
    arguments: [
      "1.5.", "This is a model.\n", "import os\n.", "Nothing.", "(unfinished", "S without quotes\n.", "I am.\n.",
    ])
  func texts(text: String) {
    let error = #expect(throws: ModelFileError.self) { try XGBoostArtifact(bytes: Array(text.utf8)) }
    #expect(error?.message.contains("pickle") == false)
  }

  @Test("The guard reads what a file says of itself")
  func facts() throws {
    let artifact = try XGBoostArtifact(bytes: XGBoostFixtures.bytes("lulc20_xgb3.2.0.ubj"))
    #expect(artifact.format == .ubjson)
    #expect(artifact.version == XGBoostRelease(major: 3, minor: 2, patch: 0))
    #expect(artifact.objective == "multi:softprob")
    #expect(artifact.kind == .multiclassProbability)
    #expect((artifact.featureCount, artifact.outputCount, artifact.treeCount) == (14, 10, 200))
    #expect(artifact.featureNames?.first == "B02")
    #expect(artifact.baseScores.count == 10)
    #expect(artifact.neededRepair)
    let old = try XGBoostArtifact(bytes: XGBoostFixtures.bytes("binlog_xgb1.7.6.json"))
    #expect(old.format == .json)
    #expect(!old.neededRepair)
    #expect(old.featureNames == nil)
    #expect(old.kind == .binaryProbability)
    #expect(try XGBoostArtifact(bytes: XGBoostFixtures.bytes("rank_xgb3.2.0.ubj")).kind == .ranking)
    #expect(try XGBoostArtifact(bytes: XGBoostFixtures.bytes("reg_xgb3.2.0.ubj")).kind == .regression)
  }

  @Test("Vector leaves are refused by name", arguments: ["multiout_xgb3.2.0.json", "multiout_xgb3.2.0.ubj"])
  func vectorLeaves(file: String) throws {
    let bytes = try XGBoostFixtures.bytes(file)
    let error = #expect(throws: ModelFileError.self) { try XGBoostArtifact(bytes: bytes) }
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains("multi_output_tree") == true)
  }

  struct Change: Sendable, CustomTestStringConvertible {
    let old: String
    let new: String
    let code: ModelFileError.Code
    var testDescription: String { "\(old) -> \(new)" }
  }

  /// Changes to `binlog_xgb3.2.0.json`, each of which makes it wrong in one way.
  static let changes = [
    Change(old: "\"version\":[3,2,0]", new: "\"version\":[4,0,0]", code: .version),
    Change(old: "\"version\":[3,2,0]", new: "\"version\":[0,90,0]", code: .version),
    Change(old: "\"version\":[3,2,0]", new: "\"version\":[3,2]", code: .damaged),
    Change(old: "\"version\":[3,2,0]", new: "\"version\":[3,2,1e400]", code: .damaged),
    Change(old: "binary:logistic", new: "binary:other", code: .unsupported),
    // libxgboost 1.7 does not have it.
    Change(old: "binary:logistic", new: "reg:expectileerror", code: .unsupported),
    Change(old: "binary:logistic", new: "multi:softprob", code: .damaged),
    Change(old: "\"name\":\"gbtree\"", new: "\"name\":\"gbforest\"", code: .unsupported),
    Change(old: "[1.0733333E-1]", new: "[1.0733333E-1,2E-1]", code: .damaged),
    Change(old: "[1.0733333E-1]", new: "[nan]", code: .damaged),
    Change(old: "[1.0733333E-1]", new: "[]", code: .damaged),
    Change(old: "[1.0733333E-1]", new: "[1.5]", code: .damaged),
    Change(old: "\"num_feature\":\"14\",\"num_target\"", new: "\"num_feature\":\"3\",\"num_target\"", code: .damaged),
    Change(old: "\"num_feature\":\"14\",\"num_target\"", new: "\"num_feature\":\"-1\",\"num_target\"", code: .damaged),
    Change(
      old: "\"num_feature\":\"14\",\"num_target\"", new: "\"num_feature\":\"99999999\",\"num_target\"", code: .tooLarge),
    Change(old: "\"num_class\":\"0\"", new: "\"num_class\":\"2\"", code: .damaged),
    Change(old: "\"num_target\":\"1\"", new: "\"num_target\":\"999999999\"", code: .tooLarge),
    Change(old: "\"num_class\":\"0\"", new: "\"num_class\":\"999999999\"", code: .tooLarge),
    Change(old: "\"num_trees\":\"", new: "\"num_trees\":\"1", code: .damaged),
    Change(old: "\"tree_info\":[0,", new: "\"tree_info\":[1,", code: .damaged),
    Change(old: "\"tree_info\":[0,", new: "\"tree_info\":[", code: .damaged),
    Change(old: "\"left_children\":[1,", new: "\"left_children\":[0,", code: .damaged),
    Change(old: "\"left_children\":[1,", new: "\"left_children\":[2,", code: .damaged),
    Change(old: "\"left_children\":[1,", new: "\"left_children\":[1000000000,", code: .damaged),
    Change(old: "\"left_children\":[1,", new: "\"left_children\":[-2,", code: .damaged),
    Change(old: "\"left_children\":[1,", new: "\"left_children\":[-1,", code: .damaged),
    Change(old: "\"left_children\":[1,", new: "\"left_children\":[1.5,", code: .damaged),
    Change(old: "\"left_children\":[1,", new: "\"left_children\":[", code: .damaged),
    Change(old: "\"right_children\":[2,", new: "\"right_children\":[1,", code: .damaged),
    Change(old: "\"split_indices\":[", new: "\"split_indices\":[0,", code: .damaged),
    Change(old: "\"split_conditions\":[", new: "\"split_conditions\":[NaN,", code: .damaged),
    Change(old: "\"split_type\":[0,", new: "\"split_type\":[1,", code: .damaged),
    Change(old: "\"categories_nodes\":[]", new: "\"categories_nodes\":[0]", code: .damaged),
    Change(old: "\"size_leaf_vector\":\"1\"", new: "\"size_leaf_vector\":\"2\"", code: .damaged),
    Change(old: "\"feature_names\":[]", new: "\"feature_names\":[\"a\"]", code: .damaged),
    Change(old: "\"feature_names\":[]", new: "\"feature_names\":[1]", code: .damaged),
    Change(old: "\"learner\":{", new: "\"learner\":{\"learner\":", code: .damaged),
  ]

  @Test("A file that contradicts itself is refused before libxgboost sees it", arguments: changes)
  func contradictions(change: Change) throws {
    let bytes = try XGBoostFixtures.bytes("binlog_xgb3.2.0.json").replacing(change.old, with: change.new)
    try #require(!bytes.isEmpty, "the text to change is in the file")
    let error = #expect(throws: ModelFileError.self) { try XGBoostArtifact(bytes: bytes) }
    #expect(error?.code == change.code)
  }

  @Test("A category that would make a huge bit field is refused")
  func hugeCategory() throws {
    let bytes = try XGBoostFixtures.bytes("cat_xgb3.2.0.json")
    let text = String(decoding: bytes, as: UTF8.self)
    let categories = try #require(text.firstRange(of: #/"categories":\[\d+/#))
    let changed = text.replacingCharacters(categories, with: "\"categories\":[16000000")
    let error = #expect(throws: ModelFileError.self) { try XGBoostArtifact(bytes: Array(changed.utf8)) }
    #expect(error?.code == .damaged)
  }

  @Test("Infinite thresholds, which XGBoost writes as -Infinity, are kept")
  func infiniteThresholds() throws {
    let bytes = try XGBoostFixtures.bytes("binlog_xgb3.2.0.json")
    let text = String(decoding: bytes, as: UTF8.self)
    let threshold = try #require(text.firstRange(of: #/"split_conditions":\[[^,]+/#))
    let changed = text.replacingCharacters(threshold, with: "\"split_conditions\":[-Infinity")
    let classifier = try XGBoostClassifier(bytes: Array(changed.utf8))
    #expect(classifier.featureCount == 14)
    let high = text.replacingCharacters(threshold, with: "\"split_conditions\":[-3e38")
    let features = try XGBoostFixtures.features("binlog_xgb3.2.0")
    #expect(
      try classifier.predict(features, rows: 500)
        == XGBoostClassifier(bytes: Array(high.utf8)).predict(features, rows: 500))
  }

  @Test("Files beyond the limits are refused")
  func limits() throws {
    let bytes = try XGBoostFixtures.bytes("binlog_xgb3.2.0.ubj")
    var changes: [(inout ModelLimits) -> Void] = []
    changes.append { $0.bytes = 1_000 }
    changes.append { $0.values = 1_000 }
    changes.append { $0.trees = 3 }
    changes.append { $0.nodes = 20 }
    changes.append { $0.features = 13 }
    for change in changes {
      var limits = ModelLimits.standard
      change(&limits)
      let error = #expect(throws: ModelFileError.self) { try XGBoostArtifact(bytes: bytes, limits: limits) }
      #expect(error?.code == .tooLarge)
    }
  }

  @Test("The library names its release")
  func release() {
    #expect(XGBoostLibrary.version >= XGBoostRelease(major: 1, minor: 7, patch: 0))
  }
}

extension String {
  /// The text with a range of it replaced.
  fileprivate func replacingCharacters(_ range: Range<String.Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
