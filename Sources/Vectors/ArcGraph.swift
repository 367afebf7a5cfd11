/// The lines between areas, each once: from node to node, or closed where no node lies on it.
///
/// A node is a corner where more than two pixel edges between different values meet: three or four areas, or no data, or
/// two areas that touch diagonally. Arcs are in the order in which their first corners are found, row by row, those that
/// start at nodes first. Forwards, an arc has its right face on the right hand (south of an edge that runs east).
public struct ArcGraph: Sendable {
  /// Where an arc starts or ends: a node and the direction of the walk there (0 east, 1 south, 2 west, 3 north).
  struct End: Sendable {
    private let bits: UInt32
    static let noNode: UInt32 = (1 << 30) - 1

    init(node: UInt32, direction: Int) { bits = node << 2 | UInt32(truncatingIfNeeded: direction) }

    var node: Int { Int(bits >> 2) }
    var direction: Int { Int(bits & 3) }
    var isNode: Bool { bits >> 2 != Self.noNode }
  }

  /// Number of nodes.
  public internal(set) var nodeCount = 0
  /// First corner of each arc, column and row.
  var startColumns: [UInt32] = []
  var startRows: [UInt32] = []
  /// The direction in which each arc leaves its start, and its node.
  var starts: [End] = []
  /// The direction in which each arc arrives at its end, and its node.
  var ends: [End] = []
  /// Turns to the right less turns to the left on the way.
  var turns: [Int32] = []
  /// The component on the right hand of each arc; 0 is no data.
  var rightFaces: [UInt32] = []
  /// The component on the left hand of each arc.
  var leftFaces: [UInt32] = []
  /// Lengths of straight pieces, along rows and columns by turns; signed. A zero goes on in the same direction.
  var steps: [Int16] = []
  /// Where the steps of each arc start, and the count at the end.
  var stepOffsets: [UInt32] = [0]

  /// Number of arcs.
  public var count: Int { starts.count }

  /// Whether an arc ends where it starts.
  public func isClosed(_ arc: Int) -> Bool { !starts[arc].isNode || starts[arc].node == ends[arc].node }

  /// The components on both sides of an arc, without no data.
  func components(besideArc arc: Int) -> [Int] {
    [rightFaces[arc], leftFaces[arc]].filter { $0 != 0 }.map { Int($0) }
  }

  /// Replaces `points` by an arc's corners: its ends and where it turns; a closed arc ends with its first point.
  public func decode(_ arc: Int, into points: inout [GridPoint]) {
    points.removeAll(keepingCapacity: true)
    let unit = GridPoint.unitsPerPixel
    var point = GridPoint(x: Int32(startColumns[arc]) &* unit, y: Int32(startRows[arc]) &* unit)
    points.append(point)
    var isVertical = starts[arc].direction & 1 == 1
    for index in Int(stepOffsets[arc])..<Int(stepOffsets[arc + 1]) {
      let step = Int32(steps[index])
      if step == 0 {
        points.removeLast()
      } else {
        if isVertical { point.y &+= step &* unit } else { point.x &+= step &* unit }
        points.append(point)
      }
      isVertical.toggle()
    }
  }
}
