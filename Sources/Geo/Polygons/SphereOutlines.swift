import Vectors

/// Polygons on grids that do not lie on the Earth as on a plane: over a pole, or where a projection is torn.
///
/// Their arcs are shaped on the pixel grid and brought to longitude and latitude, each once for both of its sides, in steps
/// of at most a pixel. What becomes of them there is the opinion that arcs are shaped again by: no two may meet on the Earth,
/// where the antimeridian and the poles cut them, and GEOS may refuse no polygon.
struct SphereOutlines: CoverageValidity {
  private let geoTransform: GeoTransform
  private let transform: TransformPool
  private let sheet: EarthSheet?
  /// Seven decimals: finer ones have no numbers of 32 bits all around the Earth.
  private let frame = PositionFrame(unit: .coarsest)
  /// Arcs that are worked on at once.
  private static let chunk = 1024

  init(_ geoTransform: GeoTransform, _ transform: TransformPool, _ sheet: EarthSheet?) {
    self.geoTransform = geoTransform
    self.transform = transform
    self.sheet = sheet
  }

  /// The polygon of rings in 1/256 of a pixel; nil when nothing remains with seven decimals.
  func outline(_ rings: PolygonRings, _ shaper: borrowing PolygonShaper) throws(GeoError) -> PolygonOutline? {
    var paths: [RingPath] = []
    for index in rings.ends.indices {
      let corners = rings.ring(index).dropLast().map { GridPoint(x: $0.x, y: $0.y) }
      paths.append(try RingPath(GridCorner.steps(along: corners), geoTransform, transform))
    }
    return try shaper.shape(outer: paths[0], holes: Array(paths.dropFirst()))
  }

  /// Components of which nothing remains, or which would have to be made valid.
  func faulty(_ components: Range<Int>, of coverage: PolygonCoverage) throws -> [Int] {
    let shaper = PolygonShaper(frame.unit)
    var rings = PolygonRings()
    var found: [Int] = []
    for component in components {
      coverage.read(component, into: &rings)
      if try outline(rings, shaper)?.isMended ?? true { found.append(component) }
    }
    return found
  }

  /// Arcs that meet others in longitude and latitude.
  ///
  /// Throws `referenceSystem` where a corner lies off the Earth.
  func meeting(
    in coverage: PolygonCoverage, threads: Int, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> [Int] {
    let count = coverage.graph.count
    let first = Array(stride(from: 0, to: count, by: Self.chunk))
    let parts = try ParallelWork(threads: threads, isCancelled: isCancelled).map(first.count) { part, stops in
      var pieces = ArcPieces()
      for arc in first[part]..<min(first[part] + Self.chunk, count) {
        if stops() { throw CancellationError() }
        try append(arc, of: coverage, to: &pieces)
      }
      return pieces
    }
    var all = ArcPieces()
    for part in parts { try all.append(part) }
    return try all.meeting(threads: threads, isCancelled: isCancelled)
  }

  private func append(_ arc: Int, of coverage: PolygonCoverage, to pieces: inout ArcPieces) throws {
    let line = coverage.positions(ofArc: arc).map { GridPoint(x: $0.x, y: $0.y) }
    let path = try RingPath(
      GridCorner.steps(along: line, isClosed: false), geoTransform, transform, isClosed: false, within: sheet)
    var cut = SphereLine(frame)
    for place in RingReduction.reducedLine(path) { try cut.append(place) }
    for piece in cut.pieces { try pieces.append(piece, ofArc: arc) }
  }
}

/// A line around the Earth in longitude and latitude, cut at the antimeridian and along the poles.
struct SphereLine {
  private let frame: PositionFrame
  /// The pieces so far, within 180 degrees of Greenwich.
  private(set) var pieces: [[FixedPosition]] = []
  /// The last place, rounded, its longitude running on.
  private var last: GeographicPoint?

  init(_ frame: PositionFrame) { self.frame = frame }

  /// Goes on to a place whose longitude runs on without a jump.
  mutating func append(_ place: GeographicPoint) throws(GeoError) {
    let unit = frame.unit
    let end = GeographicPoint(longitude: unit.rounded(place.longitude), latitude: unit.rounded(place.latitude))
    defer { last = end }
    guard let start = last, start != end else { return }
    // Along a pole there is nothing: it is one place.
    if abs(start.latitude) == 90, abs(end.latitude) == 90 { return }
    var from = start
    for crossing in [start, end].crossingTheAntimeridian(unit).dropFirst() {
      try append(from, crossing)
      from = crossing
    }
  }

  /// A step that does not cross the antimeridian; one along it lies in the east.
  private mutating func append(_ start: GeographicPoint, _ end: GeographicPoint) throws(GeoError) {
    let turns = ((start.longitude + end.longitude) / 720).rounded(.toNearestOrAwayFromZero)
    let shift = -360 * (start.longitude == end.longitude ? Self.easternTurns(start.longitude) : turns)
    guard let from = position(start, shift), let to = position(end, shift) else { throw GeoError.offTheEarth }
    if pieces.last?.last == from {
      pieces[pieces.count - 1].append(to)
    } else {
      pieces.append([from, to])
    }
  }

  /// Whole turns to a longitude from one above -180 and up to 180.
  private static func easternTurns(_ longitude: Double) -> Double { ((longitude - 180) / 360).rounded(.up) }

  private func position(_ place: GeographicPoint, _ shift: Double) -> FixedPosition? {
    frame.position(longitude: place.longitude + shift, latitude: place.latitude)
  }
}

/// The Earth once, as a projection shows it: beyond its border there are places that look like others.
struct EarthSheet: Sendable {
  private let geoTransform: GeoTransform
  private let back: TransformPool
  /// How far, in the grid's units, a corner may come back from where it was: a hundredth of a pixel.
  private let tolerance: Double

  /// Nil where the Earth goes on without end: in longitude and latitude, and in projections upon a cylinder.
  init?(_ grid: RasterGrid) throws(GeoError) {
    let back = try TransformPool(from: .longitudeLatitude(), to: grid.referenceSystem)
    let isEndless = back.isIdentity ? true : try grid.referenceSystem.isCylindrical
    if isEndless { return nil }
    self.back = back
    geoTransform = grid.geoTransform
    let column = SIMD2(geoTransform.columnX, geoTransform.columnY)
    let row = SIMD2(geoTransform.rowX, geoTransform.rowY)
    tolerance = 0.01 * min((column * column).sum(), (row * row).sum()).squareRoot()
  }

  /// Throws `referenceSystem` where a corner does not come back to where it was on the grid.
  func check(_ corners: [GridCorner], longitudes: [Double], latitudes: [Double]) throws(GeoError) {
    var (xs, ys) = (longitudes, latitudes)
    try back.transform(xs: &xs, ys: &ys)
    for (index, corner) in corners.enumerated() {
      let point = geoTransform.point(column: corner.column, row: corner.row)
      // Also where a corner has no place to come back to.
      if !(abs(xs[index] - point.x) + abs(ys[index] - point.y) <= tolerance) {
        throw GeoError.offTheEarth(at: corner)
      }
    }
  }
}

extension CoordinateReferenceSystem {
  /// Whether meridians are straight, parallel and evenly spaced, and parallels lie across them: upon a cylinder around the
  /// equator.
  var isCylindrical: Bool {
    get throws(GeoError) {
      // A degree of longitude on the equator and far from it, away from where a projection may be torn.
      var xs = [10.0, 11, 10, 11]
      var ys = [0.0, 0, 60, 60]
      try TransformPool(from: .longitudeLatitude(), to: self).transform(xs: &xs, ys: &ys)
      return abs(xs[1] - xs[0] - xs[3] + xs[2]) <= 1e-9 * abs(xs[1] - xs[0]) && ys[2] == ys[3]
    }
  }
}
