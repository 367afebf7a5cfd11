import TreeEnsembles

/// Writes a checked model as libxgboost 1.7 wants it: only what prediction needs, every array typed and consistent.
///
/// The library never sees bytes of the user's file, only these.
enum XGBoostModelWriter {
  /// The UBJSON of a model whose `base_score` is one number.
  ///
  /// - Parameter objective: the library's own that has the model's link.
  static func bytes(_ model: XGBoostModel, objective: String) -> [UInt8] {
    var writer = UBJSONWriter()
    writer.object { root in
      root.member("learner", object: { write(model, objective, to: &$0) })
      root.member("version", list: [1, 7, 4]) { $0.int32($1) }
    }
    return writer.bytes
  }

  private static func write(_ model: XGBoostModel, _ objective: String, to learner: inout UBJSONWriter) {
    learner.member("attributes", object: { _ in })
    learner.member("feature_names", list: [Int]()) { _, _ in }
    learner.member("feature_types", list: [Int]()) { _, _ in }
    learner.member("gradient_booster", object: { write(model.booster, of: model, to: &$0) })
    learner.member(
      "learner_model_param",
      object: { parameters in
        parameters.member("base_score", "\(model.baseScores.first ?? 0)")
        parameters.member("boost_from_average", "1")
        parameters.member("num_class", "\(model.classCount)")
        parameters.member("num_feature", "\(model.featureCount)")
        parameters.member("num_target", "\(model.targetCount)")
      })
    learner.member("objective", object: { write(model, objective, toObjective: &$0) })
  }

  private static func write(_ model: XGBoostModel, _ name: String, toObjective objective: inout UBJSONWriter) {
    objective.member("name", name)
    switch model.objective.link {
    case .identity, .logistic:
      objective.member("reg_loss_param", object: { $0.member("scale_pos_weight", "1") })
    case .softmax:
      objective.member("softmax_multiclass_param", object: { $0.member("num_class", "\(model.classCount)") })
    case .exponential, .step, .increasing: break
    }
  }

  private static func write(_ booster: XGBoostModel.Booster, of model: XGBoostModel, to output: inout UBJSONWriter) {
    switch booster {
    case .linear(let weights):
      output.member("model", object: { $0.member("weights", list: weights) { $0.float($1) } })
      output.member("name", "gblinear")
    case .trees(let trees, let outputs, nil):
      output.member("model", object: { write(trees, outputs, model.featureCount, to: &$0) })
      output.member("name", "gbtree")
    case .trees(let trees, let outputs, let weights?):
      output.member(
        "gbtree",
        object: { inner in
          inner.member("model", object: { write(trees, outputs, model.featureCount, to: &$0) })
          inner.member("name", "gbtree")
        })
      output.member("name", "dart")
      output.member("weight_drop", list: weights) { $0.float($1) }
    }
  }

  private static func write(
    _ trees: [DecisionTree], _ outputs: [Int], _ featureCount: Int, to model: inout UBJSONWriter
  ) {
    model.member(
      "gbtree_model_param",
      object: { parameters in
        parameters.member("num_parallel_tree", "1")
        parameters.member("num_trees", "\(trees.count)")
        parameters.member("size_leaf_vector", "0")
      })
    model.member("tree_info", list: outputs) { $0.int32(Int32($1)) }
    model.member("trees", list: Array(trees.enumerated())) { list, entry in
      list.object { write(entry.element, Int32(entry.offset), featureCount, to: &$0) }
    }
  }

  private static func write(_ tree: DecisionTree, _ index: Int32, _ featureCount: Int, to output: inout UBJSONWriter) {
    let zeros = [Float](repeating: 0, count: tree.nodeCount)
    output.member("base_weights", floats: zeros)
    writeCategories(tree, to: &output)
    output.member("default_left", uint8s: tree.missingLeft.map { $0 ? 1 : 0 })
    output.member("id", int32: index)
    output.member("left_children", int32s: tree.left)
    output.member("loss_changes", floats: zeros)
    output.member("parents", int32s: parents(tree))
    output.member("right_children", int32s: tree.right)
    output.member("split_conditions", floats: tree.value)
    output.member("split_indices", int32s: tree.feature)
    output.member("split_type", uint8s: tree.left.indices.map { tree.categories[Int32($0)] == nil ? 0 : 1 })
    output.member("sum_hessian", floats: zeros)
    output.member(
      "tree_param",
      object: { parameters in
        parameters.member("num_deleted", "0")
        parameters.member("num_feature", "\(featureCount)")
        parameters.member("num_nodes", "\(tree.nodeCount)")
        parameters.member("size_leaf_vector", "0")
      })
  }

  private static func writeCategories(_ tree: DecisionTree, to output: inout UBJSONWriter) {
    let nodes = tree.categories.keys.sorted()
    var (members, starts, sizes) = ([Int32](), [Int64](), [Int64]())
    for node in nodes {
      let categories = tree.categories[node] ?? []
      starts.append(Int64(members.count))
      sizes.append(Int64(categories.count))
      members += categories
    }
    output.member("categories", int32s: members)
    output.member("categories_nodes", int32s: nodes)
    output.member("categories_segments", int64s: starts)
    output.member("categories_sizes", int64s: sizes)
  }

  /// The parent of each node; the root's is the largest int32, as XGBoost writes it.
  private static func parents(_ tree: DecisionTree) -> [Int32] {
    var parents = [Int32](repeating: .max, count: tree.nodeCount)
    for node in tree.left.indices where tree.left[node] >= 0 {
      parents[Int(tree.left[node])] = Int32(node)
      parents[Int(tree.right[node])] = Int32(node)
    }
    return parents
  }
}
