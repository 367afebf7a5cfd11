import Geo
public import StacModel

/// Where a map lies in longitude and latitude, cut at the antimeridian.
public struct Footprint: Sendable, Hashable {
  /// A Polygon, or a MultiPolygon on both sides of the antimeridian.
  public let geometry: Geometry
  /// West is greater than east where the antimeridian is crossed.
  public let box: BoundingBox

  /// The outline of a grid; throws `GeoError` where it cannot be told.
  init(_ grid: RasterGrid) throws(GeoError) {
    let outline = try GridOutline(of: grid)
    let parts = outline.parts.map { polygon in
      polygon.rings.map { $0.map { Position(longitude: $0.longitude, latitude: $0.latitude) } }
    }
    geometry = parts.count == 1 ? .polygon(parts[0]) : .multiPolygon(parts)
    box = BoundingBox(
      west: outline.box.west, south: outline.box.south, east: outline.box.east, north: outline.box.north)
  }
}
