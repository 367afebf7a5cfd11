internal import CGeo
import Vectors

/// Where a grid lies in longitude and latitude: polygons cut at the antimeridian (RFC 7946), and the box around them.
///
/// The border is followed to a tenth of a pixel, with at most 512 pieces an edge. A grid over a pole holds the pole, one
/// that reaches all around the Earth goes from -180 to 180 degrees. Where parts of the border lie nowhere on the Earth
/// (beside a geostationary disk, say) the outline is the box of longitudes and latitudes that holds the rest, up to ten
/// degrees larger.
public struct GridOutline: Sendable {
  /// One polygon, or several where the antimeridian cuts it; RFC 7946 winding, 7 decimals, valid under GEOS.
  public let parts: [GeographicPolygon]
  /// The smallest box around the parts; west > east where it crosses the antimeridian.
  public let box: GeographicBox

  /// Throws `notGeoreferenced` or `referenceSystem` where the grid has no place on the Earth that can be told.
  public init(of grid: RasterGrid) throws(GeoError) {
    let surroundings = try GridSurroundings(grid)
    let ring = GridBorder(surroundings).flatMap { Self.ring($0, surroundings.innerPoles) }
    if let ring { parts = try Self.pieces(ring) } else { parts = try Self.pieces(Self.enclosing(surroundings)) }
    let longitudes = Self.longitudes(of: parts.map { $0.exterior.map(\.longitude) })
    let latitudes = parts.flatMap { $0.exterior.map(\.latitude) }
    guard let longitudes, let south = latitudes.min(), let north = latitudes.max() else { throw Self.unknown }
    box = GeographicBox(west: longitudes.west, south: south, east: longitudes.east, north: north)
  }

  private static let unknown = GeoError(
    .referenceSystem, "GridOutline", "The outline of the image cannot be expressed in longitude and latitude.")

  /// The border as a ring in the plane of longitude and latitude, along the pole that it goes round; nil where its turns
  /// and the poles do not agree.
  private static func ring(_ border: GridBorder, _ poles: [Double]) -> [GeographicPoint]? {
    if border.turns == 0 { return poles.isEmpty ? border.points : nil }
    guard abs(border.turns) == 1, poles.count == 1, let pole = poles.first else { return nil }
    // It begins beside the pole, so that the way to the pole and back crosses nothing.
    let distances = border.points.map { abs(pole - $0.latitude) }
    guard let nearest = distances.indices.min(by: { distances[$0] < distances[$1] }) else { return nil }
    let turn = 360 * Double(border.turns)
    var ring = Array(border.points[nearest...])
    ring += border.points[...nearest].map {
      GeographicPoint(longitude: $0.longitude + turn, latitude: $0.latitude)
    }
    let start = border.points[nearest].longitude
    ring.append(GeographicPoint(longitude: start + turn, latitude: pole))
    ring.append(GeographicPoint(longitude: start, latitude: pole))
    return ring
  }

  /// The box of longitudes and latitudes that holds all places of the grid that are on the Earth.
  private static func enclosing(_ surroundings: borrowing GridSurroundings) throws(GeoError) -> [GeographicPoint] {
    let steps = 128
    let places = (0..<((steps + 1) * (steps + 1))).map { index in
      Point(
        x: surroundings.width * Double(index % (steps + 1)) / Double(steps),
        y: surroundings.height * Double(index / (steps + 1)) / Double(steps))
    }
    let known = surroundings.positions(of: places).compactMap(\.self)
    let poles = surroundings.innerPoles
    let latitudes = known.map(\.latitude) + poles
    guard let south = latitudes.min(), let north = latitudes.max(),
      let range = longitudes(of: known.map { [$0.longitude] })
    else { throw unknown }
    // Beside the Earth's limb longitudes change by nearly ten degrees from one place to the next.
    let margin = 10.0
    let span = range.east - range.west + (range.east < range.west ? 360 : 0) + 2 * margin
    let isAround = !poles.isEmpty || span > 350
    let (west, east) = isAround ? (-180, 180) : (range.west - margin, range.west - margin + span)
    let box = GeographicPolygon(
      west: west, south: max(south - margin, -90), east: east, north: min(north + margin, 90))
    return Array(box.exterior.dropLast())
  }

  /// The smallest range of longitudes that holds all ranges: what is left of the circle beside the largest gap.
  private static func longitudes(of groups: [[Double]]) -> (west: Double, east: Double)? {
    let ranges = groups.compactMap { group in
      group.min().flatMap { west in group.max().map { (west: west, east: $0) } }
    }.sorted { $0.west < $1.west }
    guard let first = ranges.first else { return nil }
    var (east, gap) = (first.east, (width: 0.0, from: 0.0, to: 0.0))
    for range in ranges.dropFirst() {
      if range.west - east > gap.width { gap = (range.west - east, east, range.west) }
      east = max(east, range.east)
    }
    // The antimeridian is no border: the gap over it counts as one.
    if gap.width == 0 || first.west + 360 - east >= gap.width { return (first.west, east) }
    return (gap.to, gap.from)
  }

  // MARK: Cutting

  /// A ring whose longitudes run on, as valid polygons within -180 to 180.
  private static func pieces(_ ring: [GeographicPoint]) throws(GeoError) -> [GeographicPolygon] {
    guard let low = ring.map(\.longitude).min(), let high = ring.map(\.longitude).max(), high - low < 1440 else {
      throw unknown
    }
    let shift = -360 * ((low + 180) / 360).rounded(.down)
    let moved = ring.map { GeographicPoint(longitude: $0.longitude + shift, latitude: $0.latitude) }
    guard let closed = RingReduction.closedRing(moved, .coarsest, isAlone: true) else { throw unknown }
    let context = GEOSContext()
    let whole = try repaired([GeographicPolygon(exterior: closed)], context)
    var pieces: [GeographicPolygon] = []
    for turn in stride(from: 0.0, to: high + shift + 180, by: 360) {
      let window = try context.makeGeometry([
        GeographicPolygon(west: turn - 180, south: -90, east: turn + 180, north: 90)
      ])
      guard let piece = unsafe GEOSIntersection_r(context.handle, whole.pointer, window.pointer) else {
        throw context.error("GEOSIntersection_r")
      }
      for part in unsafe GEOSShape(owning: piece, context.handle).polygons() {
        if let part = rounded(part, movedBy: -turn) { pieces.append(part) }
      }
    }
    return try united(pieces, context)
  }

  /// One geometry of pieces that may overlap: a grid wider than the Earth lies on it twice.
  private static func united(
    _ pieces: [GeographicPolygon], _ context: borrowing GEOSContext
  ) throws(GeoError) -> [GeographicPolygon] {
    var polygons: [GeographicPolygon] = []
    if !pieces.isEmpty {
      let all = try context.makeGeometry(pieces)
      guard let union = unsafe GEOSUnaryUnion_r(context.handle, all.pointer) else {
        throw context.error("GEOSUnaryUnion_r")
      }
      polygons = unsafe GEOSShape(owning: union, context.handle).polygons().compactMap { rounded($0, movedBy: 0) }
    }
    guard !polygons.isEmpty, try context.validityFault(of: polygons) == nil else { throw unknown }
    return polygons
  }

  /// The polygons, made valid where rounding has hurt them.
  private static func repaired(
    _ polygons: [GeographicPolygon], _ context: borrowing GEOSContext
  ) throws(GeoError) -> GEOSShape {
    let shape = try context.makeGeometry(polygons)
    if unsafe GEOSisValid_r(context.handle, shape.pointer) == 1 { return shape }
    guard let made = unsafe GEOSMakeValid_r(context.handle, shape.pointer) else {
      throw context.error("GEOSMakeValid_r")
    }
    return unsafe GEOSShape(owning: made, context.handle)
  }

  /// A polygon with 7 decimals, wound as RFC 7946 has it; nil when nothing remains.
  private static func rounded(_ polygon: GeographicPolygon, movedBy degrees: Double) -> GeographicPolygon? {
    let rings = polygon.rings.map { ring in
      RingReduction.closedRing(
        ring.dropLast().map { GeographicPoint(longitude: $0.longitude + degrees, latitude: $0.latitude) }, .coarsest,
        isAlone: true)
    }
    guard let exterior = rings.first ?? nil else { return nil }
    return GeographicPolygon(
      exterior: RingReduction.oriented(exterior, counterClockwise: true),
      holes: rings.dropFirst().compactMap(\.self).map { RingReduction.oriented($0, counterClockwise: false) })
  }
}
