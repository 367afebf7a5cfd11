/// Reads one tree of a LightGBM text model and proves that it is one.
struct LightGBMTreeReader {
  let section: LightGBMSections.Section
  let featureCount: Int
  let limits: ModelLimits

  /// Bits of `decision_type`.
  private enum Decision {
    static let categorical = 1
    static let defaultLeft = 2
    static let missingKindShift = 2
    static let known = 0...15
  }

  private func fault(_ what: String) -> ModelFileError { .damagedText("\(section.name) of the model \(what).") }

  /// The tree; its sets of categories are appended to `sets`.
  func tree(output: Int, sets: inout [CategorySet]) throws(ModelFileError) -> EnsembleTree {
    var tree = EnsembleTree()
    tree.output = output
    tree.leaves = try section.reals("leaf_value")
    let leafCount = try section.count("num_leaves")
    guard leafCount > 0, tree.leaves.count == leafCount else { throw fault("has arrays of different lengths") }
    guard leafCount <= limits.nodes / 2 else { throw .tooLarge("\(section.name) has more than \(limits.nodes) nodes.") }
    guard tree.leaves.allSatisfy(\.isFinite) else { throw fault("has a leaf that is not a finite number") }
    if section.has("is_linear"), try section.count("is_linear") != 0 { tree.linear = try linearLeaves(tree.leaves) }
    guard leafCount > 1 else { return tree }
    let left = try section.integers("left_child")
    let right = try section.integers("right_child")
    let features = try section.integers("split_feature")
    let thresholds = try section.reals("threshold")
    let decisions = try section.integers("decision_type")
    let counts = [left.count, right.count, features.count, thresholds.count, decisions.count]
    guard counts.allSatisfy({ $0 == leafCount - 1 }) else { throw fault("has arrays of different lengths") }
    let order = try splitOrder(left, right)
    var numbers = [Int32](repeating: 0, count: left.count)
    for (place, split) in order.enumerated() { numbers[split] = Int32(place) }
    let categories = try categorySets()
    for split in order {
      guard features[split] >= 0, features[split] < featureCount else {
        throw fault("asks for feature \(features[split]) of \(featureCount)")
      }
      guard Decision.known.contains(decisions[split]) else { throw fault("has an unknown decision_type") }
      tree.left.append(left[split] < 0 ? Int32(left[split]) : numbers[left[split]])
      tree.right.append(right[split] < 0 ? Int32(right[split]) : numbers[right[split]])
      tree.feature.append(Int32(features[split]))
      tree.missing.append(try missingRule(decisions[split]))
      if decisions[split] & Decision.categorical != 0 {
        tree.threshold.append(0)
        tree.set.append(Int32(sets.count))
        sets.append(try set(thresholds[split], of: features[split], categories))
      } else {
        guard !thresholds[split].isNaN else { throw fault("has a threshold that is not a number") }
        tree.threshold.append(Self.firstAbove(thresholds[split]))
        tree.set.append(-1)
      }
    }
    return tree
  }

  /// The functions at the leaves (`linear_tree`), whose terms stand leaf by leaf.
  private func linearLeaves(_ values: [Double]) throws(ModelFileError) -> LinearLeaves {
    let constants = try section.reals("leaf_const")
    let counts = try section.integers("num_features")
    let features = try section.integers("leaf_features")
    let coefficients = try section.reals("leaf_coeff")
    guard constants.count == values.count, counts.count == values.count, coefficients.count == features.count else {
      throw fault("has arrays of different lengths")
    }
    var starts = [0]
    for (leaf, count) in counts.enumerated() {
      guard count >= 0, count <= features.count - starts[leaf] else { throw fault("has leaves of unknown features") }
      starts.append(starts[leaf] + count)
    }
    guard starts.last == features.count, features.allSatisfy({ 0..<featureCount ~= $0 }) else {
      throw fault("has leaves of unknown features")
    }
    guard (constants + coefficients).allSatisfy(\.isFinite) else {
      throw fault("has a leaf that is not a finite number")
    }
    return LinearLeaves(
      values: values, constants: constants, starts: starts, features: features.map { Int32($0) },
      coefficients: coefficients)
  }

  /// The smallest float32 that is larger than a threshold; NaN where none is.
  ///
  /// LightGBM sends a value left that is not larger, compared in double precision. Values that are not further than
  /// 1e-35 from zero are zero to it, so they stand on one side of any threshold.
  static func firstAbove(_ threshold: Double) -> Float {
    guard threshold < .infinity else { return .nan }
    let zero: Float = 1e-35
    if abs(threshold) <= Double(zero) { return threshold < 0 ? -zero : zero.nextUp }
    let near = Float(threshold)
    return Double(near) > threshold ? near : near.nextUp
  }

  private func missingRule(_ decision: Int) throws(ModelFileError) -> MissingRule {
    let isLeft = decision & Decision.defaultLeft != 0
    switch decision >> Decision.missingKindShift {
    case 0: return .asZero
    case 1: return isLeft ? .zeroLeft : .zeroRight
    case 2: return isLeft ? .left : .right
    default: throw fault("treats missing values in an unknown way")
    }
  }

  /// The splits in an order that has parents before children.
  private func splitOrder(_ left: [Int], _ right: [Int]) throws(ModelFileError) -> [Int] {
    var isReached = [Bool](repeating: false, count: left.count)
    var isLeafReached = [Bool](repeating: false, count: left.count + 1)
    var order = [0]
    isReached[0] = true
    var next = 0
    while next < order.count {
      let split = order[next]
      next += 1
      for child in [left[split], right[split]] {
        guard child < left.count, child >= -left.count - 1 else { throw fault("has a child outside its arrays") }
        guard child >= 0 ? !isReached[child] : !isLeafReached[~child] else {
          throw fault("has a node with two parents")
        }
        if child >= 0 {
          isReached[child] = true
          order.append(child)
        } else {
          isLeafReached[~child] = true
        }
      }
    }
    guard order.count == left.count else { throw fault("has nodes that its root does not reach") }
    return order
  }

  /// The bit fields of the categorical splits, as lists of categories.
  private func categorySets() throws(ModelFileError) -> [[Int32]] {
    let count = section.has("num_cat") ? try section.count("num_cat") : 0
    guard count > 0 else { return [] }
    let bounds = try section.integers("cat_boundaries")
    let words = try section.integers("cat_threshold")
    guard bounds.count - 1 == count, words.allSatisfy({ (0...0xFFFF_FFFF).contains($0) }) else {
      throw fault("has categories that cannot be read")
    }
    // 32 categories a word, of four bytes each once they are a list.
    guard words.count <= limits.nodes / 8 else { throw .tooLarge("\(section.name) has too many categories.") }
    var sets: [[Int32]] = []
    for (start, end) in zip(bounds, bounds.dropFirst()) {
      guard start >= 0, start <= end, end <= words.count else { throw fault("has categories beyond their array") }
      guard (end - start) * 32 <= limits.categories else {
        throw fault("has a category outside 0 ..< \(limits.categories)")
      }
      var members: [Int32] = []
      for (place, word) in words[start..<end].enumerated() {
        for bit in 0..<32 where word >> bit & 1 != 0 { members.append(Int32(place * 32 + bit)) }
      }
      sets.append(members)
    }
    return sets
  }

  private func set(
    _ threshold: Double, of feature: Int, _ categories: [[Int32]]
  ) throws(ModelFileError) -> CategorySet {
    guard let number = Int(exactly: threshold), categories.indices.contains(number) else {
      throw fault("has a categorical split without categories")
    }
    return CategorySet(
      feature: feature, members: categories[number], membersGoLeft: true, missingGoesLeft: false, truncatesToZero: true)
  }
}
