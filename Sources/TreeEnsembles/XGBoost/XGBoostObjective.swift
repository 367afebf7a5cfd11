import Foundation

/// What a model's objective means for prediction: how margins become outputs and `base_score` becomes a margin.
package enum XGBoostLink: Sendable, Hashable {
  case identity
  case logistic
  case exponential
  case softmax

  /// The objective of libxgboost 1.7 that applies just this link and needs no further parameters.
  package var objectiveName: String {
    switch self {
    case .identity: "reg:squarederror"
    case .logistic: "binary:logistic"
    case .exponential: "reg:gamma"
    case .softmax: "multi:softprob"
    }
  }

  /// The `base_score` whose margin is 0.
  package var neutralBaseScore: Float {
    switch self {
    case .identity, .softmax: 0
    case .logistic: 0.5
    case .exponential: 1
    }
  }

  /// The margin of a `base_score`, in float32 arithmetic as XGBoost's `ProbToMargin` does it.
  package func margin(baseScore: Float) -> Float {
    switch self {
    case .identity, .softmax: baseScore
    case .logistic: -logf(1 / baseScore - 1)
    case .exponential: logf(baseScore)
    }
  }

  /// Whether XGBoost allows the `base_score`.
  func allows(baseScore: Float) -> Bool {
    switch self {
    case .identity, .softmax: baseScore.isFinite
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
    "reg:logistic": (.logistic, .regression),
    "reg:squarederror": (.identity, .regression),
    "reg:linear": (.identity, .regression),
    "reg:squaredlogerror": (.identity, .regression),
    "reg:pseudohubererror": (.identity, .regression),
    "reg:absoluteerror": (.identity, .regression),
    "reg:quantileerror": (.identity, .regression),
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
