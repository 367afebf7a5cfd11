/// A corner in the plane of longitude and latitude.
struct Corner: Sendable, Hashable {
  let x: Double
  let y: Double
}

/// A convex ring that counts for or against an area.
struct ConvexPiece: Sendable, Hashable {
  /// Counterclockwise.
  let corners: [Corner]
  /// 1 or -1.
  let sign: Double

  /// Its area with its sign.
  var signedArea: Double { Self.area(corners) * sign }

  /// The pieces that a ring is the sum of: the triangles of its first corner with each of its sides.
  ///
  /// Where the ring bends inwards some of them count against the area, so that their sum is the ring's inside.
  static func fan(_ ring: [Corner], sign: Double) -> [ConvexPiece] {
    guard ring.count > 2 else { return [] }
    let orientation = area(ring) < 0 ? -sign : sign
    return (1..<(ring.count - 1)).compactMap { index in
      let triangle = [ring[0], ring[index], ring[index + 1]]
      let area = area(triangle)
      guard area != 0 else { return nil }
      return ConvexPiece(
        corners: area > 0 ? triangle : triangle.reversed(), sign: area > 0 ? orientation : -orientation)
    }
  }

  /// What two pieces have in common, which counts as the product of their signs; nil where that has no area.
  func common(with other: ConvexPiece) -> ConvexPiece? {
    var ring = corners
    for index in other.corners.indices {
      let next = index + 1 == other.corners.count ? 0 : index + 1
      ring = Self.clip(ring, by: other.corners[index], other.corners[next])
      if ring.count < 3 { return nil }
    }
    return Self.area(ring) > 0 ? ConvexPiece(corners: ring, sign: sign * other.sign) : nil
  }

  /// The area of a ring, positive where it is counterclockwise.
  private static func area(_ ring: [Corner]) -> Double {
    guard let origin = ring.first else { return 0 }
    var sum = 0.0
    for index in ring.indices {
      let (here, next) = (ring[index], ring[index + 1 == ring.count ? 0 : index + 1])
      sum += (here.x - origin.x) * (next.y - origin.y) - (next.x - origin.x) * (here.y - origin.y)
    }
    return sum / 2
  }

  /// What of a convex ring lies left of a line (Sutherland and Hodgman).
  private static func clip(_ ring: [Corner], by start: Corner, _ end: Corner) -> [Corner] {
    var kept: [Corner] = []
    kept.reserveCapacity(ring.count + 1)
    func side(_ corner: Corner) -> Double {
      (end.x - start.x) * (corner.y - start.y) - (end.y - start.y) * (corner.x - start.x)
    }
    var previous = ring[ring.count - 1]
    var previousSide = side(previous)
    for corner in ring {
      let present = side(corner)
      if (present > 0) != (previousSide > 0) {
        let share = previousSide / (previousSide - present)
        kept.append(
          Corner(x: previous.x + (corner.x - previous.x) * share, y: previous.y + (corner.y - previous.y) * share))
      }
      if present > 0 { kept.append(corner) }
      previous = corner
      previousSide = present
    }
    return kept
  }
}
