import Foundation
import TreeEnsembles

/// The model files of real releases in `fixtures/models`.
enum ModelFixtures {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let folder = repository.appending(path: "fixtures/models")

  static let xgboost = [
    "binlog_xgb1.7.6", "binlog_xgb2.1.4", "binlog_xgb3.0.5", "binlog_xgb3.1.3", "binlog_xgb3.2.0", "reg_xgb1.7.6",
    "reg_xgb2.1.4", "reg_xgb3.0.5", "reg_xgb3.1.3", "reg_xgb3.2.0", "softprob_xgb1.7.6", "softprob_xgb2.1.4",
    "softprob_xgb3.0.5", "softprob_xgb3.1.3", "softprob_xgb3.2.0", "softmax_xgb3.2.0", "cat_xgb3.2.0", "dart_xgb3.2.0",
    "linear_xgb3.2.0", "lulc20_xgb3.2.0", "rank_xgb3.2.0", "multiout_xgb3.2.0",
  ]

  /// Every model of XGBoost in both encodings.
  static let xgboostFiles = xgboost.flatMap { ["\($0).json", "\($0).ubj"] }

  static let lightGBM = ["lgbm4.7_binary", "lgbm4.7_multiclass", "lgbm4.7_reg"]

  static let rows = 500

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: name)))
  }

  static func model(_ file: String) throws -> EnsembleModel { try EnsembleModel(bytes: bytes(file)) }

  /// The 500 rows the models' outputs are known for, row-major.
  static func features(_ name: String) throws -> [Float] {
    try table(name.hasPrefix("cat_") ? "features_cat_500x14.csv" : "features_500x14.csv").map { Float($0) }
  }

  /// The numbers of a CSV file without a header.
  static func table(_ name: String) throws -> [Double] {
    try String(decoding: bytes(name), as: UTF8.self).split { $0 == "," || $0.isNewline }.map {
      guard let number = Double($0) else { throw CocoaError(.fileReadCorruptFile) }
      return number
    }
  }
}
