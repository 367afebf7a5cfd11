extension Geometry {
  /// Whether the geometry is valid beyond doubt (OGC 06-103r4 section 6.1.11): a point, a line of different positions, or a
  /// polygon of one ring of not more than sixty positions whose edges keep clear of each other.
  ///
  /// Of others it says nothing: they may be valid or not, and a database must tell.
  public var isSurelyValid: Bool {
    switch self {
    case .point: true
    case .lineString(let line): zip(line, line.dropFirst()).allSatisfy { $0.isApart(from: $1) }
    case .polygon(let rings): rings.count == 1 && Self.isSurelySimple(rings[0])
    case .multiPoint, .multiLineString, .multiPolygon, .collection: false
    }
  }

  private static func isSurelySimple(_ ring: [Position]) -> Bool {
    let edges = Array(zip(ring, ring.dropFirst()))
    guard 3...60 ~= edges.count, let first = ring.first, let last = ring.last,
      first.longitude == last.longitude, first.latitude == last.latitude
    else { return false }
    for (index, edge) in edges.enumerated() {
      let next = edges[(index + 1) % edges.count]
      // A corner, and neither a straight line nor a spike.
      guard side(edge, next.1) != 0 else { return false }
      for other in edges.dropFirst(index + 2) where !(index == 0 && other == edges[edges.count - 1]) {
        guard areApart(edge, other) else { return false }
      }
    }
    return true
  }

  private typealias Edge = (Position, Position)

  /// Whether one of the edges lies wholly on one side of the other.
  private static func areApart(_ one: Edge, _ other: Edge) -> Bool {
    side(one, other.0) * side(one, other.1) > 0 || side(other, one.0) * side(other, one.1) > 0
  }

  /// On which side of an edge a position lies, 1 or -1; 0 where rounding might decide.
  private static func side(_ edge: Edge, _ position: Position) -> Int {
    let along = (edge.1.longitude - edge.0.longitude, edge.1.latitude - edge.0.latitude)
    let towards = (position.longitude - edge.0.longitude, position.latitude - edge.0.latitude)
    let products = (along.0 * towards.1, along.1 * towards.0)
    let area = products.0 - products.1
    let doubt = 1e-10 * (abs(products.0) + abs(products.1)) + 1e-18
    return area > doubt ? 1 : area < -doubt ? -1 : 0
  }
}

extension Position {
  fileprivate func isApart(from other: Position) -> Bool {
    longitude != other.longitude || latitude != other.latitude
  }
}
