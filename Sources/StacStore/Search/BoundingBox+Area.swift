import StacModel

extension BoundingBox {
  /// The box as a geometry: a polygon, or the line or point that it has shrunk to.
  var area: Geometry {
    let southWest = Position(longitude: west, latitude: south)
    let northEast = Position(longitude: east, latitude: north)
    if west == east, south == north { return .point(southWest) }
    if west == east || south == north { return .lineString([southWest, northEast]) }
    let southEast = Position(longitude: east, latitude: south)
    let northWest = Position(longitude: west, latitude: north)
    return .polygon([[southWest, southEast, northEast, northWest, southWest]])
  }
}
