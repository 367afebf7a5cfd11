public import Foundation

extension AreaOfInterest {
  /// Most positions a geometry may have.
  public static let maximumPositions = 1_000_000

  /// A GeoJSON Polygon or MultiPolygon, also as a Feature or a FeatureCollection or GeometryCollection of such.
  ///
  /// Throws `invalidGeometry` for other types, malformed coordinates, rings that are not closed or cross themselves.
  public init(geoJSON: Data) throws(GeoError) {
    guard let document = try? JSONSerialization.jsonObject(with: geoJSON) else {
      throw GeoError(.invalidGeometry, "AreaOfInterest", "The area of interest is not JSON.")
    }
    var reader = GeoJSONAreaReader()
    try reader.read(document, depth: 0)
    try self.init(polygons: reader.polygons)
  }
}

/// Collects the polygons of a parsed GeoJSON document.
private struct GeoJSONAreaReader {
  var polygons: [GeographicPolygon] = []
  var positions = 0

  mutating func read(_ value: Any?, depth: Int) throws(GeoError) {
    guard let object = value as? [String: Any], let type = object["type"] as? String, depth < 8 else {
      throw fault("The area of interest is not a GeoJSON object.")
    }
    switch type {
    case "Polygon": try addPolygon(object["coordinates"])
    case "MultiPolygon":
      for item in try list(object["coordinates"]) { try addPolygon(item) }
    case "Feature": try read(object["geometry"], depth: depth + 1)
    case "FeatureCollection":
      for item in try list(object["features"]) { try read(item, depth: depth + 1) }
    case "GeometryCollection":
      for item in try list(object["geometries"]) { try read(item, depth: depth + 1) }
    default: throw fault("A GeoJSON \(type.prefix(40)) is no area; Polygon or MultiPolygon is needed.")
    }
  }

  private mutating func addPolygon(_ coordinates: Any?) throws(GeoError) {
    var rings: [[GeographicPoint]] = []
    for ring in try list(coordinates) {
      var points: [GeographicPoint] = []
      for position in try list(ring) { try points.append(point(position)) }
      rings.append(points)
    }
    guard let exterior = rings.first else { throw fault("A polygon of the area of interest has no ring.") }
    polygons.append(GeographicPolygon(exterior: exterior, holes: Array(rings.dropFirst())))
  }

  private mutating func point(_ position: Any) throws(GeoError) -> GeographicPoint {
    positions += 1
    guard positions <= AreaOfInterest.maximumPositions else {
      throw GeoError(
        .limitExceeded, "AreaOfInterest",
        "The area of interest has more than \(AreaOfInterest.maximumPositions) positions.")
    }
    let numbers = try list(position)
    guard numbers.count >= 2, let longitude = numbers[0] as? Double, let latitude = numbers[1] as? Double else {
      throw fault("A position of the area of interest is not two numbers.")
    }
    return GeographicPoint(longitude: longitude, latitude: latitude)
  }

  private func list(_ value: Any?) throws(GeoError) -> [Any] {
    guard let list = value as? [Any] else { throw fault("The area of interest's coordinates are malformed.") }
    return list
  }

  private func fault(_ message: String) -> GeoError { GeoError(.invalidGeometry, "AreaOfInterest", message) }
}
