/// Finds the arcs that keep placed arcs from having the topology of the traced ones.
///
/// Nothing is found where and only where no two arcs meet but in their nodes, the arcs leave every node in the order they
/// had, every ring runs in its direction, and every island lies in the face it lay in. Then the faces do not overlap and
/// leave no gaps, and every ring is simple.
struct CoverageCheck: Sendable {
  let graph: ArcGraph
  let faces: FaceTable
  let exits: NodeExits
  let arcs: ArcPoints<FixedPosition>
  let isMirrored: Bool
  let threads: Int

  /// The arcs concerned, in order; each once.
  func conflicts(isCancelled: @escaping @Sendable () -> Bool) throws -> [Int] {
    let halves = ParallelWork.map(parts: 2, threads: threads) { part -> Half in
      if part == 0 { return .turned(crossedNodes() + turnedRings()) }
      let strips = SegmentStrips(arcs)
      return .strips(strips, IslandCheck(self, strips))
    }
    guard case .turned(let turned) = halves[0], case .strips(let strips, let islands) = halves[1] else {
      throw CancellationError()
    }
    var found = Set(turned)
    let parts = ParallelWork.bands(of: strips.count, threads: max(threads, strips.count / 64))
    let results = ParallelWork.map(parts: parts.count, threads: threads) { part in
      var result = StripResult()
      for strip in parts[part] where !isCancelled() {
        let segments = strips.sorted(strip)
        strips.collide(segments, &result.arcs)
        islands.check(strip, segments, &result.lost)
      }
      return result
    }
    if isCancelled() { throw CancellationError() }
    for result in results { found.formUnion(result.arcs) }
    let lost = results.flatMap(\.lost)
    if !lost.isEmpty { found.formUnion(islands.arcs(around: lost)) }
    return found.sorted()
  }

  /// What is found and prepared at the same time.
  private enum Half: Sendable {
    case turned([Int])
    case strips(SegmentStrips, IslandCheck)
  }

  private struct StripResult: Sendable {
    var arcs: Set<Int> = []
    var lost: [IslandCheck.Lost] = []
  }

  /// The first step of a half arc from its start.
  func firstStep(_ half: Int) -> SIMD2<Int> {
    let range = arcs.range(half >> 1)
    let (from, to) =
      half & 1 == 0 ? (range.lowerBound, range.lowerBound + 1) : (range.upperBound - 1, range.upperBound - 2)
    let (start, next) = (arcs.points[from], arcs.points[to])
    return SIMD2(Int(next.x) - Int(start.x), Int(next.y) - Int(start.y))
  }

  /// Arcs of nodes that they leave in another order than on the grid (east, south, west, north).
  private func crossedNodes() -> [Int] {
    var found: [Int] = []
    var steps: [SIMD2<Int>] = []
    for node in 0..<graph.nodeCount {
      steps.removeAll(keepingCapacity: true)
      for exit in exits.exits[(node * 4)..<(node * 4 + 4)] where exit != NodeExits.none {
        var step = firstStep(Int(exit))
        // Clockwise on the grid is clockwise in the result, or else in its mirror image.
        if !isMirrored { step.y = -step.y }
        steps.append(step)
      }
      if Direction.turns(steps) == 1 { continue }
      for exit in exits.exits[(node * 4)..<(node * 4 + 4)] where exit != NodeExits.none { found.append(Int(exit >> 1)) }
    }
    return found
  }

  /// Arcs of rings that run the wrong way round or have no area.
  private func turnedRings() -> [Int] {
    var found: [Int] = []
    for ring in 0..<faces.ringCount {
      let area = signedArea(ring)
      // The face on the right hand: outer rings run clockwise.
      if faces.ringIsOuter[ring] != isMirrored ? area < 0 : area > 0 { continue }
      found += faces.halfArcs(of: ring).map { Int($0 >> 1) }
    }
    return found
  }

  /// Twice the signed area of a ring, counter-clockwise positive.
  private func signedArea(_ ring: Int) -> Double {
    let halves = faces.halfArcs(of: ring)
    guard let first = halves.first else { return 0 }
    let origin = arcs.points[arcs.range(Int(first >> 1)).lowerBound]
    var sum = 0.0
    for half in halves {
      let range = arcs.range(Int(half >> 1))
      var part = 0.0
      for index in range.dropLast() {
        let (a, b) = (arcs.points[index], arcs.points[index + 1])
        part += Double(
          (Int(a.x) - Int(origin.x)) * (Int(b.y) - Int(origin.y))
            - (Int(b.x) - Int(origin.x)) * (Int(a.y) - Int(origin.y)))
      }
      sum += half & 1 == 0 ? part : -part
    }
    return sum
  }
}

/// Directions of steps and their order around a place.
enum Direction {
  /// Whether a step's direction comes before another's, counted clockwise with y downwards from east on.
  static func isBefore(_ first: SIMD2<Int>, _ second: SIMD2<Int>) -> Bool {
    let (one, other) = (half(first), half(second))
    if one != other { return one < other }
    return first.x * second.y - first.y * second.x > 0
  }

  private static func half(_ step: SIMD2<Int>) -> Int { step.y > 0 || (step.y == 0 && step.x > 0) ? 0 : 1 }

  /// How often steps go round, one after the other and back to the first; 1 where they are in order.
  static func turns(_ steps: [SIMD2<Int>]) -> Int {
    var turns = 0
    for index in steps.indices {
      let next = index + 1 == steps.count ? 0 : index + 1
      if !isBefore(steps[index], steps[next]) { turns += 1 }
    }
    return turns
  }
}
