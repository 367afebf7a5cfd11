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
struct XGBoostModel: Sendable {
  /// What adds up to a row's margins.
  enum Booster: Sendable {
    /// Trees, each with the output it adds to and, for DART, its weight.
    case trees([DecisionTree], outputs: [Int], weights: [Float]?)
    /// `[featureCount + 1, outputCount]` row-major; the last row is the bias.
    case linear([Float])
  }

  var version: XGBoostRelease
  var objective: XGBoostObjective
  var featureCount: Int
  /// The classes of `num_class`; 0 where the model is not multi-class.
  var classCount: Int
  /// The targets of `num_target`.
  var targetCount: Int
  var featureNames: [String]?
  var featureTypes: [String]?
  /// One value for all outputs, or one for each.
  var baseScores: [Float]
  /// Whether `base_score` is written as a vector, as releases from 3.1 do.
  var baseScoreIsVector: Bool
  var booster: Booster

  var outputCount: Int { max(classCount, targetCount, 1) }
}
