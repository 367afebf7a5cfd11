import TreeEnsembles

extension XGBoostModel {
  /// The same model in terms libxgboost 1.7 reads right: one `base_score` for all outputs, not a vector.
  ///
  /// libxgboost 1.7 takes a vector for 0.5 without a word. Here each base margin becomes a tree of one leaf in front of
  /// the others (a linear model takes it into its bias) and `base_score` the value whose margin is 0, so that every
  /// float32 sum begins with the base margin and adds the leaves in order, which is how later releases add them. DART is
  /// always rewritten: 1.7 subtracts `base_score` again before it weighs a tree, which would round once more.
  func withScalarBaseScore() -> XGBoostModel {
    var model = self
    model.baseScoreIsVector = false
    var isWeighted = false
    if case .trees(_, _, .some) = booster { isWeighted = true }
    let margins = baseMargins
    if baseScores.count == 1, !isWeighted {
      let own = objective.link.margin(baseScore: baseScores[0])
      if margins.allSatisfy({ $0 == own }) { return model }
    }
    model.baseScores = [objective.link.neutralBaseScore]
    switch booster {
    case .trees(let trees, let outputs, let weights):
      model.booster = .trees(
        margins.map(DecisionTree.leaf) + trees, outputs: Array(margins.indices) + outputs,
        weights: weights.map { margins.map { _ in 1 } + $0 })
    case .linear(var weights):
      let bias = featureCount * outputCount
      for (output, margin) in margins.enumerated() { weights[bias + output] += margin }
      model.booster = .linear(weights)
    }
    return model
  }
}
