import StacModel

/// A box in the plane of longitude and latitude, west <= east.
struct PlaneBox: Sendable, Hashable, Codable {
  var west = Double.infinity
  var south = Double.infinity
  var east = -Double.infinity
  var north = -Double.infinity

  /// A box around nothing.
  init() {}

  init(west: Double, south: Double, east: Double, north: Double) {
    self.west = west
    self.south = south
    self.east = east
    self.north = north
  }

  /// The box, in two parts where it crosses the antimeridian.
  static func parts(of box: BoundingBox) -> [PlaneBox] {
    box.parts.map { PlaneBox(west: $0.west, south: $0.south, east: $0.east, north: $0.north) }
  }

  var area: Double { (east - west) * (north - south) }

  func contains(_ other: PlaneBox) -> Bool {
    west <= other.west && other.east <= east && south <= other.south && other.north <= north
  }

  /// Whether the two have an area in common.
  func meets(_ other: PlaneBox) -> Bool {
    west < other.east && other.west < east && south < other.north && other.south < north
  }

  /// What the two have in common, nil where that has no area.
  func clipped(to other: PlaneBox) -> PlaneBox? {
    guard meets(other) else { return nil }
    return PlaneBox(
      west: max(west, other.west), south: max(south, other.south), east: min(east, other.east),
      north: min(north, other.north))
  }

  /// Grows so that a corner is in it.
  mutating func add(_ corner: Corner) {
    west = min(west, corner.x)
    east = max(east, corner.x)
    south = min(south, corner.y)
    north = max(north, corner.y)
  }
}
