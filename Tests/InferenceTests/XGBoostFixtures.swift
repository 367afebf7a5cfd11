import Foundation
import Inference
import TreeEnsembles

/// The model files of real releases in `fixtures/models`.
enum XGBoostFixtures {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let folder = repository.appending(path: "fixtures/models")

  static let runnable = [
    "binlog_xgb1.7.6", "binlog_xgb2.1.4", "binlog_xgb3.0.5", "binlog_xgb3.1.3", "binlog_xgb3.2.0", "reg_xgb1.7.6",
    "reg_xgb2.1.4", "reg_xgb3.0.5", "reg_xgb3.1.3", "reg_xgb3.2.0", "softprob_xgb1.7.6", "softprob_xgb2.1.4",
    "softprob_xgb3.0.5", "softprob_xgb3.1.3", "softprob_xgb3.2.0", "softmax_xgb3.2.0", "cat_xgb3.2.0", "dart_xgb3.2.0",
    "linear_xgb3.2.0", "lulc20_xgb3.2.0", "rank_xgb3.2.0",
  ]

  /// Every runnable model in both encodings.
  static let files = runnable.flatMap { ["\($0).json", "\($0).ubj"] }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: name)))
  }

  static func catalogModel(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: repository.appending(path: "fixtures/catalog/models/\(name)")))
  }

  /// The 500 rows the models' outputs are known for.
  static func features(_ name: String) throws -> [Float] {
    try table(name.hasPrefix("cat_") ? "features_cat_500x14.csv" : "features_500x14.csv")
  }

  static let rows = 500

  /// The numbers of a CSV file without a header.
  static func table(_ name: String) throws -> [Float] {
    try String(decoding: bytes(name), as: UTF8.self).split { $0 == "," || $0.isNewline }.map {
      guard let number = Float($0) else { throw CocoaError(.fileReadCorruptFile) }
      return number
    }
  }

  static func largestDifference(_ one: [Float], _ other: [Float]) -> Float {
    guard one.count == other.count else { return .infinity }
    return zip(one, other).reduce(0) { largest, pair in
      let difference = abs(pair.0 - pair.1)
      return difference.isNaN ? .infinity : max(largest, difference)
    }
  }
}

extension [UInt8] {
  /// The bytes with the first occurrence of a text replaced.
  func replacing(_ old: String, with new: String) -> [UInt8] {
    let pattern = [UInt8](old.utf8)
    guard let start = indices.first(where: { self[$0...].starts(with: pattern) }) else { return [] }
    return self[..<start] + [UInt8](new.utf8) + self[(start + pattern.count)...]
  }
}
