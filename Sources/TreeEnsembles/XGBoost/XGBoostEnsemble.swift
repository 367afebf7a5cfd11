extension EnsembleModel {
  /// The same model in the terms of the evaluator.
  package init(_ model: XGBoostModel, format: ModelFileFormat) throws(ModelFileError) {
    let link = model.objective.link
    let bases = model.baseMargins.map { Double($0) }
    var sets: [CategorySet] = []
    let terms: Terms
    var treeCount = 0
    switch model.booster {
    case .linear(let weights): terms = .linear(weights)
    case .trees(let trees, let outputs, let weights):
      var converted: [EnsembleTree] = []
      converted.reserveCapacity(trees.count)
      for (index, tree) in trees.enumerated() {
        converted.append(
          EnsembleTree(tree, output: outputs[index], weight: weights.map { $0[index] } ?? 1, sets: &sets))
      }
      treeCount = trees.count
      terms = .trees(converted, sets: sets)
    }
    let facts = ModelFacts(
      format: format, library: "XGBoost", version: "\(model.version)", objective: model.objective.name,
      kind: model.kind, featureCount: model.featureCount, outputCount: model.outputCount,
      featureNames: model.featureNames, treeCount: treeCount)
    try self.init(
      facts: facts, terms: terms, bases: bases, precision: .single, transform: OutputTransform(function: link.function))
  }
}

extension XGBoostLink {
  var function: OutputTransform.Function {
    switch self {
    case .identity: .identity
    case .logistic: .logistic(steepness: 1)
    case .exponential: .exponential
    case .softmax: .softmax
    case .step: .step
    case .increasing: .increasing(by: Double(Self.tolerance))
    }
  }
}

extension EnsembleTree {
  /// A tree of XGBoost; `weight` is what DART multiplies its leaves by.
  init(_ tree: DecisionTree, output: Int, weight: Float, sets: inout [CategorySet]) {
    leafWidth = tree.leafVectors.values.first?.count ?? 1
    self.output = leafWidth > 1 ? 0 : output
    // Level by level, so that parents come before their children.
    var order: [Int32] = [0]
    var next = 0
    while next < order.count {
      let node = Int(order[next])
      next += 1
      if tree.left[node] >= 0 { order += [tree.left[node], tree.right[node]] }
    }
    var numbers = [Int32](repeating: 0, count: tree.nodeCount)
    for node in order {
      if tree.left[Int(node)] >= 0 {
        numbers[Int(node)] = Int32(splitCount)
        append(tree, node, sets: &sets)
      } else {
        numbers[Int(node)] = Int32(~leafCount)
        let values = tree.leafVectors[node] ?? [tree.value[Int(node)]]
        leaves += values.map { Double($0 * weight) }
      }
    }
    for split in left.indices {
      left[split] = numbers[Int(left[split])]
      right[split] = numbers[Int(right[split])]
    }
  }

  private mutating func append(_ tree: DecisionTree, _ node: Int32, sets: inout [CategorySet]) {
    let feature = tree.feature[Int(node)]
    let missingLeft = tree.missingLeft[Int(node)]
    left.append(tree.left[Int(node)])
    right.append(tree.right[Int(node)])
    self.feature.append(feature)
    threshold.append(tree.value[Int(node)])
    missing.append(missingLeft ? .left : .right)
    guard let members = tree.categories[node] else { return set.append(-1) }
    set.append(Int32(sets.count))
    sets.append(
      CategorySet(
        feature: Int(feature), members: Array(Set(members)).sorted(), membersGoLeft: false,
        missingGoesLeft: missingLeft, truncatesToZero: false))
  }
}
