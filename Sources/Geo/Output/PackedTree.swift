/// The box of a feature as an index has it: longitudes and latitudes of its positions, from the least to the greatest.
struct FeatureBox: Hashable, Sendable {
  var low = SIMD2(repeating: Double.infinity)
  var high = SIMD2(repeating: -Double.infinity)

  var isEmpty: Bool { low.x > high.x }
  var middle: SIMD2<Double> { (low + high) / 2 }

  mutating func join(_ point: SIMD2<Double>) {
    low.replace(with: point, where: point .< low)
    high.replace(with: point, where: point .> high)
  }

  mutating func join(_ other: FeatureBox) {
    join(other.low)
    join(other.high)
  }
}

/// The order of features in a FlatGeobuf file and the index over them, a packed Hilbert R-tree.
///
/// Features follow the Hilbert curve through the middles of their boxes, from its end, and those of one middle each other
/// as they came. A node is the box of 16 features or nodes and the place of the first; nodes stand level by level from
/// the root. Source: FlatGeobuf 3 (flatgeobuf.org), and what GDAL makes of the same features.
struct PackedTree {
  /// Features or nodes in a node.
  static let nodeSize = 16

  private let boxes: [FeatureBox]
  /// Boxes of the nodes above the features, level by level from below; the last level is the root.
  private let levels: [[FeatureBox]]
  /// Numbers of the features in the order of the file.
  let order: [UInt32]
  /// The box around all.
  let extent: FeatureBox

  /// The tree over boxes, of which there is one at least.
  init(_ boxes: [FeatureBox], isCancelled: () -> Bool) throws(CancellationError) {
    self.boxes = boxes
    var extent = FeatureBox()
    for box in boxes { extent.join(box) }
    self.extent = extent
    order = try Self.order(boxes, extent, isCancelled)
    var levels = [try Self.level(over: boxes.count, isCancelled) { [order] in boxes[Int(order[$0])] }]
    while let below = levels.last, below.count > 1 {
      levels.append(try Self.level(over: below.count, isCancelled) { below[$0] })
    }
    self.levels = levels
  }

  /// Gives all nodes in the order of the file: a box, and for a node of nodes the place of its first in the index, for one
  /// of the features the number of its feature.
  func nodes(_ deliver: (FeatureBox, Node) throws -> Void) rethrows {
    var first = 0
    for level in levels.reversed() {
      first += level.count
      for (index, box) in level.enumerated() { try deliver(box, .nodes(first: first + index * Self.nodeSize)) }
    }
    for number in order { try deliver(boxes[Int(number)], .feature(Int(number))) }
  }

  /// What a box of the index is of.
  enum Node {
    case nodes(first: Int)
    case feature(Int)
  }

  private static let step = 1 << 16

  private static func level(
    over count: Int, _ isCancelled: () -> Bool, _ box: (Int) -> FeatureBox
  ) throws(CancellationError) -> [FeatureBox] {
    var level: [FeatureBox] = []
    level.reserveCapacity((count + nodeSize - 1) / nodeSize)
    for first in stride(from: 0, to: count, by: nodeSize) {
      if first % step == 0, isCancelled() { throw CancellationError() }
      var node = FeatureBox()
      for index in first..<min(first + nodeSize, count) { node.join(box(index)) }
      level.append(node)
    }
    return level
  }

  private static func order(
    _ boxes: [FeatureBox], _ extent: FeatureBox, _ isCancelled: () -> Bool
  ) throws(CancellationError) -> [UInt32] {
    let curve = HilbertCurve(over: extent)
    var keys: [UInt32] = []
    keys.reserveCapacity(boxes.count)
    for (index, box) in boxes.enumerated() {
      if index % step == 0, isCancelled() { throw CancellationError() }
      keys.append(~curve.place(of: box.middle))
    }
    let lower = try sorted(boxes.indices.map { UInt32($0) }, isCancelled) { keys[$0] & 0xFFFF }
    return try sorted(lower, isCancelled) { keys[$0] >> 16 }
  }

  /// Numbers in the order of their keys of 16 bits; those of one key stay in theirs (counting sort).
  private static func sorted(
    _ numbers: [UInt32], _ isCancelled: () -> Bool, by key: (Int) -> UInt32
  ) throws(CancellationError) -> [UInt32] {
    var places = [Int](repeating: 0, count: 1 << 16 + 1)
    for (index, number) in numbers.enumerated() {
      if index % step == 0, isCancelled() { throw CancellationError() }
      places[Int(key(Int(number))) + 1] += 1
    }
    for key in 1..<places.count { places[key] += places[key - 1] }
    var sorted = [UInt32](repeating: 0, count: numbers.count)
    for (index, number) in numbers.enumerated() {
      if index % step == 0, isCancelled() { throw CancellationError() }
      let key = Int(key(Int(number)))
      sorted[places[key]] = number
      places[key] += 1
    }
    return sorted
  }
}

/// The Hilbert curve through the 65,536 x 65,536 cells of a box.
struct HilbertCurve {
  private let low: SIMD2<Double>
  private let size: SIMD2<Double>
  private static let last = 65_535.0

  init(over box: FeatureBox) {
    low = box.low
    size = box.high - box.low
  }

  /// How many cells the curve goes through before that of a point of the box.
  func place(of point: SIMD2<Double>) -> UInt32 {
    Self.place(column: cell(point.x - low.x, size.x), row: cell(point.y - low.y, size.y))
  }

  private func cell(_ distance: Double, _ size: Double) -> UInt32 {
    size > 0 ? UInt32(min(max(Self.last * distance / size, 0), Self.last)) : 0
  }

  /// Each quarter of a square holds the curve of the whole, turned: the lower two about one of their diagonals each.
  static func place(column: UInt32, row: UInt32) -> UInt32 {
    var (column, row, place) = (column, row, UInt32(0))
    for bit in stride(from: UInt32(15), through: 0, by: -1) {
      let (right, up) = (column >> bit & 1, row >> bit & 1)
      place = place << 2 | (3 * right ^ up)
      if up == 0 {
        if right == 1 { (column, row) = (column ^ 0xFFFF, row ^ 0xFFFF) }
        swap(&column, &row)
      }
    }
    return place
  }
}
