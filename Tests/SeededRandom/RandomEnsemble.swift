/// An ensemble of random trees: as a file of XGBoost, and as a plain walk from root to leaf that says what it must give.
public struct RandomEnsemble: Sendable {
  /// What the trees are like.
  public struct Shape: Sendable {
    public var features = 6
    public var trees = 20
    public var outputs = 1
    /// Leaves of a tree, at most.
    public var leaves = 40
    /// Whether a tree grows at one leaf only, so that it is as deep as it has splits.
    public var isChain = false
    /// Different thresholds of a feature, at most.
    public var thresholds = 60
    /// Whether the first feature holds categories.
    public var categories = 0

    public init() {}
  }

  struct Node: Sendable {
    var left = -1
    var right = -1
    var feature = 0
    /// The threshold, or the leaf.
    var value: Float = 0
    var missingLeft = false
    var categories: [Int] = []
  }

  public let shape: Shape
  let trees: [[Node]]
  let pools: [[Float]]

  /// Grows the trees.
  public init(_ shape: Shape, using random: inout SeededGenerator) {
    self.shape = shape
    var pools: [[Float]] = []
    for _ in 0..<shape.features {
      var pool = (0..<shape.thresholds).map { _ in Self.number(using: &random) }
      pool += [0, -0.0, .leastNonzeroMagnitude]
      if Bool.random(using: &random) { pool += [.infinity, -.infinity] }
      pools.append(pool)
    }
    self.pools = pools
    trees = (0..<shape.trees).map { _ in Self.tree(shape, pools, using: &random) }
  }

  private static func number(using random: inout SeededGenerator) -> Float {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: Float(Int.random(in: -50...50, using: &random))
    case 1: Float.random(in: -1...1, using: &random)
    case 2: Float.random(in: 0...10_000, using: &random)
    default: Float.random(in: -1e30...1e30, using: &random)
    }
  }

  private static func tree(_ shape: Shape, _ pools: [[Float]], using random: inout SeededGenerator) -> [Node] {
    var nodes = [Node()]
    var open = [0]
    for _ in 1..<max(Int.random(in: 1...shape.leaves, using: &random), 1) {
      let place = shape.isChain ? open.count - 1 : Int.random(in: 0..<open.count, using: &random)
      let node = open.remove(at: place)
      nodes[node].left = nodes.count
      nodes[node].right = nodes.count + 1
      nodes[node].feature = Int.random(in: 0..<shape.features, using: &random)
      nodes[node].missingLeft = Bool.random(using: &random)
      if shape.categories > 0, nodes[node].feature == 0 {
        nodes[node].categories = (0..<shape.categories).filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
        if nodes[node].categories.isEmpty { nodes[node].categories = [0] }
      } else {
        nodes[node].value = pools[nodes[node].feature].randomElement(using: &random) ?? 0
      }
      open += [nodes.count, nodes.count + 1]
      nodes += [Node(), Node()]
    }
    for node in open { nodes[node].value = Float.random(in: -1...1, using: &random) }
    return nodes
  }

  /// Rows of values at, beside and far from the thresholds, with missing ones and infinities.
  public func rows(_ count: Int, using random: inout SeededGenerator) -> [Float] {
    (0..<(count * shape.features)).map { index in
      let feature = index % shape.features
      if shape.categories > 0, feature == 0 {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return .nan
        case 1: return Float.random(in: -3...20, using: &random)
        case 2: return [Float(shape.categories), 20_000_000, -1, 16_777_216].randomElement(using: &random) ?? 0
        default: return Float(Int.random(in: 0..<(shape.categories + 2), using: &random))
        }
      }
      let near = pools[feature].randomElement(using: &random) ?? 0
      switch Int.random(in: 0..<10, using: &random) {
      case 0: return .nan
      case 1: return .infinity
      case 2: return -.infinity
      case 3: return near.nextUp
      case 4: return near.nextDown
      case 5: return Self.number(using: &random)
      default: return near
      }
    }
  }

  /// The margins of a row: float32 sums in the order of the trees, from zero.
  public func margins(_ row: ArraySlice<Float>) -> [Float] {
    var sums = [Float](repeating: 0, count: shape.outputs)
    for (number, tree) in trees.enumerated() {
      var node = tree[0]
      while node.left >= 0 {
        node = tree[goesLeft(node, row[row.startIndex + node.feature]) ? node.left : node.right]
      }
      sums[number % shape.outputs] += node.value
    }
    return sums
  }

  private func goesLeft(_ node: Node, _ value: Float) -> Bool {
    if value.isNaN { return node.missingLeft }
    guard !node.categories.isEmpty else { return value < node.value }
    guard value >= 0, value < 16_777_216 else { return true }
    return !node.categories.contains(Int(value))
  }

  /// What the file of an ensemble says around its trees.
  public struct Wrapping: Sendable {
    /// The objective; of several outputs that are classes it is `multi:softprob`.
    public var objective = "reg:squarederror"
    /// Whether several outputs are targets (`num_target`) and not classes.
    public var outputsAreTargets = false
    public var baseScore = "0E0"
    /// What dart multiplies the trees by, in turn; empty for gbtree.
    public var treeWeights: [Float] = []
    /// Whether these stand beside the trees, as since XGBoost 3.4, and not around them.
    public var weightsStandBesideTrees = false

    public init() {}
  }

  /// How many thresholds the trees compare a feature with, of the feature that has most.
  public var mostCuts: Int {
    let splits = trees.joined().filter { $0.left >= 0 && $0.categories.isEmpty }
    return Dictionary(grouping: splits, by: \.feature).values.map { Set($0.map(\.value)).count }.max() ?? 0
  }

  /// The file, as XGBoost 2 writes it: `multi:softprob` where there are several outputs, else `reg:squarederror`.
  public var json: [UInt8] { json(Wrapping()) }

  /// The file, as XGBoost 2 writes it.
  public func json(_ wrapping: Wrapping) -> [UInt8] {
    let several = shape.outputs > 1 && !wrapping.outputsAreTargets
    let objective =
      several
      ? #"{"name":"multi:softprob","softmax_multiclass_param":{"num_class":"\#(shape.outputs)"}}"#
      : #"{"name":"\#(wrapping.objective)","reg_loss_param":{"scale_pos_weight":"1"}}"#
    let info = trees.indices.map { "\($0 % shape.outputs)" }.joined(separator: ",")
    let bodies = trees.indices.map { text(trees[$0], id: $0) }.joined(separator: ",")
    let weights = wrapping.treeWeights
    let dropped = weights.isEmpty ? "" : trees.indices.map { "\(weights[$0 % weights.count])" }.joined(separator: ",")
    let isInner = wrapping.weightsStandBesideTrees
    let gbtree = """
      {"model":{\(isInner ? #""weight_drop":[\#(dropped)],"# : "")"gbtree_model_param":{"num_parallel_tree":"1","num_trees":"\(trees.count)","size_leaf_vector":"0"},\
      "tree_info":[\(info)],"trees":[\(bodies)]},"name":"gbtree"}
      """
    let document = """
      {"learner":{"attributes":{},"feature_names":[],"feature_types":[],\
      "gradient_booster":\(booster(gbtree, weights: isInner ? "" : dropped)),\
      "learner_model_param":{"base_score":"\(wrapping.baseScore)","boost_from_average":"1",\
      "num_class":"\(several ? shape.outputs : 0)","num_feature":"\(shape.features)",\
      "num_target":"\(several ? 1 : shape.outputs)"},"objective":\(objective)},"version":[2,1,4]}
      """
    return Array(document.utf8)
  }

  /// The trees as a booster of their own, or within dart.
  private func booster(_ gbtree: String, weights: String) -> String {
    weights.isEmpty ? gbtree : #"{"gbtree":\#(gbtree),"name":"dart","weight_drop":[\#(weights)]}"#
  }

  private func text(_ tree: [Node], id: Int) -> String {
    func list(_ name: String, _ element: (Node) -> String) -> String {
      "\"\(name)\":[\(tree.map(element).joined(separator: ","))]"
    }
    let sets = tree.enumerated().filter { !$0.element.categories.isEmpty }
    var starts: [Int] = []
    var total = 0
    for set in sets {
      starts.append(total)
      total += set.element.categories.count
    }
    func numbers(_ name: String, _ values: [Int]) -> String {
      "\"\(name)\":[\(values.map(String.init).joined(separator: ","))]"
    }
    let members = [
      list("left_children") { "\($0.left)" }, list("right_children") { "\($0.right)" },
      list("split_indices") { "\($0.feature)" }, list("split_conditions") { Self.text($0.value) },
      list("default_left") { $0.missingLeft ? "1" : "0" }, list("split_type") { $0.categories.isEmpty ? "0" : "1" },
      list("base_weights") { _ in "0.0" }, list("loss_changes") { _ in "0.0" }, list("sum_hessian") { _ in "0.0" },
      numbers("categories", sets.flatMap(\.element.categories)), numbers("categories_nodes", sets.map(\.offset)),
      numbers("categories_segments", starts), numbers("categories_sizes", sets.map(\.element.categories.count)),
      numbers("parents", Self.parents(tree)),
      #""id":\#(id),"tree_param":{"num_deleted":"0","num_feature":"\#(shape.features)","#
        + #""num_nodes":"\#(tree.count)","size_leaf_vector":"0"}"#,
    ]
    return "{\(members.joined(separator: ","))}"
  }

  /// The parent of each node; the root's is the largest int32, as XGBoost writes it.
  private static func parents(_ tree: [Node]) -> [Int] {
    var parents = [Int](repeating: Int(Int32.max), count: tree.count)
    for (number, node) in tree.enumerated() where node.left >= 0 {
      parents[node.left] = number
      parents[node.right] = number
    }
    return parents
  }

  private static func text(_ value: Float) -> String {
    value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : "\(value)"
  }
}
