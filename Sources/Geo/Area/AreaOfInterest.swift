/// The part of the Earth a request is about: polygons in longitude and latitude (WGS 84, degrees).
///
/// Edges are straight in longitude and latitude, as RFC 7946 has them. No polygon crosses the antimeridian: a box that
/// does is held as two.
public struct AreaOfInterest: Hashable, Sendable {
  /// The polygons; they may touch, and pixels in several of them count once.
  public let polygons: [GeographicPolygon]

  /// Polygons as they are; throws `invalidGeometry` when one is malformed, crosses itself, or all have no area.
  public init(polygons: [GeographicPolygon]) throws(GeoError) {
    guard !polygons.isEmpty else {
      throw GeoError(.invalidGeometry, "AreaOfInterest", "The area of interest holds no polygon.")
    }
    let context = GEOSContext()
    for polygon in polygons {
      for ring in polygon.rings { try Self.check(ring) }
      if let fault = try context.validityFault(of: [polygon]) {
        throw GeoError(.invalidGeometry, "AreaOfInterest", "The area of interest is not a valid polygon: \(fault).")
      }
    }
    self.polygons = polygons
  }

  /// A box [west, south, east, north], or six numbers with heights, which are ignored.
  ///
  /// West greater than east crosses the antimeridian. Throws `invalidGeometry` for other counts, numbers that are not
  /// finite or out of range, south not below north, or west equal to east.
  public init(boundingBox: [Double]) throws(GeoError) {
    guard boundingBox.count == 4 || boundingBox.count == 6, boundingBox.allSatisfy(\.isFinite) else {
      throw GeoError(.invalidGeometry, "AreaOfInterest", "A bounding box is four or six finite numbers.")
    }
    let half = boundingBox.count / 2
    let (west, south) = (boundingBox[0], boundingBox[1])
    let (east, north) = (boundingBox[half], boundingBox[half + 1])
    guard abs(west) <= 180, abs(east) <= 180, abs(south) <= 90, abs(north) <= 90 else {
      throw GeoError(
        .invalidGeometry, "AreaOfInterest", "The bounding box leaves longitude -180 to 180 or latitude -90 to 90.")
    }
    guard south < north, west != east else {
      throw GeoError(.invalidGeometry, "AreaOfInterest", "The bounding box has no area.")
    }
    let spans = west < east ? [(west, east)] : [(west, 180), (-180, east)].filter { $0.0 < $0.1 }
    polygons = spans.map { GeographicPolygon(west: $0.0, south: south, east: $0.1, north: north) }
  }

  private static func check(_ ring: [GeographicPoint]) throws(GeoError) {
    guard ring.count >= 4, ring.first == ring.last else {
      throw GeoError(
        .invalidGeometry, "AreaOfInterest",
        "A polygon's ring needs four or more positions, the last equal to the first.")
    }
    for point in ring {
      guard point.longitude.isFinite, point.latitude.isFinite, abs(point.longitude) <= 180, abs(point.latitude) <= 90
      else {
        throw GeoError(
          .invalidGeometry, "AreaOfInterest", "A position leaves longitude -180 to 180 or latitude -90 to 90.")
      }
    }
  }
}
