internal import CGeo
import Foundation

/// Areas on the WGS 84 ellipsoid, as sums over edges.
///
/// Every edge contributes the area between itself and the equator, signed by its direction; the sum over a closed ring
/// is its area, and areas of neighbours add up exactly because a shared edge is counted once each way. Short edges are
/// taken as straight in longitude and latitude (for a geographic grid that is what they are: parallels and meridians);
/// longer edges of other grids are geodesics (`geod_geninverse`, Karney 2013).
struct EllipsoidArea: Sendable {
  static let equatorialRadius = 6_378_137.0
  static let flattening = 1 / 298.257223563

  /// Whether edges are straight in longitude and latitude whatever their length.
  let isGeographicGrid: Bool
  private let polarRadius = equatorialRadius * (1 - flattening)
  private let eccentricity = (flattening * (2 - flattening)).squareRoot()
  private var geodesic = geod_geodesic()
  /// Half of the ellipsoid's surface.
  let hemisphere: Double

  init(isGeographicGrid: Bool) {
    self.isGeographicGrid = isGeographicGrid
    unsafe geod_init(&geodesic, Self.equatorialRadius, Self.flattening)
    let eccentricity = (Self.flattening * (2 - Self.flattening)).squareRoot()
    let polar = Self.equatorialRadius * (1 - Self.flattening)
    hemisphere =
      Double.pi
      * (Self.equatorialRadius * Self.equatorialRadius + polar * polar * atanh(eccentricity) / eccentricity)
  }

  /// The signed area of a closed ring whose longitudes run on without a jump; counter-clockwise is positive.
  ///
  /// A ring around a pole does not come back to its first longitude: what it encloses is the cap on the pole's side.
  func signedArea(longitudes: [Double], latitudes: [Double], turns: Int) -> Double {
    var sum = 0.0
    let count = longitudes.count
    for index in 0..<count {
      let next = index + 1 == count ? 0 : index + 1
      let wrap = next == 0 ? 360 * Double(turns) : 0
      sum += underEdge(longitudes[index], latitudes[index], longitudes[next] + wrap, latitudes[next])
    }
    if turns == 0 { return -sum }
    // Eastwards around the north pole the cap is on the left, counter-clockwise; around the south pole, on the right.
    let isNorth = latitudes.reduce(0, +) > 0
    let cap = hemisphere - abs(sum)
    return (turns > 0) == isNorth ? cap : -cap
  }

  /// The area between an edge and the equator in square metres; positive eastwards in the north.
  private func underEdge(_ fromLon: Double, _ fromLat: Double, _ toLon: Double, _ toLat: Double) -> Double {
    let step = toLon - fromLon
    // Along a pole, which may go more than half way round: a geodesic would take the shorter one.
    if min(abs(fromLat), abs(toLat)) > 90 - 1e-9, fromLat * toLat > 0 { return step * .pi / 180 * zone(fromLat) }
    let isShort = abs(step) < 0.005 && abs(toLat - fromLat) < 0.005 && abs(fromLat) < 80
    guard isGeographicGrid || isShort else { return underGeodesic(fromLon, fromLat, toLon, toLat) }
    if step == 0 { return 0 }
    let first = zone(fromLat)
    if fromLat == toLat { return step * .pi / 180 * first }
    return step * .pi / 180 * (first + 4 * zone((fromLat + toLat) / 2) + zone(toLat)) / 6
  }

  /// Area between the equator and a parallel for one radian of longitude.
  private func zone(_ latitude: Double) -> Double {
    let sine = sin(latitude * .pi / 180)
    let product = eccentricity * sine
    return polarRadius * polarRadius / 2 * (sine / (1 - product * product) + atanh(product) / eccentricity)
  }

  private func underGeodesic(_ fromLon: Double, _ fromLat: Double, _ toLon: Double, _ toLat: Double) -> Double {
    var area = 0.0
    unsafe withUnsafePointer(to: geodesic) { pointer in
      _ = unsafe geod_geninverse(
        pointer, fromLat, fromLon, toLat, toLon, nil, nil, nil, nil, nil, nil, &area)
    }
    return area
  }
}

extension EllipsoidArea {
  /// How much shorter a degree of longitude is than one of latitude.
  static func parallelScale(latitude: Double) -> Double { cos(latitude * .pi / 180) }
}
