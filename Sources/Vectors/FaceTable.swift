/// The rings around every component, as half arcs: an arc's number times two, and one more where it is walked backwards.
///
/// A ring has its face on the right hand. Where pixels of a face touch only at a corner the ring goes straight through from
/// one to the other, so that no ring meets itself: a hole may touch the outer ring, or another hole, in single points.
public struct FaceTable: Sendable {
  /// Half arcs of all rings.
  private(set) var halfArcs: [UInt32] = []
  /// Where the half arcs of each ring start, and the count at the end.
  private(set) var ringOffsets: [UInt32] = [0]
  /// The face of each ring.
  private(set) var ringFaces: [UInt32] = []
  /// Whether each ring bounds its face from outside.
  private(set) var ringIsOuter: [Bool] = []
  /// Rings by face, the outer one first.
  private var rings: [UInt32] = []
  /// Where the rings of each face start in `rings`, and the count at the end.
  private var faceOffsets: [UInt32] = []

  /// Number of rings, those of no data among them.
  var ringCount: Int { ringFaces.count }

  /// The rings of a component, the outer one first.
  func rings(of face: Int) -> ArraySlice<UInt32> {
    rings[Int(faceOffsets[face])..<Int(faceOffsets[face + 1])]
  }

  /// The half arcs of a ring, in order.
  func halfArcs(of ring: Int) -> ArraySlice<UInt32> {
    halfArcs[Int(ringOffsets[ring])..<Int(ringOffsets[ring + 1])]
  }

  init(_ graph: ArcGraph, faceCount: Int) {
    let exits = NodeExits(graph)
    var seen = [Bool](repeating: false, count: graph.count * 2)
    halfArcs.reserveCapacity(graph.count * 2)
    for first in 0..<(graph.count * 2) where !seen[first] {
      let face = graph.face(first)
      var turns: Int32 = 0
      var current = first
      repeat {
        seen[current] = true
        halfArcs.append(UInt32(truncatingIfNeeded: current))
        let next = exits.next(current, graph)
        turns += graph.turn(current) + Int32(graph.arrival(current).turn(to: graph.departure(next)))
        current = next
      } while current != first && !seen[current]
      ringOffsets.append(UInt32(truncatingIfNeeded: halfArcs.count))
      ringFaces.append(face)
      ringIsOuter.append(turns > 0)
    }
    group(faceCount)
  }

  /// A counting sort by face, outer rings first, otherwise in order.
  private mutating func group(_ faceCount: Int) {
    var offsets = [UInt32](repeating: 0, count: faceCount + 2)
    for face in ringFaces { offsets[Int(face) + 1] += 1 }
    for face in 1..<offsets.count { offsets[face] += offsets[face - 1] }
    faceOffsets = offsets
    rings = [UInt32](repeating: 0, count: ringFaces.count)
    for outer in [true, false] {
      for ring in ringFaces.indices where ringIsOuter[ring] == outer {
        let face = Int(ringFaces[ring])
        rings[Int(offsets[face])] = UInt32(truncatingIfNeeded: ring)
        offsets[face] += 1
      }
    }
  }
}

/// A direction of a walk: 0 east, 1 south, 2 west, 3 north.
struct WalkDirection {
  let number: Int
  /// 1 for a turn to the right, -1 to the left, 0 for straight on.
  func turn(to other: WalkDirection) -> Int { (other.number - number + 5) & 3 - 1 }
}

extension ArcGraph {
  /// The component on the right hand of a half arc.
  @inline(__always)
  func face(_ half: Int) -> UInt32 { half & 1 == 0 ? rightFaces[half >> 1] : leftFaces[half >> 1] }

  func turn(_ half: Int) -> Int32 { half & 1 == 0 ? turns[half >> 1] : -turns[half >> 1] }

  /// The direction in which a half arc leaves its start.
  func departure(_ half: Int) -> WalkDirection {
    WalkDirection(number: half & 1 == 0 ? starts[half >> 1].direction : (ends[half >> 1].direction + 2) & 3)
  }

  /// The direction in which a half arc arrives at its end.
  func arrival(_ half: Int) -> WalkDirection {
    WalkDirection(number: half & 1 == 0 ? ends[half >> 1].direction : (starts[half >> 1].direction + 2) & 3)
  }

  /// The node where a half arc ends; nil for a closed line without one.
  func endNode(_ half: Int) -> Int? {
    let end = half & 1 == 0 ? ends[half >> 1] : starts[half >> 1]
    return end.isNode ? end.node : nil
  }
}

/// The half arcs that leave every node, by direction.
struct NodeExits: Sendable {
  private(set) var exits: [UInt32]
  static let none = UInt32.max

  init(_ graph: ArcGraph) {
    exits = [UInt32](repeating: Self.none, count: graph.nodeCount * 4)
    for arc in 0..<graph.count where graph.starts[arc].isNode {
      let (start, end) = (graph.starts[arc], graph.ends[arc])
      exits[start.node * 4 + start.direction] = UInt32(truncatingIfNeeded: arc * 2)
      exits[end.node * 4 + (end.direction + 2) & 3] = UInt32(truncatingIfNeeded: arc * 2 + 1)
    }
  }

  /// The half arc that follows on a ring of the same face: left where that is its own again, else straight, else right.
  func next(_ half: Int, _ graph: ArcGraph) -> Int {
    guard let node = graph.endNode(half) else { return half }
    let direction = graph.arrival(half).number
    let face = graph.face(half)
    for turn in [3, 0, 1] {
      let exit = exits[node * 4 + (direction + turn) & 3]
      if exit != Self.none, graph.face(Int(exit)) == face { return Int(exit) }
    }
    return half
  }
}
