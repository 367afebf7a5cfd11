/// Walks the edges of a boundary map, each once, and takes them away.
// Safe: the pointers are those of the boundary map, which it keeps. A walk is at a corner of the map, column 0...width and row
// 0...height, for each of which there is a bit: it goes on only along edges, none of which leads off the map.
@safe struct ArcTracer {
  private let boundary: BoundaryMap
  private let width: Int
  private let stride: Int
  private let east: UnsafeMutablePointer<UInt64>
  private let south: UnsafeMutablePointer<UInt64>
  private let nodeBits: UnsafeMutablePointer<UInt64>
  /// Nodes before each word of the node map.
  private var nodeRanks: [UInt32]
  private(set) var graph = ArcGraph()

  init(_ boundary: BoundaryMap) {
    self.boundary = boundary
    width = boundary.width
    stride = boundary.stride
    unsafe east = boundary.east
    unsafe south = boundary.south
    unsafe nodeBits = boundary.node
    nodeRanks = []
  }

  /// The arcs of a map, whose edges are gone afterwards; faces are still unknown.
  static func trace(_ boundary: BoundaryMap, isCancelled: () -> Bool) throws -> ArcGraph {
    var tracer = ArcTracer(boundary)
    try tracer.countNodes()
    tracer.reserve()
    try tracer.traceFromNodes(isCancelled)
    try tracer.traceLoops(isCancelled)
    return tracer.graph
  }

  private mutating func countNodes() throws(VectorError) {
    let words = stride * (boundary.height + 1)
    nodeRanks = [UInt32](repeating: 0, count: words)
    var rank: UInt32 = 0
    for word in 0..<words {
      nodeRanks[word] = rank
      rank += UInt32(truncatingIfNeeded: unsafe nodeBits[word].nonzeroBitCount)
    }
    guard rank < ArcGraph.End.noNode else {
      throw VectorError(.limitExceeded, "The class map has more than 2^30 junctions.")
    }
    graph.nodeCount = Int(rank)
  }

  /// Room for all there can be, so that nothing is copied while it grows; what is not used is never touched.
  private mutating func reserve() {
    let arcs = boundary.nodeEdgeCount / 2 + boundary.turnCount / 4 + 1
    graph.startColumns.reserveCapacity(arcs)
    graph.startRows.reserveCapacity(arcs)
    graph.starts.reserveCapacity(arcs)
    graph.ends.reserveCapacity(arcs)
    graph.turns.reserveCapacity(arcs)
    graph.stepOffsets.reserveCapacity(arcs + 1)
    graph.steps.reserveCapacity(boundary.turnCount + arcs)
  }

  private mutating func traceFromNodes(_ isCancelled: () -> Bool) throws {
    for row in 0...boundary.height {
      if row & 15 == 0, isCancelled() { throw CancellationError() }
      for word in 0..<stride {
        let place = row * stride + word
        var bits = unsafe nodeBits[place]
        var node = nodeRanks[place]
        while bits != 0 {
          let column = word << 6 + bits.trailingZeroBitCount
          bits &= bits - 1
          for direction in 0..<4 where hasEdge(column, row, direction) { walk(column, row, direction, node) }
          node += 1
        }
      }
    }
  }

  /// What is left are closed lines without nodes; each starts at its leftmost topmost corner, eastwards.
  private mutating func traceLoops(_ isCancelled: () -> Bool) throws {
    for row in 0...boundary.height {
      if row & 15 == 0, isCancelled() { throw CancellationError() }
      for word in (row * stride)..<((row + 1) * stride) {
        while true {
          let bits = unsafe east[word]
          if bits == 0 { break }
          let column = (word - row * stride) << 6 + bits.trailingZeroBitCount
          walk(column, row, 0, ArcGraph.End.noNode)
        }
      }
    }
  }

  @inline(__always)
  private func bit(_ map: UnsafeMutablePointer<UInt64>, _ column: Int, _ row: Int) -> Bool {
    unsafe map[row &* stride &+ column &>> 6] &>> UInt64(truncatingIfNeeded: column & 63) & 1 != 0
  }

  @inline(__always)
  private func hasEdge(_ column: Int, _ row: Int, _ direction: Int) -> Bool {
    switch direction {
    case 0: unsafe bit(east, column, row)
    case 1: unsafe bit(south, column, row)
    case 2: unsafe column > 0 && bit(east, column &- 1, row)
    default: unsafe row > 0 && bit(south, column, row &- 1)
    }
  }

  /// Takes the edge away and moves to its other end.
  @inline(__always)
  private func step(_ column: inout Int, _ row: inout Int, _ direction: Int) {
    if direction == 2 { column &-= 1 }
    if direction == 3 { row &-= 1 }
    let place = row &* stride &+ column &>> 6
    let flag = 1 as UInt64 &<< UInt64(truncatingIfNeeded: column & 63)
    if direction & 1 == 0 { unsafe east[place] &= ~flag } else { unsafe south[place] &= ~flag }
    if direction == 0 { column &+= 1 }
    if direction == 1 { row &+= 1 }
  }

  private mutating func walk(_ startColumn: Int, _ startRow: Int, _ startDirection: Int, _ startNode: UInt32) {
    var (column, row, direction) = (startColumn, startRow, startDirection)
    var length = 0
    var turns: Int32 = 0
    var endNode = ArcGraph.End.noNode
    while true {
      step(&column, &row, direction)
      length &+= 1
      if unsafe bit(nodeBits, column, row) {
        endNode = node(column, row)
        break
      }
      if hasEdge(column, row, direction) { continue }
      let right = (direction &+ 1) & 3
      let left = (direction &+ 3) & 3
      if hasEdge(column, row, right) {
        append(length, direction)
        direction = right
        turns &+= 1
      } else if hasEdge(column, row, left) {
        append(length, direction)
        direction = left
        turns &-= 1
      } else {
        // A closed line is back at its start.
        break
      }
      length = 0
    }
    append(length, direction)
    graph.startColumns.append(UInt32(truncatingIfNeeded: startColumn))
    graph.startRows.append(UInt32(truncatingIfNeeded: startRow))
    graph.starts.append(ArcGraph.End(node: startNode, direction: startDirection))
    graph.ends.append(ArcGraph.End(node: endNode, direction: direction))
    graph.turns.append(turns)
    graph.stepOffsets.append(UInt32(truncatingIfNeeded: graph.steps.count))
  }

  private func node(_ column: Int, _ row: Int) -> UInt32 {
    let word = row * stride + column >> 6
    let before = unsafe nodeBits[word] & ((1 << UInt64(column & 63)) - 1)
    return nodeRanks[word] + UInt32(truncatingIfNeeded: before.nonzeroBitCount)
  }

  @inline(__always)
  private mutating func append(_ length: Int, _ direction: Int) {
    var rest = length
    let sign = direction < 2 ? 1 : -1
    while rest > Int(Int16.max) {
      graph.steps.append(Int16(truncatingIfNeeded: sign * Int(Int16.max)))
      graph.steps.append(0)
      rest -= Int(Int16.max)
    }
    graph.steps.append(Int16(truncatingIfNeeded: sign * rest))
  }
}

extension ArcGraph {
  /// Looks up the components on both sides of every arc's first edge.
  mutating func findFaces(_ table: RunTable) {
    rightFaces.reserveCapacity(count)
    leftFaces.reserveCapacity(count)
    // Arcs come row by row, so the pixels above and below their first corners do as well.
    var above = RunCursor(table)
    var below = RunCursor(table)
    for arc in 0..<count {
      let (column, row) = (Int(startColumns[arc]), Int(startRows[arc]))
      if arc > 0, !starts[arc].isNode, starts[arc - 1].isNode {
        (above, below) = (RunCursor(table), RunCursor(table))
      }
      let northWest = above.label(column: column - 1, row: row - 1)
      let northEast = above.label(column: column, row: row - 1)
      let southWest = below.label(column: column - 1, row: row)
      let southEast = below.label(column: column, row: row)
      switch starts[arc].direction {
      case 0: append(right: southEast, left: northEast)
      case 1: append(right: southWest, left: southEast)
      case 2: append(right: northWest, left: southWest)
      default: append(right: northEast, left: northWest)
      }
    }
  }

  private mutating func append(right: UInt32, left: UInt32) {
    rightFaces.append(right)
    leftFaces.append(left)
  }
}
