/// One regression tree with the root at node 0; a node without children is a leaf.
///
/// Arrays have one element a node. Nodes are numbered in the order they are reached, so the structure is a tree by
/// construction: children come behind their parent, and each node has one.
struct RegressionTree: Sendable, Hashable {
  /// -1 where the node is a leaf.
  var leftChildren: [Int32] = []
  var rightChildren: [Int32] = []
  var parents: [Int32] = []
  /// The feature a node asks for.
  var features: [Int32] = []
  /// The threshold (`x < threshold` goes left), or the value of a leaf.
  var conditions: [Float] = []
  /// Whether a missing value goes left.
  var defaultLeft: [Bool] = []
  /// The categories that go right, for nodes that ask for a category; empty for the others.
  var categories: [[Int32]] = []
  /// Whether the node asks for a category.
  var isCategorical: [Bool] = []

  var nodeCount: Int { conditions.count }

  init() {}

  /// A tree that is one leaf.
  init(leaf value: Float) { append(parent: Self.rootParent, feature: 0, condition: value, defaultLeft: false, categories: nil) }

  /// What XGBoost writes as the parent of a root.
  static let rootParent = Int32.max

  mutating func append(parent: Int32, feature: Int32, condition: Float, defaultLeft: Bool, categories: [Int32]?) {
    leftChildren.append(-1)
    rightChildren.append(-1)
    parents.append(parent)
    features.append(feature)
    conditions.append(condition)
    self.defaultLeft.append(defaultLeft)
    self.categories.append(categories ?? [])
    isCategorical.append(categories != nil)
  }
}

/// What a model adds up.
enum BoosterKind: Sendable, Hashable {
  /// Trees, the group each belongs to, and how many stand for one group in one round.
  case trees([RegressionTree], groups: [Int32], parallel: Int)
  /// The same with a weight for each tree.
  case dart([RegressionTree], groups: [Int32], parallel: Int, weights: [Float])
  /// Weights of shape (features + 1, groups), the last row the bias.
  case linear([Float])
}

/// What a model's sum means.
enum ModelObjective: Sendable, Hashable {
  /// One margin a row; its logistic is the probability of the second class.
  case binaryLogistic
  /// One margin a class; their softmax are the probabilities.
  case multiclass
  /// One value a row, as it is.
  case regression

  init?(name: String) {
    switch name {
    case "binary:logistic": self = .binaryLogistic
    case "multi:softprob", "multi:softmax": self = .multiclass
    case "reg:squarederror", "rank:pairwise", "rank:ndcg", "rank:map": self = .regression
    default: return nil
    }
  }

  /// The objective libxgboost 1.7.4 is told: the one that turns the same margins into the same answer.
  var name: String {
    switch self {
    case .binaryLogistic: "binary:logistic"
    case .multiclass: "multi:softprob"
    case .regression: "reg:squarederror"
    }
  }
}
