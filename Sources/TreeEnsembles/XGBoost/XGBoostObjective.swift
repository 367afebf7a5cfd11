import Foundation

/// What a model's objective means for prediction: how margins become outputs and `base_score` becomes a margin.
package enum XGBoostLink: Sendable, Hashable {
  case identity
  case logistic
  case exponential
  case softmax
  /// 1 where the margin is above 0, else 0.
  case step
  /// The first margin as it is; each later output is larger than the one before by the softplus of its margin.
  case increasing

  /// The objective of libxgboost 1.7 that applies just this link and needs no further parameters; nil where it has none.
  package var objectiveName: String? {
    switch self {
    case .identity: "reg:squarederror"
    case .logistic: "binary:logistic"
    case .exponential: "reg:gamma"
    case .softmax: "multi:softprob"
    case .step: "binary:hinge"
    case .increasing: nil
    }
  }

  /// The `base_score` whose margin is 0.
  package var neutralBaseScore: Float {
    switch self {
    case .identity, .softmax, .step, .increasing: 0
    case .logistic: 0.5
    case .exponential: 1
    }
  }

  /// The margin of a `base_score`, in float32 arithmetic as XGBoost's `ProbToMargin` does it.
  package func margin(baseScore: Float) -> Float {
    switch self {
    case .identity, .softmax, .step, .increasing: baseScore
    case .logistic: -logf(1 / baseScore - 1)
    case .exponential: logf(baseScore)
    }
  }

  /// The margins of the `base_score` of each output.
  package func margins(baseScores: [Float]) -> [Float] {
    guard self == .increasing else { return baseScores.map(margin(baseScore:)) }
    return baseScores.indices.map { output in
      guard output > 0 else { return baseScores[0] }
      // The inverse of what makes the outputs of margins.
      let gap = max(baseScores[output] - baseScores[output - 1] - Self.tolerance, Self.tolerance)
      return gap + logf(-expm1f(-gap))
    }
  }

  /// XGBoost's `kRtEps`: the least distance of increasing outputs, and of a probability from 0 and 1.
  package static let tolerance: Float = 1e-6

  /// Whether XGBoost allows the `base_score`.
  func allows(baseScore: Float) -> Bool {
    switch self {
    case .identity, .softmax, .step, .increasing: baseScore.isFinite
    case .logistic: baseScore > 0 && baseScore < 1
    case .exponential: baseScore > 0 && baseScore.isFinite
    }
  }
}

/// An objective of XGBoost that we can run.
package struct XGBoostObjective: Sendable, Hashable {
  package let name: String
  package let link: XGBoostLink
  /// How `base_score` becomes a margin: as the link says, but `binary:logitraw` takes it for a margin already.
  package let baseLink: XGBoostLink
  package let kind: ClassifierKind

  private static let known: [String: (XGBoostLink, ClassifierKind)] = [
    "multi:softprob": (.softmax, .multiclassProbability),
    "multi:softmax": (.softmax, .multiclassProbability),
    "binary:logistic": (.logistic, .binaryProbability),
    "binary:logitraw": (.logistic, .binaryProbability),
    "binary:hinge": (.step, .binaryDecision),
    "reg:logistic": (.logistic, .regression),
    "reg:squarederror": (.identity, .regression),
    "reg:linear": (.identity, .regression),
    "reg:squaredlogerror": (.identity, .regression),
    "reg:pseudohubererror": (.identity, .regression),
    "reg:absoluteerror": (.identity, .regression),
    "reg:quantileerror": (.identity, .regression),
    "reg:expectileerror": (.increasing, .regression),
    "reg:gamma": (.exponential, .regression),
    "reg:tweedie": (.exponential, .regression),
    "count:poisson": (.exponential, .regression),
    "survival:cox": (.exponential, .regression),
    "survival:aft": (.exponential, .regression),
    "rank:ndcg": (.identity, .ranking),
    "rank:map": (.identity, .ranking),
    "rank:pairwise": (.identity, .ranking),
  ]

  init(name: String) throws(ModelFileError) {
    guard let (link, kind) = Self.known[name] else {
      throw .unsupported(
        "The objective '\(name.prefix(60))' cannot be run here; train with multi:softprob, binary:logistic or "
          + "reg:squarederror.")
    }
    self.name = name
    self.link = link
    baseLink = name == "binary:logitraw" ? .identity : link
    self.kind = kind
  }
}
