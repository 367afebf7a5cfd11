/// A position on the Earth in degrees, WGS 84.
public struct GeographicPoint: Hashable, Sendable {
  /// Degrees east of Greenwich, -180 to 180.
  public var longitude: Double
  /// Degrees north of the equator, -90 to 90.
  public var latitude: Double

  /// A position in degrees.
  @inlinable public init(longitude: Double, latitude: Double) {
    self.longitude = longitude
    self.latitude = latitude
  }
}

/// A polygon in longitude and latitude; rings are closed (the last position equals the first).
public struct GeographicPolygon: Hashable, Sendable {
  /// The outer ring.
  public var exterior: [GeographicPoint]
  /// The rings of its holes.
  public var holes: [[GeographicPoint]]

  /// A polygon of closed rings.
  public init(exterior: [GeographicPoint], holes: [[GeographicPoint]] = []) {
    self.exterior = exterior
    self.holes = holes
  }

  /// A box, counter-clockwise.
  public init(west: Double, south: Double, east: Double, north: Double) {
    let corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    self.init(exterior: corners.map { GeographicPoint(longitude: $0.0, latitude: $0.1) })
  }

  /// The outer ring, then the holes.
  public var rings: [[GeographicPoint]] { [exterior] + holes }
}

/// A box in degrees; west is greater than east when it crosses the antimeridian (RFC 7946, 5.2).
public struct GeographicBox: Hashable, Sendable {
  /// Western edge.
  public var west: Double
  /// Southern edge.
  public var south: Double
  /// Eastern edge.
  public var east: Double
  /// Northern edge.
  public var north: Double

  /// A box by its edges.
  public init(west: Double, south: Double, east: Double, north: Double) {
    self.west = west
    self.south = south
    self.east = east
    self.north = north
  }

  /// [west, south, east, north].
  public var numbers: [Double] { [west, south, east, north] }
}
