/// What a split does with a value that is missing.
enum MissingRule: UInt8, Sendable, Hashable {
  /// NaN goes right.
  case right
  /// NaN goes left.
  case left
  /// NaN, and what is not further than 1e-35 from zero, goes right (LightGBM).
  case zeroRight
  /// NaN, and what is not further than 1e-35 from zero, goes left (LightGBM).
  case zeroLeft
  /// NaN counts as zero (LightGBM).
  case asZero
}

/// The categories that a categorical split tells from the others.
struct CategorySet: Sendable, Hashable {
  var feature: Int
  /// Sorted, each once, none negative.
  var members: [Int32]
  var membersGoLeft: Bool
  var missingGoesLeft: Bool
  /// Whether values between -1 and 0 are category 0 (LightGBM) and not unknown (XGBoost). Unknown ones are no members.
  var truncatesToZero: Bool
}

/// A tree of either library, proved to be one: split 0 is the root, and parents stand before their children.
///
/// The arrays have one element a split.
struct EnsembleTree: Sendable {
  /// Left child: a split, or `~leaf`.
  var left: [Int32] = []
  /// Right child: a split, or `~leaf`.
  var right: [Int32] = []
  var feature: [Int32] = []
  /// Values from this one on go right; NaN where only missing ones may.
  var threshold: [Float] = []
  var missing: [MissingRule] = []
  /// The number of the set of a categorical split, -1 at others.
  var set: [Int32] = []
  /// `leafWidth` values for each leaf, leaf by leaf; a tree without splits has one leaf.
  var leaves: [Double] = []
  var leafWidth = 1
  /// The first output that leaves add to.
  var output = 0
  /// The functions that stand at the leaves instead of numbers; nil where there are none.
  var linear: LinearLeaves?

  var splitCount: Int { left.count }
  var leafCount: Int { leaves.count / leafWidth }
}
