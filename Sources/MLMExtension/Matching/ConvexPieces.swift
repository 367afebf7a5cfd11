/// Convex rings, whose signed sum is a shape or that part of it which may meet another.
struct ConvexPieces {
  private struct Piece {
    let range: Range<Int>
    let sign: Double
    let bounds: PlaneBox
  }

  private var corners: [Corner] = []
  private var pieces: [Piece] = []

  /// Whether these are all of the pieces that were asked for.
  private(set) var isWhole = true

  /// How many corners the pieces have: comparing two shapes takes as many steps as the product of theirs.
  var steps: Int { corners.count }

  /// The pieces of rings that may meet one of some boxes: convex rings themselves, of others the triangles of their first
  /// corner with each of their sides.
  ///
  /// Where a ring bends inwards some of these count against the area, so that their sum is the ring's inside.
  ///
  /// - Parameter most: how many corners they may have; beyond that they are not whole.
  init(_ rings: [PlaneRing], near boxes: [PlaneBox], most: Int = .max) {
    for ring in rings {
      if ring.isConvex {
        add(ring.corners, ring.sign, near: boxes)
        continue
      }
      let first = ring.corners[0]
      for index in 1..<(ring.corners.count - 1) {
        addTriangle(first, ring.corners[index], ring.corners[index + 1], ring.sign, near: boxes)
        if steps > most { break }
      }
      if steps > most { break }
    }
    isWhole = steps <= most
  }

  init(_ boxes: [PlaneBox], near others: [PlaneBox]) {
    for box in boxes {
      let corners = [
        Corner(x: box.west, y: box.south), Corner(x: box.east, y: box.south), Corner(x: box.east, y: box.north),
        Corner(x: box.west, y: box.north),
      ]
      add(corners, 1, near: others)
    }
  }

  private mutating func add(_ ring: [Corner], _ sign: Double, near boxes: [PlaneBox]) {
    var bounds = PlaneBox()
    for corner in ring { bounds.add(corner) }
    guard boxes.contains(where: bounds.meets) else { return }
    let start = corners.count
    corners.append(contentsOf: ring)
    pieces.append(Piece(range: start..<corners.count, sign: sign, bounds: bounds))
  }

  private mutating func addTriangle(
    _ first: Corner, _ second: Corner, _ third: Corner, _ sign: Double, near boxes: [PlaneBox]
  ) {
    var bounds = PlaneBox()
    bounds.add(first)
    bounds.add(second)
    bounds.add(third)
    let turn = (second.x - first.x) * (third.y - first.y) - (third.x - first.x) * (second.y - first.y)
    guard turn != 0, boxes.contains(where: bounds.meets) else { return }
    let start = corners.count
    corners.append(first)
    corners.append(turn > 0 ? second : third)
    corners.append(turn > 0 ? third : second)
    pieces.append(Piece(range: start..<corners.count, sign: turn > 0 ? sign : -sign, bounds: bounds))
  }

  /// The area that the two have in common; at least 0, whatever rounding makes of it.
  func commonArea(with other: ConvexPieces) -> Double {
    var clip = ConvexClip()
    var sum = 0.0
    for piece in pieces {
      for another in other.pieces where piece.bounds.meets(another.bounds) {
        clip.intersect(corners[piece.range], other.corners[another.range])
        sum += clip.area * piece.sign * another.sign
      }
    }
    return max(0, sum)
  }

  /// What the two have in common, piece by piece.
  func common(with other: ConvexPieces) -> [PlaneRing] {
    var clip = ConvexClip()
    var rings: [PlaneRing] = []
    for piece in pieces {
      for another in other.pieces where piece.bounds.meets(another.bounds) {
        clip.intersect(corners[piece.range], other.corners[another.range])
        if let ring = PlaneRing(clip.ring, sign: piece.sign * another.sign) { rings.append(ring) }
      }
    }
    return rings
  }
}

/// Cuts convex rings by convex rings (Sutherland and Hodgman), in memory that is used again.
private struct ConvexClip {
  /// What two rings have in common, counterclockwise; less than three corners where that has no area.
  private(set) var ring: [Corner] = []
  private var next: [Corner] = []

  var area: Double { ring.count < 3 ? 0 : max(0, PlaneRing.area(ring[...])) }

  /// Both counterclockwise.
  mutating func intersect(_ first: ArraySlice<Corner>, _ second: ArraySlice<Corner>) {
    // The one of fewer corners cuts: each of its sides looks at all corners of the other.
    let isSmaller = first.count < second.count
    ring.removeAll(keepingCapacity: true)
    ring.append(contentsOf: isSmaller ? second : first)
    let sides = isSmaller ? first : second
    guard var start = sides.last else { return }
    for end in sides {
      cut(by: start, end)
      if ring.count < 3 { return }
      start = end
    }
  }

  /// Keeps what lies left of a line.
  private mutating func cut(by start: Corner, _ end: Corner) {
    next.removeAll(keepingCapacity: true)
    let (width, height) = (end.x - start.x, end.y - start.y)
    var previous = ring[ring.count - 1]
    var previousSide = width * (previous.y - start.y) - height * (previous.x - start.x)
    for corner in ring {
      let side = width * (corner.y - start.y) - height * (corner.x - start.x)
      if (side > 0) != (previousSide > 0) {
        let share = previousSide / (previousSide - side)
        next.append(
          Corner(x: previous.x + (corner.x - previous.x) * share, y: previous.y + (corner.y - previous.y) * share))
      }
      if side > 0 { next.append(corner) }
      previous = corner
      previousSide = side
    }
    swap(&ring, &next)
  }
}
