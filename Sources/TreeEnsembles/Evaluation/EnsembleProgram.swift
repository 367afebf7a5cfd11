internal import CTreeKernels

/// An ensemble in the form the kernels read, and its only owner.
///
/// `@unchecked Sendable`: the memory is written in `init` and only read afterwards, until `deinit` frees it.
// @safe: TreeCode and ColumnLayout make every index in the arrays, from trees that were proved to be trees (parents before
// children, each child once), so that the kernels stay inside them.
@safe final class EnsembleProgram: @unchecked Sendable {
  /// What is pointed to lives as long as the program.
  let arrays: TreeEnsembleArrays
  /// One for each feature that splits ask for.
  let features: [RankedFeature]
  let columnCount: Int
  private let memory: KernelMemory

  /// Columns that a model may have, each of which takes half a kilobyte of every thread.
  private static let maximumColumns = 131_072
  /// Leaves that a model may have once small trees are filled up to the width of a register.
  private static let maximumLeaves = 1 << 28

  /// - Throws: ``ModelFileError`` with ``ModelFileError/Code/tooLarge``.
  init(
    _ trees: [EnsembleTree], sets: [CategorySet], featureCount: Int, precision: EnsembleModel.Precision
  ) throws(ModelFileError) {
    var layout = ColumnLayout(trees, sets: sets, featureCount: featureCount)
    guard layout.columnCount <= Self.maximumColumns else {
      throw .tooLarge("The model asks for more than \(Self.maximumColumns * ColumnLayout.span) different thresholds.")
    }
    var code = TreeCode()
    for tree in trees {
      code.append(tree, &layout, isWide: precision == .double)
      guard code.leafCount <= Self.maximumLeaves else { throw .tooLarge("The model has too many leaves.") }
    }
    let memory = KernelMemory()
    features = RankedFeature.all(layout, memory)
    columnCount = layout.columnCount
    unsafe arrays = TreeEnsembleArrays(
      trees: memory.copy(code.trees), tree_count: code.trees.count, splits: memory.copy(code.splits),
      split_sets: memory.copy(code.splitSets),
      nodes: memory.copy(code.nodes), sets: memory.copy(layout.classesOfSet), leaves: memory.copy(code.leaves),
      wide_leaves: memory.copy(code.wideLeaves), column_count: UInt32(layout.columnCount), depth: code.depth)
    self.memory = memory
  }

  /// Numbers of the stack that the kernels need.
  var stackSize: Int { 2 * (Int(unsafe arrays.depth) + 2) }
}

/// Memory for the kernels that is freed with its owner; aligned to 64 bytes.
// @safe: what it copies has as many elements as it was given, and lives as long as this object, which whoever keeps the
// pointer keeps too.
@safe final class KernelMemory {
  private var blocks: [UnsafeMutableRawPointer] = unsafe []

  func copy<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element> {
    let size = max(elements.count, 1) * MemoryLayout<Element>.stride
    let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    unsafe blocks.append(block)
    let typed = unsafe block.bindMemory(to: Element.self, capacity: max(elements.count, 1))
    unsafe elements.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { unsafe typed.update(from: start, count: source.count) }
    }
    return unsafe UnsafePointer(typed)
  }

  deinit {
    for index in unsafe blocks.indices { unsafe blocks[index].deallocate() }
  }
}

/// The trees as the kernels read them.
struct TreeCode {
  private(set) var trees: [Tree] = []
  private(set) var splits: [TreeSplit] = []
  /// The set of each split, -1 where it has none.
  private(set) var splitSets: [Int32] = []
  private(set) var nodes: [TreeNode] = []
  private(set) var leaves: [Float] = []
  private(set) var wideLeaves: [Double] = []
  private(set) var depth: UInt32 = 0

  var leafCount: Int { leaves.count + wideLeaves.count }

  mutating func append(_ tree: EnsembleTree, _ layout: inout ColumnLayout, isWide: Bool) {
    let isSmall = tree.leafCount <= TREE_MAXIMUM_SMALL_LEAVES
    var entry = Tree()
    entry.is_small = isSmall ? 1 : 0
    entry.has_sets = isSmall && tree.set.contains { $0 >= 0 } ? 1 : 0
    entry.split_count = UInt32(tree.splitCount)
    entry.first = UInt32(isSmall ? splits.count : nodes.count)
    entry.first_output = UInt32(tree.output)
    entry.output_count = UInt32(tree.leafWidth)
    entry.first_leaf = UInt64(isWide ? wideLeaves.count : leaves.count)
    let numbers = isSmall ? LeafNumbers(tree) : nil
    let leafStride = isSmall ? (tree.leafCount > 32 ? 64 : tree.leafCount > 16 ? 32 : 16) : tree.leafCount
    entry.leaf_stride = UInt32(leafStride)
    for place in 0..<tree.leafWidth {
      var values = [Double](repeating: 0, count: leafStride)
      for leaf in 0..<tree.leafCount {
        values[numbers?.number[leaf] ?? leaf] = tree.leaves[leaf * tree.leafWidth + place]
      }
      if isWide { wideLeaves += values } else { leaves += values.map { Float($0) } }
    }
    if let numbers {
      entry.inner_count = appendSplits(tree, numbers, &layout)
    } else {
      appendNodes(tree, &layout)
    }
    trees.append(entry)
  }

  /// Appends the splits of a small tree, those whose children are both leaves last, and returns how many stand before.
  private mutating func appendSplits(
    _ tree: EnsembleTree, _ numbers: LeafNumbers, _ layout: inout ColumnLayout
  ) -> UInt32 {
    let splits = Array(0..<tree.splitCount)
    let inner = splits.filter { tree.left[$0] >= 0 || tree.right[$0] >= 0 }
    let outer = splits.filter { tree.left[$0] < 0 && tree.right[$0] < 0 }
    var position = [UInt8](repeating: 0, count: tree.splitCount)
    for (place, split) in (inner + outer).enumerated() { position[split] = UInt8(place) }
    // No split of a small tree has the number 63: nothing reads what is noted there.
    func slot(_ child: Int32) -> UInt8 { child < 0 ? 63 : position[Int(child)] }
    for split in inner + outer {
      let place = layout.anyPlace(tree, split)
      splitSets.append(tree.set[split])
      self.splits.append(
        TreeSplit(
          column: UInt32(place.column * TREE_GROUP_PIXELS), right_from: place.rightFrom,
          left_leaves: UInt8(numbers.leavesBelow(tree.left[split])), left: slot(tree.left[split]),
          right: slot(tree.right[split])))
    }
    return UInt32(inner.count)
  }

  private mutating func appendNodes(_ tree: EnsembleTree, _ layout: inout ColumnLayout) {
    var depths = [UInt32](repeating: 1, count: tree.splitCount)
    for split in 0..<tree.splitCount {
      for child in [tree.left[split], tree.right[split]] where child >= 0 { depths[Int(child)] = depths[split] + 1 }
      depth = max(depth, depths[split])
      var node = TreeNode()
      node.left = tree.left[split]
      node.right = tree.right[split]
      node.set = tree.set[split]
      let place = layout.anyPlace(tree, split)
      node.column = UInt32(place.column * TREE_GROUP_PIXELS)
      node.right_from = UInt32(place.rightFrom)
      nodes.append(node)
    }
  }
}

/// The leaves of a small tree numbered from left to right.
struct LeafNumbers {
  /// The number of each leaf.
  private(set) var number: [Int]
  /// How many leaves each split has below it.
  private var below: [Int]

  init(_ tree: EnsembleTree) {
    number = [Int](repeating: 0, count: tree.leafCount)
    below = [Int](repeating: 0, count: tree.splitCount)
    for split in below.indices.reversed() {
      below[split] = leavesBelow(tree.left[split]) + leavesBelow(tree.right[split])
    }
    var next = 0
    var pending: [Int32] = [tree.splitCount > 0 ? 0 : -1]
    while let reference = pending.popLast() {
      guard reference < 0 else {
        pending += [tree.right[Int(reference)], tree.left[Int(reference)]]
        continue
      }
      number[Int(~reference)] = next
      next += 1
    }
  }

  /// How many leaves a child has: one where it is a leaf.
  func leavesBelow(_ child: Int32) -> Int { child < 0 ? 1 : below[Int(child)] }
}
