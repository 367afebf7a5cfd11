import Vectors

/// Longitudes and latitudes on a coarse lattice over a grid: what its pixels look like on the Earth, roughly.
///
/// There is one where the grid lies on the Earth as on a plane: every place has a longitude and a latitude, longitudes run
/// on without a jump once whole turns are added, no pole is near or the poles are lines as long as the equator, and there are
/// decimals that tell pixels apart.
struct GridLattice: Sendable {
  static let cells = 32
  private static let metresPerDegree = 111_195.0

  let width: Double
  let height: Double
  /// Whether longitudes go around the Earth, so that a place's turn is told by where it lies on the grid.
  let isWhole: Bool
  /// A whole number of degrees in the middle of the grid: longitudes are within half a turn of it.
  private let middle: Double
  /// What positions are counted in and from: in units that pixels have several of.
  let frame: PositionFrame
  /// The antimeridian, as far as it lies within the grid.
  let seam: SeamCrossings
  /// What proves that lines along the edges of pixels meet nowhere; nil where nothing does without looking at them.
  let proof: PlacementProof?
  /// Whether rows run northwards where columns run eastwards.
  let isMirrored: Bool
  /// Degrees from the west to the east and from the south to the north, added.
  private let span: Double
  private let longitudes: [Double]
  private let latitudes: [Double]
  /// Largest second derivatives, in degrees: along columns, along rows, mixed.
  private let bends: SIMD3<Double>

  /// Nil where the grid does not lie on the Earth as on a plane.
  init?(_ grid: RasterGrid, _ transform: TransformPool) throws(GeoError) {
    width = Double(grid.width)
    height = Double(grid.height)
    var xs: [Double] = []
    var ys: [Double] = []
    for row in 0...Self.cells {
      for column in 0...Self.cells {
        let point = grid.geoTransform.point(
          column: width * Double(column) / Double(Self.cells), row: height * Double(row) / Double(Self.cells))
        xs.append(point.x)
        ys.append(point.y)
      }
    }
    try transform.transform(xs: &xs, ys: &ys)
    guard xs.allSatisfy(\.isFinite), ys.allSatisfy({ abs($0) <= 90 }) else { return nil }
    let isEndless = transform.isIdentity ? true : try grid.referenceSystem.isCylindrical
    if !transform.isIdentity, !Self.unwrap(&xs) { return nil }
    if !isEndless, ys.contains(where: { abs($0) > 89.9 }) { return nil }
    // A file may say that its pixels lie anywhere; longitudes beyond one and a half turns are no lattice on the Earth.
    guard let west = xs.min(), let east = xs.max(), max(abs(west), abs(east)) <= 540,
      east - west < (isEndless ? 420 : 350)
    else {
      return nil
    }
    isWhole = !transform.isIdentity && east - west >= 350
    let (south, north) = (ys.min() ?? 0, ys.max() ?? 0)
    span = east - west + north - south
    middle = ((west + east) / 2).rounded()
    (longitudes, latitudes) = (xs, ys)
    // Corners of pixels must stay apart when they are rounded.
    guard let shape = Self.shape(xs, ys, width, height),
      let unit = DegreeUnit(thickness: shape.thickness, width: east - west, height: north - south)
    else { return nil }
    isMirrored = shape.isMirrored
    bends = shape.bends
    frame = PositionFrame(unit: unit, longitude: (west + east) / 2, latitude: (south + north) / 2)
    seam = SeamCrossings(frame, west: west, east: east)
    proof = seam.seams.isEmpty ? Self.proof(xs, ys, frame, SIMD2(width, height)) : nil
  }

  private static func proof(
    _ longitudes: [Double], _ latitudes: [Double], _ frame: PositionFrame, _ size: SIMD2<Double>
  ) -> PlacementProof? {
    let corners = zip(longitudes, latitudes).compactMap { longitude, latitude in
      frame.position(longitude: longitude, latitude: latitude).map { SIMD2(Double($0.x), Double($0.y)) }
    }
    return corners.count == longitudes.count ? PlacementProof(corners: corners, cells: cells, size: size) : nil
  }

  private static func index(_ column: Int, _ row: Int) -> Int { row * (cells + 1) + column }

  /// Adds whole turns so that neighbours are near one another; false where that cannot be.
  private static func unwrap(_ longitudes: inout [Double]) -> Bool {
    for row in 0...cells {
      for column in 0...cells where row + column > 0 {
        let before = longitudes[column > 0 ? index(column - 1, row) : index(0, row - 1)]
        let place = index(column, row)
        longitudes[place] -= 360 * ((longitudes[place] - before) / 360).rounded()
        if abs(longitudes[place] - before) > 30 { return false }
        if row > 0, abs(longitudes[place] - longitudes[index(column, row - 1)]) > 30 { return false }
      }
    }
    return true
  }

  private struct Shape {
    var isMirrored: Bool
    var bends: SIMD3<Double>
    /// Degrees across the thinnest pixel.
    var thickness: Double
  }

  private static func shape(_ xs: [Double], _ ys: [Double], _ width: Double, _ height: Double) -> Shape? {
    let (across, down) = (width / Double(cells), height / Double(cells))
    var signs: Set<Bool> = []
    var bends = SIMD3<Double>()
    var thickness = Double.infinity
    for row in 0..<cells {
      for column in 0..<cells {
        let corners = [index(column, row), index(column + 1, row), index(column, row + 1), index(column + 1, row + 1)]
        let right = SIMD2(xs[corners[1]] - xs[corners[0]], ys[corners[1]] - ys[corners[0]]) / across
        let below = SIMD2(xs[corners[2]] - xs[corners[0]], ys[corners[2]] - ys[corners[0]]) / down
        let area = right.x * below.y - right.y * below.x
        signs.insert(area > 0)
        let longer = max((right * right).sum(), (below * below).sum()).squareRoot()
        // What has no length has no width; minimum would leave out what is no number.
        if !(abs(area) > 0) { return nil }
        thickness = min(thickness, abs(area) / longer)
        for values in [xs, ys] {
          let mixed = values[corners[3]] - values[corners[2]] - values[corners[1]] + values[corners[0]]
          bends.z = max(bends.z, abs(mixed) / across / down)
          if column > 0 {
            let bend = values[corners[1]] - 2 * values[corners[0]] + values[corners[0] - 1]
            bends.x = max(bends.x, abs(bend) / across / across)
          }
          if row > 0 {
            let bend = values[corners[2]] - 2 * values[corners[0]] + values[index(column, row - 1)]
            bends.y = max(bends.y, abs(bend) / down / down)
          }
        }
      }
    }
    guard signs.count == 1 else { return nil }
    return Shape(isMirrored: signs.contains(true), bends: bends, thickness: thickness)
  }

  /// Into how many pieces a straight line on the grid is cut, so that straight pieces follow it on the Earth.
  func pieces(columns: Double, rows: Double) -> Int {
    let bend = bends.x * columns * columns + bends.y * rows * rows + 2 * bends.z * abs(columns * rows)
    if bend <= 8 * frame.unit.tolerance, abs(columns) + abs(rows) < 8 { return 1 }
    let pixels = max(abs(columns), abs(rows)).rounded(.up)
    // No piece is longer than some 90 degrees, so that products of differences stay exact.
    let turns = (max(abs(columns) / width, abs(rows) / height) * span / 90).rounded(.up)
    return Int(max(1, min(pixels, max((bend / 8 / frame.unit.tolerance).squareRoot().rounded(.up), turns))))
  }

  /// The longitude of a place on the grid, to some degrees.
  func roughLongitude(column: Double, row: Double) -> Double {
    let (across, down) = (column / width * Double(Self.cells), row / height * Double(Self.cells))
    let (left, top) = (min(max(Int(across), 0), Self.cells - 1), min(max(Int(down), 0), Self.cells - 1))
    let corner = longitudes[Self.index(left, top)]
    return corner + (longitudes[Self.index(left + 1, top)] - corner) * (across - Double(left))
      + (longitudes[Self.index(left, top + 1)] - corner) * (down - Double(top))
  }

  /// The position of a place whose longitude may be whole turns off.
  ///
  /// - Parameter near: ``roughLongitude(column:row:)`` of the place; nil where the middle of the grid tells as much.
  /// - Throws: `referenceSystem` where the frame does not reach.
  func position(longitude: Double, latitude: Double, near: Double?) throws(GeoError) -> FixedPosition {
    let turns = ((longitude - (near ?? middle)) / 360).rounded()
    guard let position = frame.position(longitude: longitude - 360 * turns, latitude: latitude) else {
      throw GeoError.offTheEarth
    }
    return position
  }

  /// Metres on the ground of a step of one column and one row, around a place.
  func metric(column: Double, row: Double) -> GridMetric {
    let left = min(max(Int(column / width * Double(Self.cells)), 0), Self.cells - 1)
    let top = min(max(Int(row / height * Double(Self.cells)), 0), Self.cells - 1)
    let (corner, right, below) = (Self.index(left, top), Self.index(left + 1, top), Self.index(left, top + 1))
    let (across, down) = (width / Double(Self.cells), height / Double(Self.cells))
    let north = Self.metresPerDegree
    let east = north * EllipsoidArea.parallelScale(latitude: latitudes[corner])
    return GridMetric(
      eastX: (longitudes[right] - longitudes[corner]) / across * east,
      eastY: (longitudes[below] - longitudes[corner]) / down * east,
      northX: (latitudes[right] - latitudes[corner]) / across * north,
      northY: (latitudes[below] - latitudes[corner]) / down * north)
  }
}
