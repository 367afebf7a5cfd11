/// A release of XGBoost.
public struct XGBoostRelease: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let major: Int
  public let minor: Int
  public let patch: Int

  public init(major: Int, minor: Int, patch: Int) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  public var description: String { "\(major).\(minor).\(patch)" }

  public static func < (one: XGBoostRelease, other: XGBoostRelease) -> Bool {
    (one.major, one.minor, one.patch) < (other.major, other.minor, other.patch)
  }
}

/// The parts of a model that decide what it predicts, all checked.
package struct XGBoostModel: Sendable {
  /// What adds up to a row's margins.
  package enum Booster: Sendable {
    /// Trees, each with the output it adds to and, for DART, its weight.
    case trees([DecisionTree], outputs: [Int], weights: [Float]?)
    /// `[featureCount + 1, outputCount]` row-major; the last row is the bias.
    case linear([Float])
  }

  package var version: XGBoostRelease
  package var objective: XGBoostObjective
  package var featureCount: Int
  /// The classes of `num_class`; 0 where the model is not multi-class.
  package var classCount: Int
  /// The targets of `num_target`.
  package var targetCount: Int
  package var featureNames: [String]?
  package var featureTypes: [String]?
  /// One value for all outputs, or one for each.
  package var baseScores: [Float]
  /// Whether `base_score` is written as a vector, as releases from 3.1 do.
  package var baseScoreIsVector: Bool
  package var booster: Booster

  package var outputCount: Int { max(classCount, targetCount, 1) }

  /// What the outputs mean: a binary objective with several targets gives labels.
  package var kind: ClassifierKind {
    targetCount > 1 && objective.kind.isBinary ? .multilabel : objective.kind
  }

  /// `base_score` as the release that saved the file takes it: from 3.2 on a probability may be 0 or 1, where all labels
  /// of the training data are the same, and is kept from both.
  var boundedBaseScores: [Float] {
    guard objective.baseLink == .logistic, version >= XGBoostRelease(major: 3, minor: 2, patch: 0) else {
      return baseScores
    }
    let least = XGBoostLink.tolerance
    return baseScores.map { (0...1).contains($0) ? min(max($0, least), 1 - least) : $0 }
  }

  /// Where the sum of each output starts. XGBoost lets all outputs of a linear model start at the first base score.
  package var baseMargins: [Float] {
    var isLinear = false
    if case .linear = booster { isLinear = true }
    let scores = boundedBaseScores
    return objective.baseLink.margins(
      baseScores: (0..<outputCount).map { scores[isLinear || scores.count == 1 ? 0 : $0] })
  }

  /// Whether leaves are vectors (`multi_strategy=multi_output_tree`).
  package var hasVectorLeaves: Bool {
    guard case .trees(let trees, _, _) = booster else { return false }
    return trees.contains { !$0.leafVectors.isEmpty }
  }

  /// A file that has been read, and its encoding.
  package struct Reading {
    package let model: XGBoostModel
    package let format: ModelFileFormat
  }

  /// Reads and checks a model file.
  package static func read(_ bytes: [UInt8], limits: ModelLimits) throws(ModelFileError) -> Reading {
    let format = try ModelFileFormat(sniffing: bytes, limits: limits)
    return Reading(model: try XGBoostModel(bytes: bytes, format: format, limits: limits), format: format)
  }

  /// Reads and checks the model of a file whose format is known.
  package init(bytes: [UInt8], format: ModelFileFormat, limits: ModelLimits) throws(ModelFileError) {
    let value =
      switch format {
      case .json: try ModelText.parse(bytes, limits: limits)
      case .ubjson: try UBJSONReader.parse(bytes, limits: limits)
      case .lightGBM: throw ModelFileError.notXGBoost
      }
    self = try XGBoostModelReader.read(value, limits: limits)
  }

  init(
    version: XGBoostRelease, objective: XGBoostObjective, featureCount: Int, classCount: Int, targetCount: Int,
    baseScores: [Float], baseScoreIsVector: Bool
  ) {
    self.version = version
    self.objective = objective
    self.featureCount = featureCount
    self.classCount = classCount
    self.targetCount = targetCount
    self.baseScores = baseScores
    self.baseScoreIsVector = baseScoreIsVector
    booster = .linear([])
  }
}
