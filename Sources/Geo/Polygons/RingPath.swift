import Vectors

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

  /// Places the corners of a ring, or of a line that is not closed; `transform` goes from the grid's reference system to
  /// longitude and latitude. Throws `referenceSystem` where a corner lies off the Earth, or off its sheet.
  init(
    _ ring: [GridCorner], _ geoTransform: GeoTransform, _ transform: TransformPool, isClosed: Bool = true,
    within sheet: EarthSheet? = nil
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
    if let lost = corners.indices.first(where: { !longitudes[$0].isFinite || !latitudes[$0].isFinite }) {
      throw GeoError.offTheEarth(at: corners[lost])
    }
    if latitudes.contains(where: { abs($0) > 90 + 1e-9 }) {
      throw GeoError(.referenceSystem, "Polygonizer", "A pixel's corner lies beyond a pole.")
    }
    try sheet?.check(corners, longitudes: longitudes, latitudes: latitudes)
    if !transform.isIdentity {
      separatePoles(isClosed)
      unwrap(isClosed)
    }
  }

  var minimumLongitude: Double { longitudes.min() ?? 0 }
  var maximumLongitude: Double { longitudes.max() ?? 0 }

  mutating func shift(by degrees: Double) {
    if degrees == 0 { return }
    for index in longitudes.indices { longitudes[index] += degrees }
  }

  /// A corner on a pole has every longitude: it becomes two, with its neighbours' longitudes.
  private mutating func separatePoles(_ isClosed: Bool) {
    guard latitudes.contains(where: { abs($0) > 90 - 1e-9 }), latitudes.contains(where: { abs($0) < 90 - 1e-9 })
    else { return }
    let old = self
    (longitudes, latitudes, corners) = ([], [], [])
    let count = old.corners.count
    for index in 0..<count {
      let isPole = abs(old.latitudes[index]) > 90 - 1e-9
      var neighbours = isPole ? [(index + count - 1) % count, (index + 1) % count] : [index]
      if isPole, !isClosed, index == 0 { neighbours.removeFirst() }
      if isPole, !isClosed, index == count - 1 { neighbours.removeLast() }
      for neighbour in neighbours {
        longitudes.append(old.longitudes[neighbour])
        latitudes.append(old.latitudes[index])
        corners.append(old.corners[index])
        if isPole { corners[corners.count - 1].isNode = true }
      }
    }
  }

  private mutating func unwrap(_ isClosed: Bool) {
    guard var previous = longitudes.first else { return }
    var shift = 0.0
    for index in longitudes.indices {
      let raw = longitudes[index]
      if raw - previous > 180 { shift -= 360 }
      if raw - previous < -180 { shift += 360 }
      previous = raw
      longitudes[index] = raw + shift
    }
    if !isClosed { return }
    let first = longitudes[0]
    if first - previous > 180 { shift -= 360 }
    if first - previous < -180 { shift += 360 }
    turns = Int((shift / 360).rounded())
    if turns != 0 { turnAlongPole() }
  }

  /// A ring through a pole goes round it along the pole itself, where either way is as short: by the one that ends where
  /// the ring began.
  private mutating func turnAlongPole() {
    func isPole(_ index: Int) -> Bool { abs(latitudes[index]) > 90 - 1e-9 }
    guard let step = latitudes.indices.first(where: { isPole($0) && isPole($0 > 0 ? $0 - 1 : latitudes.count - 1) })
    else { return }
    if step > 0 {
      for index in step..<longitudes.count { longitudes[index] -= 360 * Double(turns) }
    }
    turns = 0
  }
}

extension GridCorner {
  /// The corners of a ring, or of a line that is not closed, which are nodes, with steps of at most a pixel between them.
  static func steps(along line: [GridPoint], isClosed: Bool = true) -> [GridCorner] {
    var corners: [GridCorner] = []
    for index in line.indices {
      let from = line[index]
      corners.append(GridCorner(column: from.column, row: from.row, isNode: true))
      if index + 1 == line.count, !isClosed { break }
      let to = line[index + 1 == line.count ? 0 : index + 1]
      let (columns, rows) = (to.column - from.column, to.row - from.row)
      let pieces = max(1, Int(max(abs(columns), abs(rows)).rounded(.up)))
      for piece in 1..<max(pieces, 1) {
        let share = Double(piece) / Double(pieces)
        corners.append(
          GridCorner(column: from.column + columns * share, row: from.row + rows * share, isNode: false))
      }
    }
    return corners
  }
}
