/// Reads and checks a model from the values of its file.
struct XGBoostModelReader {
  let limits: ModelLimits

  static func read(_ value: ModelValue, limits: ModelLimits) throws(ModelFileError) -> XGBoostModel {
    try XGBoostModelReader(limits: limits).model(value)
  }

  private func model(_ value: ModelValue) throws(ModelFileError) -> XGBoostModel {
    let root = try ModelObject(value, path: "$")
    guard root.has("learner") else {
      throw .format(
        "The file is JSON or UBJSON and no XGBoost model (it has no 'learner'); save the model with "
          + "booster.save_model(\"model.ubj\").")
    }
    let version = try version(root)
    let learner = try root.object("learner")
    let objective = try XGBoostObjective(name: learner.object("objective").string("name"))
    let parameters = try learner.object("learner_model_param")
    let (scores, isVector) = try baseScores(parameters.string("base_score"))
    var model = XGBoostModel(
      version: version, objective: objective,
      featureCount: try parameters.count("num_feature"),
      classCount: try parameters.optionalCount("num_class") ?? 0,
      targetCount: try parameters.optionalCount("num_target") ?? 1, baseScores: scores, baseScoreIsVector: isVector)
    try checkShape(model)
    model.featureNames = try featureStrings(learner, "feature_names", model.featureCount)
    model.featureTypes = try featureStrings(learner, "feature_types", model.featureCount)
    model.booster = try booster(learner.object("gradient_booster"), of: model)
    return model
  }

  private func version(_ root: ModelObject) throws(ModelFileError) -> XGBoostRelease {
    let numbers = try root.integers("version")
    guard numbers.count == 3, numbers.allSatisfy({ (0...9_999).contains($0) }) else {
      throw .damaged("The version of the model file is not three numbers.")
    }
    let version = XGBoostRelease(major: Int(numbers[0]), minor: Int(numbers[1]), patch: Int(numbers[2]))
    guard (1...3).contains(version.major) else {
      throw .version(
        "The model was saved by XGBoost \(version); releases 1.0 to 3.x are understood. Load and save it with one of them."
      )
    }
    return version
  }

  /// Reads `5E-1`, or since 3.1 `[5E-1]` and `[1E-1,2E-1,…]`.
  private func baseScores(_ text: String) throws(ModelFileError) -> ([Float], isVector: Bool) {
    let isVector = text.hasPrefix("[") && text.hasSuffix("]") && text.utf8.count >= 2
    let body = isVector ? text.dropFirst().dropLast() : Substring(text)
    guard text.utf8.count <= 64 * limits.outputs else { throw .tooLarge("The base_score of the model is too long.") }
    var scores: [Float] = []
    for part in body.split(separator: ",", omittingEmptySubsequences: false) {
      guard let score = Float(part), score.isFinite else {
        throw .damaged("The base_score '\(text.prefix(60))' of the model is not a number.")
      }
      scores.append(score)
    }
    guard isVector || scores.count == 1 else { throw .damaged("The base_score of the model is not a number.") }
    return (scores, isVector)
  }

  private func checkShape(_ model: XGBoostModel) throws(ModelFileError) {
    guard model.featureCount > 0 else { throw .damaged("The model has no features.") }
    guard model.featureCount <= limits.features else {
      throw .tooLarge("The model has more than \(limits.features) features.")
    }
    guard model.classCount <= limits.outputs, model.targetCount <= limits.outputs else {
      throw .tooLarge("The model has more than \(limits.outputs) outputs.")
    }
    // Other objectives write 0 or 1.
    guard model.objective.link == .softmax ? model.classCount > 0 : model.classCount <= 1 else {
      throw .damaged("The objective \(model.objective.name) does not fit num_class = \(model.classCount).")
    }
    guard model.classCount <= 1 || model.targetCount <= 1 else {
      throw .damaged("The model has \(model.classCount) classes and \(model.targetCount) targets.")
    }
    guard model.baseScores.count == 1 || model.baseScores.count == model.outputCount else {
      throw .damaged("The model has \(model.baseScores.count) base scores for \(model.outputCount) outputs.")
    }
    guard model.boundedBaseScores.allSatisfy(model.objective.baseLink.allows(baseScore:)) else {
      throw .damaged("A base_score of the model does not fit the objective \(model.objective.name).")
    }
  }

  private func featureStrings(
    _ learner: ModelObject, _ name: String, _ count: Int
  ) throws(ModelFileError) -> [String]? {
    let strings = try learner.strings(name)
    guard strings.isEmpty || strings.count == count else {
      throw .damaged("The model has \(strings.count) \(name) for \(count) features.")
    }
    return strings.isEmpty ? nil : strings
  }

  private func booster(_ object: ModelObject, of model: XGBoostModel) throws(ModelFileError) -> XGBoostModel.Booster {
    switch try object.string("name") {
    case "gbtree":
      // Since 3.4 the weights that dart gives its trees stand beside them.
      let inner = try object.object("model")
      return try trees(inner, of: model, weights: inner.has("weight_drop") ? inner.reals("weight_drop") : nil)
    case "dart":
      return try trees(object.object("gbtree").object("model"), of: model, weights: object.reals("weight_drop"))
    case "gblinear":
      let weights = try object.object("model").reals("weights")
      guard weights.count == (model.featureCount + 1) * model.outputCount, weights.allSatisfy(\.isFinite) else {
        throw .damaged("The weights of the linear model do not fit its features and outputs.")
      }
      return .linear(weights)
    case let name:
      throw .unsupported("The booster '\(name.prefix(60))' cannot be run here; train with gbtree, dart or gblinear.")
    }
  }

  private func trees(
    _ object: ModelObject, of model: XGBoostModel, weights: [Float]?
  ) throws(ModelFileError) -> XGBoostModel.Booster {
    let parameters = try object.object("gbtree_model_param")
    let list = try object.list("trees")
    guard list.count <= limits.trees else { throw .tooLarge("The model has more than \(limits.trees) trees.") }
    let outputs = try object.integers("tree_info")
    guard !list.isEmpty else { throw .damaged("The model has no trees: it was saved before it was trained.") }
    guard try parameters.count("num_trees") == list.count, outputs.count == list.count,
      weights == nil || weights?.count == list.count
    else { throw .damaged("The number of trees of the model contradicts its parameters.") }
    guard weights?.allSatisfy(\.isFinite) ?? true else {
      throw .damaged("A tree weight of the model is not a finite number.")
    }
    guard outputs.allSatisfy({ $0 >= 0 && $0 < model.outputCount }) else {
      throw .damaged("A tree of the model belongs to an output that does not exist.")
    }
    var trees: [DecisionTree] = []
    trees.reserveCapacity(list.count)
    var (nodes, categoryBytes) = (0, 0)
    for (index, value) in list.enumerated() {
      let tree = try DecisionTreeReader.read(
        value, index: index, featureCount: model.featureCount, outputCount: model.outputCount, limits: limits)
      nodes += tree.nodeCount
      for members in tree.categories.values { categoryBytes += Int(members.max() ?? 0) / 8 + 4 }
      guard nodes <= limits.nodes, categoryBytes <= limits.categoryBytes else {
        throw .tooLarge("The trees of the model have more than \(limits.nodes) nodes or too many categories.")
      }
      trees.append(tree)
    }
    return .trees(trees, outputs: outputs.map { Int($0) }, weights: weights)
  }
}
