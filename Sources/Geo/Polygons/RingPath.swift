/// A corner of the pixel grid on a ring, or a place between.
struct GridCorner: Hashable {
  var column: Double
  var row: Double
  /// Whether the ring turns here or the component on its other side changes; other corners are steps on a straight run.
  var isNode: Bool
}

/// A ring in longitude and latitude, not rounded, not closed; longitudes run on across the antimeridian.
struct RingPath {
  var longitudes: [Double] = []
  var latitudes: [Double] = []
  /// The grid corners the positions come from; nodes may not be dropped.
  var corners: [GridCorner] = []
  /// Times the ring goes round a pole, positive eastwards; 0 for nearly all rings.
  private(set) var turns = 0

  /// Places grid corners; `transform` goes from the grid's reference system to longitude and latitude.
  init(
    _ ring: [GridCorner], _ geoTransform: GeoTransform, _ transform: TransformPool
  ) throws(GeoError) {
    // Edges of a geographic grid are straight in longitude and latitude: nodes say everything.
    corners = transform.isIdentity && geoTransform.isAxisAligned ? ring.filter(\.isNode) : ring
    longitudes.reserveCapacity(corners.count)
    latitudes.reserveCapacity(corners.count)
    for corner in corners {
      let point = geoTransform.point(column: corner.column, row: corner.row)
      longitudes.append(point.x)
      latitudes.append(point.y)
    }
    try transform.transform(xs: &longitudes, ys: &latitudes)
    guard longitudes.allSatisfy(\.isFinite), latitudes.allSatisfy(\.isFinite) else {
      throw GeoError(
        .referenceSystem, "Polygonizer",
        "A pixel's corner has no longitude and latitude in the grid's reference system.")
    }
    if latitudes.contains(where: { abs($0) > 90 + 1e-9 }) {
      throw GeoError(.referenceSystem, "Polygonizer", "A pixel's corner lies beyond a pole.")
    }
    if !transform.isIdentity {
      separatePoles()
      unwrap()
    }
  }

  var minimumLongitude: Double { longitudes.min() ?? 0 }
  var maximumLongitude: Double { longitudes.max() ?? 0 }

  mutating func shift(by degrees: Double) {
    if degrees == 0 { return }
    for index in longitudes.indices { longitudes[index] += degrees }
  }

  /// A corner on a pole has every longitude: it becomes two, with its neighbours' longitudes.
  private mutating func separatePoles() {
    guard latitudes.contains(where: { abs($0) > 90 - 1e-9 }), latitudes.contains(where: { abs($0) < 90 - 1e-9 })
    else { return }
    let old = self
    (longitudes, latitudes, corners) = ([], [], [])
    let count = old.corners.count
    for index in 0..<count {
      let isPole = abs(old.latitudes[index]) > 90 - 1e-9
      let neighbours = isPole ? [(index + count - 1) % count, (index + 1) % count] : [index]
      for neighbour in neighbours {
        longitudes.append(old.longitudes[neighbour])
        latitudes.append(old.latitudes[index])
        corners.append(old.corners[index])
        if isPole { corners[corners.count - 1].isNode = true }
      }
    }
  }

  private mutating func unwrap() {
    guard var previous = longitudes.first else { return }
    var shift = 0.0
    for index in longitudes.indices {
      let raw = longitudes[index]
      if raw - previous > 180 { shift -= 360 }
      if raw - previous < -180 { shift += 360 }
      previous = raw
      longitudes[index] = raw + shift
    }
    let first = longitudes[0]
    if first - previous > 180 { shift -= 360 }
    if first - previous < -180 { shift += 360 }
    turns = Int((shift / 360).rounded())
  }
}
