/// A corner in the plane of longitude and latitude.
struct Corner: Sendable, Hashable, Codable {
  let x: Double
  let y: Double
}

/// A ring that counts for or against an area.
struct PlaneRing: Sendable, Hashable, Codable {
  /// Counterclockwise, the first not repeated at the end.
  let corners: [Corner]
  /// 1 or -1.
  let sign: Double
  /// Whether it bends outwards everywhere.
  let isConvex: Bool

  /// Nil for a ring without an area.
  init?(_ ring: [Corner], sign: Double) {
    let area = Self.area(ring[...])
    guard ring.count > 2, area != 0, area.isFinite else { return nil }
    corners = area > 0 ? ring : ring.reversed()
    self.sign = sign
    isConvex = Self.isConvex(corners)
  }

  private enum CodingKeys: CodingKey { case corners, sign }

  /// Reads corners and sign; the rest follows from them, and is not believed.
  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    let corners = try members.decode([Corner].self, forKey: .corners)
    guard let ring = PlaneRing(corners, sign: try members.decode(Double.self, forKey: .sign)) else {
      throw DecodingError.dataCorruptedError(forKey: .corners, in: members, debugDescription: "a ring without an area")
    }
    self = ring
  }

  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(corners, forKey: .corners)
    try members.encode(sign, forKey: .sign)
  }

  /// Its area with its sign.
  var signedArea: Double { Self.area(corners[...]) * sign }

  /// The area of a ring, positive where it is counterclockwise.
  static func area(_ ring: ArraySlice<Corner>) -> Double {
    guard let origin = ring.first, var here = ring.last else { return 0 }
    var sum = 0.0
    for next in ring {
      sum += (here.x - origin.x) * (next.y - origin.y) - (next.x - origin.x) * (here.y - origin.y)
      here = next
    }
    return sum / 2
  }

  /// Whether a counterclockwise ring never turns to the right, and goes around once only.
  private static func isConvex(_ ring: [Corner]) -> Bool {
    var reversals = 0
    var heading = 0.0
    for index in ring.indices {
      let (here, next) = (ring[index], ring[(index + 1) % ring.count])
      let beyond = ring[(index + 2) % ring.count]
      if (next.x - here.x) * (beyond.y - next.y) < (beyond.x - next.x) * (next.y - here.y) { return false }
      let step = next.x - here.x
      guard step != 0 else { continue }
      if step * heading < 0 { reversals += 1 }
      heading = step
    }
    // Whoever goes around once turns back in the east and in the west, and may have begun between the two.
    return reversals <= 2
  }

  /// The ring cut into strips of one height, each as the box around what of the ring lies in it.
  func strips(_ count: Int) -> [PlaneBox] {
    var whole = PlaneBox()
    for corner in corners { whole.add(corner) }
    let height = (whole.north - whole.south) / Double(count)
    return (0..<count).compactMap { index in
      let bottom = whole.south + height * Double(index)
      let top = index == count - 1 ? whole.north : bottom + height
      let strip = strip(from: bottom, to: top)
      return strip.west < strip.east && bottom < top ? strip : nil
    }
  }

  private func strip(from bottom: Double, to top: Double) -> PlaneBox {
    var strip = PlaneBox()
    for index in corners.indices {
      let (start, end) = (corners[index], corners[index + 1 == corners.count ? 0 : index + 1])
      let (low, high) = start.y <= end.y ? (start, end) : (end, start)
      guard low.y <= top, high.y >= bottom else { continue }
      // Rounding must not take a corner out of the strip that it lies in.
      for end in [low, high] where bottom <= end.y && end.y <= top { strip.add(end) }
      guard low.y < high.y else { continue }
      for latitude in [bottom, top] where low.y < latitude && latitude < high.y {
        let share = (latitude - low.y) / (high.y - low.y)
        strip.add(Corner(x: low.x + (high.x - low.x) * share, y: latitude))
      }
    }
    return PlaneBox(west: strip.west, south: bottom, east: strip.east, north: top)
  }
}
