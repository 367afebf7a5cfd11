import Vectors

/// Turns placed rings into positions with the decimals of a unit, without those that say nothing.
enum RingReduction {
  /// The positions that are needed: every node, and on straight runs of pixel edges what bends in longitude/latitude.
  ///
  /// Runs are looked at from their upper left end, so that both neighbours keep the same positions and no gap or overlap
  /// opens between them. The result is not closed and not rounded.
  static func reduced(_ path: RingPath) -> [GeographicPoint] {
    guard let firstNode = path.corners.firstIndex(where: \.isNode) else {
      return points(path, Array(path.corners.indices))
    }
    let count = path.corners.count
    var kept: [Int] = []
    var start = firstNode
    repeat {
      var end = (start + 1) % count
      while !path.corners[end].isNode { end = (end + 1) % count }
      kept.append(start)
      let length = (end - start + count) % count
      if length > 1 { kept += bends(path, start, length) }
      start = end
    } while start != firstNode
    return points(path, kept)
  }

  /// As ``reduced(_:)`` for a line that is not closed, whose ends stay; longitudes run on without a jump.
  static func reducedLine(_ path: RingPath) -> [GeographicPoint] {
    let nodes = path.corners.indices.filter { path.corners[$0].isNode }
    guard var kept = nodes.first.map({ [$0] }) else { return [] }
    for (start, end) in zip(nodes, nodes.dropFirst()) {
      if end - start > 1 { kept += bends(path, start, end - start) }
      kept.append(end)
    }
    return points(path, kept)
  }

  private static func points(_ path: RingPath, _ indices: [Int]) -> [GeographicPoint] {
    indices.map { GeographicPoint(longitude: path.longitudes[$0], latitude: path.latitudes[$0]) }
  }

  /// Positions to keep strictly inside a run of `length` steps from `start` (Douglas-Peucker, without recursion).
  private static func bends(_ path: RingPath, _ start: Int, _ length: Int) -> [Int] {
    let count = path.corners.count
    let (first, last) = (path.corners[start], path.corners[(start + length) % count])
    let isForward = (first.row, first.column) < (last.row, last.column)
    // Longitudes of a ring around a pole jump once, at its end: taken relative to the first position.
    func position(_ step: Int) -> (x: Double, y: Double) {
      let index = (start + (isForward ? step : length - step)) % count
      let wrap = index < start ? 360 * Double(path.turns) : 0
      return (path.longitudes[index] + wrap, path.latitudes[index])
    }
    var kept: [Int] = []
    var open = [(0, length)]
    while let (from, to) = open.popLast() {
      if to - from < 2 { continue }
      let a = position(from)
      let b = position(to)
      let span = ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
      var worst = (step: 0, distance: DegreeUnit.coarsest.tolerance * span)
      for step in (from + 1)..<to {
        let p = position(step)
        let distance = abs((p.x - a.x) * (b.y - a.y) - (p.y - a.y) * (b.x - a.x))
        if distance > worst.distance { worst = (step, distance) }
      }
      if worst.step == 0 { continue }
      kept.append(isForward ? worst.step : length - worst.step)
      open += [(from, worst.step), (worst.step, to)]
    }
    return kept.sorted().map { (start + $0) % count }
  }

  /// Rounds, drops repeated positions, closes; nil when no area remains.
  ///
  /// Positions on a straight way stay, because a neighbour may have them too, but for outlines without neighbours
  /// (`isAlone`), which lose those on meridians and parallels.
  static func closedRing(
    _ points: [GeographicPoint], _ unit: DegreeUnit, isAlone: Bool = false
  ) -> [GeographicPoint]? {
    var stack: [GeographicPoint] = []
    func append(_ point: GeographicPoint) {
      if stack.last == point { return }
      while isAlone, stack.count >= 2, isBetween(stack[stack.count - 2], stack[stack.count - 1], point) {
        stack.removeLast()
      }
      stack.append(point)
    }
    for point in points {
      append(GeographicPoint(longitude: unit.rounded(point.longitude), latitude: unit.rounded(point.latitude)))
    }
    while stack.count > 1, stack.first == stack.last { stack.removeLast() }
    if isAlone {
      while stack.count >= 3, isBetween(stack[stack.count - 2], stack[stack.count - 1], stack[0]) { stack.removeLast() }
      while stack.count >= 3, isBetween(stack[stack.count - 1], stack[0], stack[1]) { stack.removeFirst() }
    }
    guard stack.count >= 3, signedArea(stack) != 0 else { return nil }
    return stack + [stack[0]]
  }

  /// Whether `middle` lies on the way from `first` to `last` along a meridian or parallel.
  private static func isBetween(
    _ first: GeographicPoint, _ middle: GeographicPoint, _ last: GeographicPoint
  ) -> Bool {
    let (ax, ay) = (middle.longitude - first.longitude, middle.latitude - first.latitude)
    let (bx, by) = (last.longitude - middle.longitude, last.latitude - middle.latitude)
    return (ax == 0 && bx == 0 && ay * by > 0) || (ay == 0 && by == 0 && ax * bx > 0)
  }

  /// Twice the signed area in square degrees, relative to the first position; positive counter-clockwise.
  static func signedArea(_ ring: [GeographicPoint]) -> Double {
    guard let origin = ring.first else { return 0 }
    var sum = 0.0
    for index in ring.indices {
      let a = ring[index]
      let b = ring[index + 1 == ring.count ? 0 : index + 1]
      sum +=
        (a.longitude - origin.longitude) * (b.latitude - origin.latitude)
        - (b.longitude - origin.longitude) * (a.latitude - origin.latitude)
    }
    return sum
  }

  /// A closed ring in the given direction.
  static func oriented(_ ring: [GeographicPoint], counterClockwise: Bool) -> [GeographicPoint] {
    (signedArea(ring) > 0) == counterClockwise ? ring : ring.reversed()
  }
}
