import CGeo
import Synchronization
public import TreeEnsembles

/// A model of XGBoost, run by libxgboost behind the guard of ``XGBoostArtifact``.
///
/// One lock guards the booster: calls from several threads wait for each other. A prediction blocks its thread.
/// An infinite feature is compared like any other number in trees; a linear model refuses it.
public final class XGBoostClassifier: Classifier {
  /// What is known of the model file.
  public let artifact: XGBoostArtifact

  private let booster: Mutex<XGBoostBooster>

  /// Loads a checked model.
  ///
  /// - Parameter threads: How many threads a prediction uses; 0 is one for each core.
  /// - Throws: ``ModelFileError`` when the library refuses the model or cannot predict a row of missing values.
  public init(_ artifact: XGBoostArtifact, threads: Int = 0) throws(ModelFileError) {
    self.artifact = artifact
    booster = Mutex(try XGBoostBooster.loading(trustedBytes: artifact.libraryBytes, threads: threads))
    _ = try predict([Float](repeating: .nan, count: artifact.featureCount), rows: 1)
  }

  /// Reads, checks and loads a model file.
  public convenience init(bytes: [UInt8], threads: Int = 0) throws(ModelFileError) {
    try self.init(XGBoostArtifact(bytes: bytes), threads: threads)
  }

  public var kind: ClassifierKind { artifact.kind }
  public var featureCount: Int { artifact.featureCount }
  public var outputCount: Int { artifact.outputCount }
  public var featureNames: [String]? { artifact.featureNames }

  public func predict(_ features: [Float], rows: Int, into outputs: inout [Float]) throws(ModelFileError) {
    try run(features, rows: rows, margins: false, into: &outputs)
  }

  /// The margins of a block of rows, before the objective's transformation: `[rows, outputCount]`.
  public func margins(_ features: [Float], rows: Int) throws(ModelFileError) -> [Float] {
    guard rows >= 0, rows <= features.count else { throw .shape("The feature array is shorter than \(rows) rows.") }
    var outputs = [Float](repeating: 0, count: rows * outputCount)
    try run(features, rows: rows, margins: true, into: &outputs)
    return outputs
  }

  private func run(
    _ features: [Float], rows: Int, margins: Bool, into outputs: inout [Float]
  ) throws(ModelFileError) {
    guard rows >= 0, rows <= Int(Int32.max), features.count >= rows * featureCount, outputs.count >= rows * outputCount
    else {
      throw .shape(
        "The arrays do not fit \(rows) rows of \(featureCount) features and \(outputCount) outputs: they hold "
          + "\(features.count) and \(outputs.count) numbers.")
    }
    guard rows > 0 else { return }
    try booster.withLock { booster throws(ModelFileError) in
      try booster.predict(
        features, rows: rows, columns: featureCount, outputCount: outputCount, linear: artifact.isLinear,
        margins: margins, into: &outputs)
    }
  }
}

/// The XGBoost library this program runs on.
public enum XGBoostLibrary {
  /// The release of the library.
  public static var version: XGBoostRelease {
    var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
    unsafe XGBoostVersion(&major, &minor, &patch)
    return XGBoostRelease(major: Int(major), minor: Int(minor), patch: Int(patch))
  }

  /// What the library predicts from a model file without the guard; for comparison only.
  ///
  /// The file must be trusted: a wild index in it can crash the process.
  public static func predictWithoutGuard(
    trustedBytes bytes: [UInt8], _ features: [Float], rows: Int, featureCount: Int, outputCount: Int,
    margins: Bool = false
  ) throws(ModelFileError) -> [Float] {
    guard rows > 0, features.count >= rows * featureCount else { throw .shape("The feature array is too short.") }
    var outputs = [Float](repeating: 0, count: rows * outputCount)
    let booster = try XGBoostBooster.loading(trustedBytes: bytes, threads: 0)
    try booster.predict(
      features, rows: rows, columns: featureCount, outputCount: outputCount, linear: false, margins: margins,
      into: &outputs)
    return outputs
  }
}
