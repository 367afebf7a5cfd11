extension PolygonRings {
  /// The parts of a polygon west and east of a meridian, each with its outer ring first and wound as the whole is.
  ///
  /// Positions are neither made nor moved: lines have one wherever they cross the meridian, which is what `x` is in the
  /// polygon's own numbers. So a part has all positions that its neighbours have, and the parts of polygons that share
  /// their lines share them too. Nil for what is no polygon: where a line crosses without a position, or rings meet
  /// elsewhere than in single positions.
  public func parts(atMeridian x: Int32) -> (west: [PolygonRings], east: [PolygonRings])? {
    // Turned by half a turn, what lies in the east lies in the west.
    guard let west = parts(x, facing: 1), let east = parts(x, facing: -1) else { return nil }
    return (west, east)
  }

  private func parts(_ meridian: Int32, facing: Int) -> [PolygonRings]? {
    let turned = ends.indices.map { index in
      ring(index).dropLast().map { SIMD2(facing * (Int($0.x) - Int(meridian)), facing * Int($0.y)) }
    }
    guard let loops = WesternSide(turned)?.loops() else { return nil }
    return LoopNesting.polygons(loops).map { polygon in
      var rings = PolygonRings()
      for loop in polygon {
        rings.append(
          loop.map { FixedPosition(x: Int32(facing * $0.x + Int(meridian)), y: Int32(facing * $0.y)) })
      }
      return rings
    }
  }

  private mutating func append(_ ring: [FixedPosition]) {
    positions += ring
    positions += ring.prefix(1)
    ends.append(positions.count)
  }
}

/// Edges of a polygon where x is negative, which have the polygon on their left, and those along the meridian x = 0 that
/// close them.
private struct WesternSide {
  typealias Place = SIMD2<Int>

  private var edges: [(start: Place, end: Place)] = []

  /// Rings that are not closed; nil where an edge crosses the meridian, or edges do not end on it as those of polygons do.
  init?(_ rings: [[Place]]) {
    var onMeridian: Set<Int> = []
    for ring in rings {
      for (index, start) in ring.enumerated() {
        let end = ring[index + 1 == ring.count ? 0 : index + 1]
        if start.x.signum() * end.x.signum() < 0 { return nil }
        if start.x == 0 { onMeridian.insert(start.y) }
        // Edges along the meridian are made anew: they have the polygon on one of their sides alone.
        if start.x < 0 || end.x < 0 { edges.append((start, end)) }
      }
    }
    if !close(onMeridian.sorted()) { return nil }
  }

  /// An edge that reaches the meridian: from the south to the north, the polygon begins at those that arrive.
  private struct Reach {
    var isArriving: Bool
    var latitude: Int
    /// The step from the meridian along the edge.
    var step: Place

    func isSouth(of other: Reach) -> Bool {
      if latitude != other.latitude { return latitude < other.latitude }
      return exactProduct(step.y, -other.step.x) < exactProduct(other.step.y, -step.x)
    }
  }

  /// Adds edges northwards along the meridian with all of the polygon's positions there; false where that is not possible.
  private mutating func close(_ latitudes: [Int]) -> Bool {
    var reaches: [Reach] = []
    for edge in edges {
      if edge.start.x == 0 {
        reaches.append(Reach(isArriving: false, latitude: edge.start.y, step: edge.end &- edge.start))
      } else if edge.end.x == 0 {
        reaches.append(Reach(isArriving: true, latitude: edge.end.y, step: edge.start &- edge.end))
      }
    }
    reaches.sort { $0.isSouth(of: $1) }
    var next = 0
    for index in stride(from: 0, to: reaches.count, by: 2) {
      guard index + 1 < reaches.count, reaches[index].isArriving, !reaches[index + 1].isArriving else { return false }
      var south = reaches[index].latitude
      let north = reaches[index + 1].latitude
      while next < latitudes.count, latitudes[next] <= north {
        let latitude = latitudes[next]
        if latitude > south {
          edges.append((Place(0, south), Place(0, latitude)))
          south = latitude
        }
        next += 1
      }
    }
    return true
  }

  /// The borders of what lies together, as rings that pass no position twice; nil where edges do not lead on.
  ///
  /// Where several rings meet, a border goes on along the first edge to its left: so it keeps to one side of all rings that
  /// touch one another, and what only touches falls apart.
  func loops() -> [[Place]]? {
    var leaving: [Place: [Int]] = [:]
    for (index, edge) in edges.enumerated() { leaving[edge.start, default: []].append(index) }
    var isUsed = [Bool](repeating: false, count: edges.count)
    var loops: [[Place]] = []
    for first in edges.indices where !isUsed[first] {
      var border: [Place] = []
      var edge = first
      repeat {
        if isUsed[edge] { return nil }
        isUsed[edge] = true
        border.append(edges[edge].start)
        guard let following = following(edge, leaving[edges[edge].end] ?? []) else { return nil }
        edge = following
      } while edge != first
      loops += Self.loops(of: border)
    }
    return loops
  }

  private func following(_ edge: Int, _ leaving: [Int]) -> Int? {
    if leaving.count < 2 { return leaving.first }
    let back = edges[edge].start &- edges[edge].end
    func step(_ index: Int) -> Place { edges[index].end &- edges[index].start }
    return leaving.min { Self.isBefore(step($0), step($1), from: back) }
  }

  /// Whether clockwise from a direction one step comes before another.
  private static func isBefore(_ one: Place, _ other: Place, from back: Place) -> Bool {
    let (first, second) = (half(one, from: back), half(other, from: back))
    if first != second { return first < second }
    return turn(one, other) < 0
  }

  /// 0 for less than half a turn clockwise from a direction, 1 for more, 2 for the direction itself.
  private static func half(_ step: Place, from back: Place) -> Int {
    let side = turn(back, step)
    if side != 0 { return side < 0 ? 0 : 1 }
    return back.x.signum() == step.x.signum() && back.y.signum() == step.y.signum() ? 2 : 1
  }

  /// The sign of the turn from one direction to another, positive counter-clockwise.
  private static func turn(_ one: Place, _ other: Place) -> Int {
    Int((exactProduct(one.x, other.y) - exactProduct(one.y, other.x)).signum())
  }

  /// A border cut where it comes back to a position.
  private static func loops(of border: [Place]) -> [[Place]] {
    var loops: [[Place]] = []
    var way: [Place] = []
    var index: [Place: Int] = [:]
    for place in border {
      guard let start = index[place] else {
        index[place] = way.count
        way.append(place)
        continue
      }
      loops.append(Array(way[start...]))
      for passed in way[(start + 1)...] { index[passed] = nil }
      way.removeSubrange((start + 1)...)
    }
    loops.append(way)
    return loops
  }
}

/// Which rings are holes of which.
private enum LoopNesting {
  typealias Place = SIMD2<Int>

  private struct Outer {
    var rings: [[Place]]
    var area: Int128
    var low: Place
    var high: Place
  }

  /// Polygons of rings: counter-clockwise ones each with the others that lie in it.
  static func polygons(_ loops: [[Place]]) -> [[[Place]]] {
    var outers: [Outer] = []
    var holes: [[Place]] = []
    for loop in loops {
      let area = signedArea(loop)
      if area < 0 { holes.append(loop) }
      if area <= 0 { continue }
      let low = loop.reduce(loop[0]) { Place(min($0.x, $1.x), min($0.y, $1.y)) }
      let high = loop.reduce(loop[0]) { Place(max($0.x, $1.x), max($0.y, $1.y)) }
      outers.append(Outer(rings: [loop], area: area, low: low, high: high))
    }
    // What lies in the hole of another is smaller than it.
    outers.sort { $0.area < $1.area }
    for hole in holes {
      let candidates = outers.indices.filter { outer in
        hole.allSatisfy {
          $0.x >= outers[outer].low.x && $0.y >= outers[outer].low.y && $0.x <= outers[outer].high.x
            && $0.y <= outers[outer].high.y
        }
      }
      let inner = candidates.dropLast().first { contains(hole, outers[$0].rings[0]) }
      if let outer = inner ?? candidates.last { outers[outer].rings.append(hole) }
    }
    return outers.map(\.rings)
  }

  /// Whether a ring holds another that it may touch in single positions: the middle of an edge tells.
  private static func contains(_ hole: [Place], _ ring: [Place]) -> Bool {
    let middle = hole[0] &+ hole[1]
    var isInside = false
    for (index, first) in ring.enumerated() {
      let second = ring[index + 1 == ring.count ? 0 : index + 1]
      let (low, high) = first.y < second.y ? (first &* 2, second &* 2) : (second &* 2, first &* 2)
      guard low.y <= middle.y, middle.y < high.y else { continue }
      let side =
        exactProduct(high.x - low.x, middle.y - low.y) - exactProduct(high.y - low.y, middle.x - low.x)
      if side > 0 { isInside.toggle() }
    }
    return isInside
  }

  /// Twice the area, positive counter-clockwise.
  private static func signedArea(_ ring: [Place]) -> Int128 {
    var sum: Int128 = 0
    for (index, first) in ring.enumerated() {
      let second = ring[index + 1 == ring.count ? 0 : index + 1]
      sum += exactProduct(first.x, second.y) - exactProduct(second.x, first.y)
    }
    return sum
  }
}

/// A product that no numbers are too large for.
private func exactProduct(_ one: Int, _ other: Int) -> Int128 { Int128(one) * Int128(other) }
