/// A decision tree of XGBoost whose shape has been proved: node 0 is the root, every other node has one parent.
///
/// The arrays have one element a node. A row with `feature < value` goes left, a missing value goes to `missingLeft`'s
/// side; at a categorical node the categories listed go right.
package struct DecisionTree: Sendable, Equatable {
  /// Left child, -1 at a leaf.
  package var left: [Int32] = []
  /// Right child, -1 at a leaf.
  package var right: [Int32] = []
  /// The feature a node asks for; 0 at a leaf.
  package var feature: [Int32] = []
  /// The threshold, or the leaf's value; 0 at the leaves of a tree with vector leaves.
  package var value: [Float] = []
  /// Whether a missing value goes left.
  package var missingLeft: [Bool] = []
  /// The categories of the categorical nodes, by node.
  package var categories: [Int32: [Int32]] = [:]
  /// The values of the vector leaves, by node; empty where leaves are numbers.
  package var leafVectors: [Int32: [Float]] = [:]

  package var nodeCount: Int { left.count }

  /// A tree that gives every row the same value.
  package static func leaf(_ value: Float) -> DecisionTree {
    DecisionTree(left: [-1], right: [-1], feature: [0], value: [value], missingLeft: [false])
  }
}
