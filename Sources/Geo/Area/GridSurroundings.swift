/// How a grid lies on the Earth: its places in longitude and latitude, and the poles among them.
struct GridSurroundings: ~Copyable {
  /// A pole that is one point of the grid's plane, as it is in azimuthal projections.
  struct Pole {
    /// 90 or -90.
    var latitude: Double
    /// Column and row; inside the grid, on its border or just beside it.
    var place: Point
  }

  let width: Double
  let height: Double
  let poles: [Pole]
  private let geoTransform: GeoTransform
  private let toGeographic: CoordinateTransform

  /// Whether the grid's coordinates are longitude and latitude themselves.
  var isIdentity: Bool { toGeographic.isIdentity }

  /// Throws `notGeoreferenced` or `referenceSystem`.
  init(_ grid: RasterGrid) throws(GeoError) {
    guard let inverse = grid.geoTransform.inverse else {
      throw GeoError(.notGeoreferenced, "GridOutline", "The grid's geotransform cannot be inverted.")
    }
    let geographic = try CoordinateReferenceSystem.longitudeLatitude()
    let back = try CoordinateTransform(from: grid.referenceSystem, to: geographic)
    let toGrid = try CoordinateTransform(from: geographic, to: grid.referenceSystem)
    poles = Self.poles(of: grid, toGrid, inverse)
    width = Double(grid.width)
    height = Double(grid.height)
    geoTransform = grid.geoTransform
    toGeographic = back
  }

  private static func poles(
    of grid: RasterGrid, _ toGrid: borrowing CoordinateTransform, _ inverse: GeoTransform
  ) -> [Pole] {
    var poles: [Pole] = []
    for latitude in toGrid.isIdentity ? [] : [90.0, -90] {
      guard let place = pole(latitude, toGrid, inverse), place.x > -1, place.y > -1,
        place.x < Double(grid.width) + 1, place.y < Double(grid.height) + 1
      else { continue }
      poles.append(Pole(latitude: latitude, place: place))
    }
    return poles
  }

  /// Where a pole lies; nil where the projection makes it a line, or leaves it out.
  private static func pole(
    _ latitude: Double, _ toGrid: borrowing CoordinateTransform, _ inverse: GeoTransform
  ) -> Point? {
    var places: [Point] = []
    for longitude in [0.0, 70, 140, -70, -140] {
      guard let point = toGrid.transform(Point(x: longitude, y: latitude)) else { return nil }
      let place = inverse.point(column: point.x, row: point.y)
      if let first = places.first, !(abs(first.x - place.x) < 0.01 && abs(first.y - place.y) < 0.01) { return nil }
      places.append(place)
    }
    return places.first
  }

  /// The poles that lie inside, not on the border.
  var innerPoles: [Double] {
    poles.filter {
      $0.place.x > 1e-6 && $0.place.y > 1e-6 && $0.place.x < width - 1e-6 && $0.place.y < height - 1e-6
    }.map(\.latitude)
  }

  /// Longitude and latitude of columns and rows; nil for those that lie nowhere on the Earth.
  func positions(of places: [Point]) -> [GeographicPoint?] {
    var xs: [Double] = []
    var ys: [Double] = []
    for place in places {
      let point = geoTransform.point(column: place.x, row: place.y)
      xs.append(point.x)
      ys.append(point.y)
    }
    // The arrays are of one length.
    _ = try? toGeographic.transform(xs: &xs, ys: &ys)
    return xs.indices.map { index in
      guard xs[index].isFinite, ys[index].isFinite else { return nil }
      // Global grids in degrees may reach half a pixel beyond the poles.
      return GeographicPoint(longitude: xs[index], latitude: min(max(ys[index], -90), 90))
    }
  }
}
