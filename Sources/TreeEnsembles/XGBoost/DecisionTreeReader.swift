/// Reads one tree of a model file and proves that walking it ends and stays inside its arrays.
struct DecisionTreeReader {
  private let index: Int
  private let left: [Int64]
  private let right: [Int64]
  private let feature: [Int64]
  private let value: [Float]
  private let missingLeft: [Int64]
  private let categorical: [Int64]
  private var categories: [Int: [Int32]] = [:]
  /// Values of vector leaves, `leafWidth` each; empty where leaves are numbers.
  private let leafVectors: [Float]
  private let leafWidth: Int
  /// Whether a leaf's place in `leafVectors` stands at its right child (since 3.1), and is not the node's own.
  private let leavesAreNumbered: Bool
  private let featureCount: Int

  /// The tree, with the nodes that the root does not reach (deleted by pruning) left out.
  ///
  /// - Parameter outputCount: how wide a vector leaf must be.
  static func read(
    _ value: ModelValue, index: Int, featureCount: Int, outputCount: Int, limits: ModelLimits
  ) throws(ModelFileError) -> DecisionTree {
    let object = try ModelObject(value, path: "trees[\(index)]")
    let reader = try DecisionTreeReader(object, index: index, featureCount: featureCount, limits: limits)
    guard reader.leafWidth == 1 || reader.leafWidth == outputCount else {
      throw reader.fault("has leaves of \(reader.leafWidth) values for \(outputCount) outputs")
    }
    return try reader.tree()
  }

  private init(_ object: ModelObject, index: Int, featureCount: Int, limits: ModelLimits) throws(ModelFileError) {
    self.index = index
    self.featureCount = featureCount
    let parameters = try object.object("tree_param")
    leafWidth = max(try parameters.optionalCount("size_leaf_vector") ?? 1, 1)
    leavesAreNumbered = leafWidth > 1 && object.has("leaf_weights")
    leafVectors = leafWidth > 1 ? try object.reals(leavesAreNumbered ? "leaf_weights" : "base_weights") : []
    left = try object.integers("left_children")
    right = try object.integers("right_children")
    feature = try object.integers("split_indices")
    value = try object.reals("split_conditions")
    missingLeft = try object.integers("default_left")
    categorical =
      object.has("split_type")
      ? try object.integers("split_type") : [Int64](repeating: 0, count: left.count)
    let counts = [right.count, feature.count, value.count, missingLeft.count, categorical.count]
    guard !left.isEmpty, counts.allSatisfy({ $0 == left.count }), try parameters.count("num_nodes") == left.count
    else { throw fault("has arrays of different lengths") }
    guard left.count <= limits.nodes else { throw .tooLarge("Tree \(index) has more than \(limits.nodes) nodes.") }
    if object.has("categories_nodes") { try readCategories(object, limits: limits) }
  }

  private func fault(_ what: String) -> ModelFileError { .damaged("Tree \(index) of the model \(what).") }

  private mutating func readCategories(_ object: ModelObject, limits: ModelLimits) throws(ModelFileError) {
    let nodes = try object.integers("categories_nodes")
    let starts = try object.integers("categories_segments")
    let sizes = try object.integers("categories_sizes")
    let all = try object.integers("categories")
    guard starts.count == nodes.count, sizes.count == nodes.count else {
      throw fault("has category arrays of different lengths")
    }
    // The file has each node's categories in a place of their own: together they are no more than there are.
    var unclaimed = all.count
    for entry in nodes.indices {
      let (node, start, size) = (nodes[entry], starts[entry], sizes[entry])
      guard node >= 0, node < left.count, categories[Int(node)] == nil else {
        throw fault("has categories of a node that does not exist")
      }
      guard start >= 0, size > 0, start <= all.count, size <= all.count - Int(start), size <= unclaimed else {
        throw fault("has categories beyond their array")
      }
      unclaimed -= Int(size)
      let members = all[Int(start)..<Int(start + size)]
      guard members.allSatisfy({ $0 >= 0 && $0 < limits.categories }) else {
        throw fault("has a category outside 0 ..< \(limits.categories)")
      }
      categories[Int(node)] = members.map { Int32($0) }
    }
  }

  /// Walks from the root and numbers the nodes in the order of the file.
  private func tree() throws(ModelFileError) -> DecisionTree {
    let reached = try reachedNodes()
    if leavesAreNumbered { try checkLeafPlaces(reached) }
    var numbers = [Int32](repeating: -1, count: left.count)
    var next: Int32 = 0
    for node in left.indices where reached[node] {
      numbers[node] = next
      next += 1
    }
    var tree = DecisionTree()
    for node in left.indices where reached[node] { try append(node, numbers: numbers, to: &tree) }
    return tree
  }

  private func append(_ node: Int, numbers: [Int32], to tree: inout DecisionTree) throws(ModelFileError) {
    let isLeaf = left[node] == -1
    tree.left.append(isLeaf ? -1 : numbers[Int(left[node])])
    tree.right.append(isLeaf ? -1 : numbers[Int(right[node])])
    tree.missingLeft.append(!isLeaf && missingLeft[node] != 0)
    if isLeaf {
      if leafWidth > 1 { tree.leafVectors[numbers[node]] = try leafVector(node) }
      guard leafWidth > 1 || value[node].isFinite else { throw fault("has a leaf that is not a finite number") }
      tree.feature.append(0)
      tree.value.append(leafWidth > 1 ? 0 : value[node])
      return
    }
    guard feature[node] >= 0, feature[node] < featureCount else {
      throw fault("asks for feature \(feature[node]) of \(featureCount)")
    }
    tree.feature.append(Int32(feature[node]))
    if categorical[node] == 0 {
      guard !value[node].isNaN else { throw fault("has a threshold that is not a number") }
      tree.value.append(value[node])
    } else {
      guard let members = categories[node] else { throw fault("has a categorical split without categories") }
      tree.categories[numbers[node]] = members
      tree.value.append(0)
    }
  }

  private func leafVector(_ node: Int) throws(ModelFileError) -> [Float] {
    let place = leavesAreNumbered ? right[node] : Int64(node)
    guard place >= 0, place < leafVectors.count / leafWidth else { throw fault("has a leaf beyond its values") }
    let vector = Array(leafVectors[(Int(place) * leafWidth)..<((Int(place) + 1) * leafWidth)])
    guard vector.allSatisfy(\.isFinite) else { throw fault("has a leaf that is not a finite number") }
    return vector
  }

  /// Sees to it that no two leaves share the place of their values: a small file must not become a large model.
  private func checkLeafPlaces(_ reached: [Bool]) throws(ModelFileError) {
    var isTaken = [Bool](repeating: false, count: leafVectors.count / leafWidth)
    for node in left.indices where reached[node] && left[node] == -1 {
      guard isTaken.indices.contains(Int(right[node])) else { throw fault("has a leaf beyond its values") }
      guard !isTaken[Int(right[node])] else { throw fault("has two leaves with the same values") }
      isTaken[Int(right[node])] = true
    }
  }

  private func reachedNodes() throws(ModelFileError) -> [Bool] {
    var reached = [Bool](repeating: false, count: left.count)
    var pending = [0]
    reached[0] = true
    while let node = pending.popLast() {
      if left[node] == -1 {
        guard right[node] == -1 || leavesAreNumbered else { throw fault("has a node with one child") }
        continue
      }
      for child in [left[node], right[node]] {
        guard child >= 0, child < left.count else { throw fault("has a child outside its arrays") }
        guard !reached[Int(child)] else { throw fault("has a node with two parents") }
        reached[Int(child)] = true
        pending.append(Int(child))
      }
    }
    return reached
  }
}
