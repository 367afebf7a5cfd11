/// Whether groups of arcs that hang together still lie in the faces they lay in.
///
/// West of the westernmost position of a group there is nothing of itself, so the next piece of an arc to the west tells
/// which face it lies in.
struct IslandCheck: Sendable {
  /// A group that lies elsewhere: where its westernmost position is, and the arc that was found to the west.
  struct Lost: Sendable {
    var point: Int
    var neighbour: Int?
  }

  private struct Question: Sendable {
    var position: FixedPosition
    var point: Int
    var face: UInt32
  }

  private let check: CoverageCheck
  /// Questions by strip.
  private var questions: [[Question]]

  init(_ check: CoverageCheck, _ strips: SegmentStrips) {
    self.check = check
    questions = [[Question]](repeating: [], count: strips.count)
    for point in Self.westernmost(check) {
      let position = check.arcs.points[point]
      questions[strips.strip(of: position.y)].append(
        Question(position: position, point: point, face: westernFace(point)))
    }
  }

  /// The index of the westernmost (then southernmost) position of every group.
  private static func westernmost(_ check: CoverageCheck) -> [Int] {
    let graph = check.graph
    var parents = (0..<graph.nodeCount).map { UInt32($0) }
    func root(_ node: Int) -> Int {
      var current = node
      while Int(parents[current]) != current {
        parents[current] = parents[Int(parents[current])]
        current = Int(parents[current])
      }
      return current
    }
    for arc in 0..<graph.count where graph.starts[arc].isNode {
      let (one, other) = (root(graph.starts[arc].node), root(graph.ends[arc].node))
      parents[max(one, other)] = UInt32(min(one, other))
    }
    var best = [UInt32](repeating: .max, count: graph.nodeCount)
    var found: [Int] = []
    for arc in 0..<graph.count {
      guard let first = westernmost(check.arcs, arc) else { continue }
      if !graph.starts[arc].isNode {
        found.append(first)
        continue
      }
      let group = root(graph.starts[arc].node)
      if best[group] == .max || precedes(check.arcs.points[first], check.arcs.points[Int(best[group])]) {
        best[group] = UInt32(first)
      }
    }
    return found + best.filter { $0 != .max }.map { Int($0) }
  }

  private static func westernmost(_ arcs: ArcPoints<FixedPosition>, _ arc: Int) -> Int? {
    arcs.range(arc).min { precedes(arcs.points[$0], arcs.points[$1]) }
  }

  private static func precedes(_ first: FixedPosition, _ second: FixedPosition) -> Bool {
    first.x != second.x ? first.x < second.x : first.y < second.y
  }

  /// The face west of a position that is the westernmost of its group.
  private func westernFace(_ point: Int) -> UInt32 {
    let arcs = check.arcs
    let arc = arcs.arc(of: point)
    let range = arcs.range(arc)
    let end = check.graph.starts[arc].isNode
    var halves: [(half: Int, step: SIMD2<Int>)] = []
    func step(to other: Int) -> SIMD2<Int> {
      let (from, to) = (arcs.points[point], arcs.points[other])
      return SIMD2(Int(to.x) - Int(from.x), Int(to.y) - Int(from.y))
    }
    if point > range.lowerBound, point < range.upperBound - 1 {
      halves = [(arc * 2, step(to: point + 1)), (arc * 2 + 1, step(to: point - 1))]
    } else if !end {
      halves = [(arc * 2, step(to: range.lowerBound + 1)), (arc * 2 + 1, step(to: range.upperBound - 2))]
    } else {
      let node = point == range.lowerBound ? check.graph.starts[arc].node : check.graph.ends[arc].node
      for exit in check.exits.exits[(node * 4)..<(node * 4 + 4)] where exit != NodeExits.none {
        halves.append((Int(exit), check.firstStep(Int(exit))))
      }
    }
    // All steps go eastwards, or north; on the left of the one that goes most to the north is the west.
    guard var northernmost = halves.first else { return 0 }
    for other in halves.dropFirst()
    where northernmost.step.x * other.step.y - northernmost.step.y * other.step.x > 0 {
      northernmost = other
    }
    return check.graph.face(check.isMirrored ? northernmost.half : northernmost.half ^ 1)
  }

  /// Appends the groups of a strip that lie elsewhere than they did.
  func check(_ strip: Int, _ segments: [ArcSegment], _ lost: inout [Lost]) {
    if questions[strip].isEmpty { return }
    var reach: [Int32] = []
    reach.reserveCapacity(segments.count)
    var farthest = Int32.min
    for segment in segments {
      farthest = max(farthest, segment.high)
      reach.append(farthest)
    }
    for question in questions[strip] {
      let neighbour = nearest(question.position, segments, reach)
      let face = neighbour.map { easternFace($0) } ?? 0
      if face == question.face { continue }
      lost.append(Lost(point: question.point, neighbour: neighbour.map { check.arcs.arc(of: Int($0.index)) }))
    }
  }

  /// The next piece west of a position, just above its height: of several that go up from one place there, the easternmost.
  private func nearest(_ position: FixedPosition, _ segments: [ArcSegment], _ reach: [Int32]) -> ArcSegment? {
    var best: (segment: ArcSegment, x: Double, slope: Double)?
    var index = segments.indices.partitioningIndex { segments[$0].low >= position.x } - 1
    while index >= 0 {
      if let best, Double(reach[index]) < best.x { break }
      let segment = segments[index]
      index -= 1
      let (start, end) = (segment.start, segment.end)
      if (start.y <= position.y) == (end.y <= position.y) { continue }
      let slope = Double(Int(end.x) - Int(start.x)) / Double(Int(end.y) - Int(start.y))
      // The same number for all that begin or end in one place.
      let x =
        end.y == position.y ? Double(end.x) : Double(start.x) + slope * Double(Int(position.y) - Int(start.y))
      if x < Double(position.x), (x, slope) > (best?.x ?? -.infinity, best?.slope ?? -.infinity) {
        best = (segment, x, slope)
      }
    }
    return best?.segment
  }

  private func easternFace(_ segment: ArcSegment) -> UInt32 {
    let arc = check.arcs.arc(of: Int(segment.index))
    // Northwards, the east is on the right hand.
    let isRight = (segment.end.y > segment.start.y) != check.isMirrored
    return isRight ? check.graph.rightFaces[arc] : check.graph.leftFaces[arc]
  }

  /// The arcs whose traced corners surround a group that lies elsewhere: among them is the one that passed over it.
  func arcs(around lost: [Lost]) -> [Int] {
    var found = lost.compactMap(\.neighbour)
    var places: [GridPoint] = []
    var points: [GridPoint] = []
    for group in lost {
      let arc = check.arcs.arc(of: group.point)
      found.append(arc)
      check.graph.decode(arc, into: &points)
      places.append(points[0])
    }
    places.sort { $0.x < $1.x }
    for arc in 0..<check.graph.count {
      check.graph.decode(arc, into: &points)
      var (west, east, top, bottom) = (Int32.max, Int32.min, Int32.max, Int32.min)
      for point in points {
        (west, east) = (min(west, point.x), max(east, point.x))
        (top, bottom) = (min(top, point.y), max(bottom, point.y))
      }
      var next = places.indices.partitioningIndex { places[$0].x >= west }
      while next < places.count, places[next].x <= east {
        if places[next].y >= top, places[next].y <= bottom {
          found.append(arc)
          break
        }
        next += 1
      }
    }
    return found
  }
}
