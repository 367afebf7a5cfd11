internal import CTreeKernels

/// The leaves of a tree that are linear functions of features: LightGBM's `linear_tree`.
struct LinearLeaves: Sendable {
  /// What each leaf adds where a feature of its function is missing.
  var values: [Double]
  /// The constant of each leaf's function.
  var constants: [Double]
  /// Where the terms of each leaf begin, and behind them where the last ones end.
  var starts: [Int]
  var features: [Int32]
  var coefficients: [Double]
}

/// Trees of which some have linear functions at their leaves.
///
/// The kernels find the leaf of each pixel: in `program` the leaves of such a tree hold their own numbers. The trees go one
/// by one, so that sums keep their order.
struct LinearTreeProgram: Sendable {
  let program: EnsembleProgram
  /// The functions of each tree and the output they add to; nil where the leaves are numbers.
  private let trees: [Functions?]

  private struct Functions: Sendable {
    let leaves: LinearLeaves
    let output: Int
  }

  init(_ trees: [EnsembleTree], sets: [CategorySet], featureCount: Int) throws(ModelFileError) {
    self.trees = trees.map { tree in tree.linear.map { Functions(leaves: $0, output: tree.output) } }
    let numbered = trees.map { tree in
      guard tree.linear != nil else { return tree }
      var numbered = tree
      numbered.leaves = (0..<tree.leafCount).map { Double($0) }
      numbered.output = 0
      return numbered
    }
    program = try EnsembleProgram(numbered, sets: sets, featureCount: featureCount, precision: .double)
  }

  /// Adds the leaves of every tree to the margins of a chunk whose ranks are in the scratch.
  func evaluate(
    _ plan: FeaturePlan, _ planes: ChunkPlanes, _ instructionSet: InstructionSet,
    _ scratch: borrowing EvaluationScratch
  ) {
    for (number, functions) in trees.enumerated() {
      var one = unsafe program.arrays
      unsafe one.trees += number
      unsafe one.tree_count = 1
      let sums = unsafe functions == nil ? scratch.wideMargins : scratch.leafNumbers
      if functions != nil { unsafe sums.update(repeating: 0, count: EvaluationScratch.chunk) }
      unsafe tree_add_wide_margins(
        instructionSet.code, &one, scratch.ranks, planes.groupCount, sums, EvaluationScratch.chunk, scratch.stack)
      guard let functions else { continue }
      let margins = unsafe scratch.wideMargins + functions.output * EvaluationScratch.chunk
      for pixel in 0..<(unsafe planes.count) {
        unsafe margins[pixel] += Self.value(of: functions.leaves, leaf: Int(sums[pixel])) { feature in
          unsafe plan.values[feature].value(pixel, planes)
        }
      }
    }
  }

  /// In LightGBM's order: the constant, then term by term.
  private static func value(of leaves: LinearLeaves, leaf: Int, _ feature: (Int) -> Float) -> Double {
    var sum = leaves.constants[leaf]
    for term in leaves.starts[leaf]..<leaves.starts[leaf + 1] {
      let value = feature(Int(leaves.features[term]))
      if value.isNaN { return leaves.values[leaf] }
      // What is so near to zero is zero to LightGBM.
      sum += leaves.coefficients[term] * (abs(value) > 1e-35 ? Double(value) : 0)
    }
    return sum
  }
}

extension FeaturePlan.Source {
  /// A feature of one pixel of a chunk.
  fileprivate func value(_ pixel: Int, _ planes: ChunkPlanes) -> Float {
    switch self {
    case .computed(let plane): unsafe planes.values(plane)?[pixel] ?? .nan
    case .values(let plane, let table): unsafe planes.codes(plane).map { unsafe table[Int($0[pixel])] } ?? .nan
    case .ranks: .nan
    }
  }
}
