/// A position: longitude and latitude in degrees, height in metres where there is one.
public struct Position: Sendable, Hashable {
  public let longitude: Double
  public let latitude: Double
  public let height: Double?

  public init(longitude: Double, latitude: Double, height: Double? = nil) {
    self.longitude = longitude
    self.latitude = latitude
    self.height = height
  }
}

/// A GeoJSON geometry (RFC 7946 section 3.1) in lon/lat; rings are closed, lines have two positions at least.
public indirect enum Geometry: Sendable, Hashable {
  case point(Position)
  case multiPoint([Position])
  case lineString([Position])
  case multiLineString([[Position]])
  case polygon([[Position]])
  case multiPolygon([[[Position]]])
  case collection([Geometry])

  /// Every position, in document order.
  public var positions: [Position] {
    switch self {
    case .point(let position): [position]
    case .multiPoint(let positions), .lineString(let positions): positions
    case .multiLineString(let lines), .polygon(let lines): lines.flatMap { $0 }
    case .multiPolygon(let polygons): polygons.flatMap { $0.flatMap { $0 } }
    case .collection(let members): members.flatMap(\.positions)
    }
  }

  /// The smallest box with west <= east around every position; nothing is assumed about the antimeridian.
  public var boundingBox: BoundingBox {
    let all = positions
    let longitudes = all.map(\.longitude)
    let latitudes = all.map(\.latitude)
    return BoundingBox(
      west: longitudes.min() ?? 0, south: latitudes.min() ?? 0, east: longitudes.max() ?? 0, north: latitudes.max() ?? 0
    )
  }
}
