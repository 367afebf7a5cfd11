public import TreeEnsembles

/// The guard in front of libxgboost: a model file that has been read, checked and made safe to load.
///
/// Pickle, joblib, archives, web pages and the old binary format are refused with advice. JSON and UBJSON of releases
/// 1.0 to 3.x are read whole by our own bounded readers: every index, length and number is checked, and what libxgboost
/// 1.7 would misread is rewritten exactly. The library gets only bytes written here, so no file can crash it.
///
/// All trees count: a `best_iteration` of early stopping is not applied, as in `Booster.predict`.
public struct XGBoostArtifact: Sendable {
  /// The encoding of the file.
  public let format: ModelFileFormat
  /// The release that saved the file.
  public let version: XGBoostRelease
  /// The objective as the file names it, such as `multi:softprob`.
  public let objective: String
  /// What the outputs mean; `multi:softmax` and `binary:logitraw` give probabilities here too.
  public let kind: ClassifierKind
  /// Features of a row.
  public let featureCount: Int
  /// Outputs of a row.
  public let outputCount: Int
  /// The names of the features, nil where the file has none.
  public let featureNames: [String]?
  /// XGBoost's types of the features (`q`, `float`, `int`, `i`, `c`), nil where the file has none.
  public let featureTypes: [String]?
  /// `base_score` as the file has it: one number, or one for each output.
  public let baseScores: [Float]
  /// Whether libxgboost 1.7 would have read the file without an error and predicted wrongly.
  public let neededRepair: Bool
  /// How many trees add up; 0 for a linear model.
  public let treeCount: Int
  /// The model as libxgboost 1.7 reads it.
  let libraryBytes: [UInt8]
  /// Whether the model is linear.
  let isLinear: Bool

  /// Reads and checks a model file.
  ///
  /// - Throws: ``ModelFileError`` that says what is wrong and what to do.
  public init(bytes: [UInt8], limits: ModelLimits = .standard) throws(ModelFileError) {
    let reading = try XGBoostModel.read(bytes, limits: limits)
    guard !reading.model.hasVectorLeaves else {
      throw .unsupported(
        "The model has vector leaves (multi_strategy=multi_output_tree), which libxgboost 1.7 does not know.")
    }
    guard let objective = reading.model.objective.link.objectiveName else {
      throw .unsupported("The objective \(reading.model.objective.name) is not one of libxgboost 1.7.")
    }
    self.init(reading.model, libraryObjective: objective, format: reading.format)
  }

  private init(_ model: XGBoostModel, libraryObjective: String, format: ModelFileFormat) {
    self.format = format
    version = model.version
    objective = model.objective.name
    kind = model.kind
    featureCount = model.featureCount
    outputCount = model.outputCount
    featureNames = model.featureNames
    featureTypes = model.featureTypes
    baseScores = model.baseScores
    neededRepair = model.baseScoreIsVector
    switch model.booster {
    case .trees(let trees, _, _):
      treeCount = trees.count
      isLinear = false
    case .linear:
      treeCount = 0
      isLinear = true
    }
    libraryBytes = XGBoostModelWriter.bytes(model.withScalarBaseScore(), objective: libraryObjective)
  }
}
