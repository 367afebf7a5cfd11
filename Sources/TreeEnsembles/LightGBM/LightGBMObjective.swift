/// An objective of LightGBM as its text models name it, such as `binary sigmoid:1`.
struct LightGBMObjective {
  let kind: ClassifierKind
  let function: OutputTransform.Function

  /// Objectives that may be trained on square roots (`reg_sqrt`), whose outputs are squares then.
  private static let ofRoots: Set = ["regression", "regression_l1", "huber", "fair", "quantile", "mape"]

  /// Objectives without parameters that matter for prediction.
  private static let plain: [String: (ClassifierKind, OutputTransform.Function)] = [
    "regression": (.regression, .identity), "regression_l1": (.regression, .identity),
    "huber": (.regression, .identity), "fair": (.regression, .identity), "quantile": (.regression, .identity),
    "mape": (.regression, .identity), "poisson": (.regression, .exponential), "gamma": (.regression, .exponential),
    "tweedie": (.regression, .exponential), "cross_entropy": (.regression, .logistic(steepness: 1)),
    "cross_entropy_lambda": (.regression, .softplus), "lambdarank": (.ranking, .identity),
    "rank_xendcg": (.ranking, .identity), "multiclass": (.multiclassProbability, .softmax),
    "custom": (.regression, .identity), "none": (.regression, .identity), "": (.regression, .identity),
  ]

  init(_ text: Substring, outputCount: Int) throws(ModelFileError) {
    let words = text.split(separator: " ")
    let name = words.first.map(String.init) ?? ""
    switch name {
    case "binary":
      self.init(kind: .binaryProbability, function: .logistic(steepness: try Self.steepness(words)))
    case "multiclassova":
      self.init(kind: .multiclassProbability, function: .logistic(steepness: try Self.steepness(words)))
    case _ where Self.ofRoots.contains(name) && words.contains("sqrt"):
      self.init(kind: .regression, function: .signedSquare)
    default:
      guard let (kind, function) = Self.plain[name] else {
        throw .unsupported(
          "The objective '\(name.prefix(60))' cannot be run here; train with binary, multiclass or regression.")
      }
      self.init(kind: kind, function: function)
    }
    guard (kind == .multiclassProbability) == (outputCount > 1) || kind == .regression else {
      throw .damagedText("The objective \(name) does not fit \(outputCount) outputs.")
    }
  }

  private init(kind: ClassifierKind, function: OutputTransform.Function) {
    self.kind = kind
    self.function = function
  }

  private static func steepness(_ words: [Substring]) throws(ModelFileError) -> Float {
    guard let word = words.first(where: { $0.hasPrefix("sigmoid:") }) else { return 1 }
    guard let steepness = Float(word.dropFirst(8)), steepness > 0, steepness.isFinite else {
      throw .damagedText("The sigmoid of the model's objective is not a positive number.")
    }
    return steepness
  }
}
