internal import CGeo
import Vectors

/// A polygon as it is written.
struct PolygonOutline {
  /// One polygon, or several where the antimeridian cuts it; wound as RFC 7946 has it.
  var parts: [GeographicPolygon]
  /// The box around all parts.
  var box: GeographicBox
  /// Whether GEOS had to make it valid, without its neighbours.
  var isMended = false
}

/// Makes RFC 7946 geometries of placed rings: rounded, cut at the antimeridian, valid.
struct PolygonShaper: ~Copyable {
  /// How fine positions are.
  let unit: DegreeUnit
  private let context = GEOSContext()

  init(_ unit: DegreeUnit) { self.unit = unit }

  /// Polygons, and whether they had to be made valid.
  private struct Parts {
    var polygons: [GeographicPolygon]
    var isMended = false
  }

  /// The geometry of an outer ring and its holes; nil when nothing remains with the unit's decimals.
  func shape(outer: RingPath, holes: [RingPath]) throws(GeoError) -> PolygonOutline? {
    if outer.turns != 0 { return try polarShape(outer: outer, holes: holes) }
    let placed = Self.placed(outer, holes)
    guard let exterior = RingReduction.closedRing(RingReduction.reduced(placed[0]), unit) else { return nil }
    let polygon = GeographicPolygon(
      exterior: exterior,
      holes: placed.dropFirst().compactMap { RingReduction.closedRing(RingReduction.reduced($0), unit) })
    let longitudes = exterior.map(\.longitude)
    let isCut = (longitudes.min() ?? 0) < -180 || (longitudes.max() ?? 0) > 180
    return Self.finished(try isCut ? cut([polygon]) : valid([polygon]), isCut: isCut)
  }

  /// The geometry of rings of rounded positions that are no valid polygon, cut at the antimeridian and made valid.
  func shape(_ polygon: GeographicPolygon) throws(GeoError) -> PolygonOutline? {
    Self.finished(try cut([polygon]), isCut: true)
  }

  /// Rings moved by whole turns: the outer one around longitude 0, the holes into it.
  private static func placed(_ outer: RingPath, _ holes: [RingPath]) -> [RingPath] {
    var moved = outer
    let middle = (moved.minimumLongitude + moved.maximumLongitude) / 2
    moved.shift(by: -360 * ((middle + 180) / 360).rounded(.down))
    return [moved]
      + holes.map { hole in
        var inside = hole
        let offset = (moved.minimumLongitude + moved.maximumLongitude) / 2
        let own = (hole.minimumLongitude + hole.maximumLongitude) / 2
        inside.shift(by: 360 * ((offset - own) / 360).rounded())
        return inside
      }
  }

  /// Winding per RFC 7946, and the box around all parts.
  private static func finished(_ parts: Parts, isCut: Bool) -> PolygonOutline? {
    let oriented = parts.polygons.map { part in
      GeographicPolygon(
        exterior: RingReduction.oriented(part.exterior, counterClockwise: true),
        holes: part.holes.map { RingReduction.oriented($0, counterClockwise: false) })
    }
    let all = oriented.flatMap(\.exterior)
    guard let south = all.map(\.latitude).min(), let north = all.map(\.latitude).max(),
      var west = all.map(\.longitude).min(), var east = all.map(\.longitude).max()
    else { return nil }
    if isCut, oriented.count > 1 {
      // Parts that reach +180 lie west of the antimeridian, the others east of it.
      let (before, after) = oriented.reduce(into: ([Double](), [Double]())) { sides, part in
        let longitudes = part.exterior.map(\.longitude)
        if longitudes.contains(180) && !longitudes.contains(-180) {
          sides.0 += longitudes
        } else {
          sides.1 += longitudes
        }
      }
      let afterReaches = after.max() ?? -180
      if let first = before.min(), !after.isEmpty, first > afterReaches { (west, east) = (first, afterReaches) }
    }
    return PolygonOutline(
      parts: oriented, box: GeographicBox(west: west, south: south, east: east, north: north),
      isMended: parts.isMended)
  }

  /// The polygons as they are when GEOS finds them valid, else made valid on the grid of the unit.
  private func valid(_ polygons: [GeographicPolygon]) throws(GeoError) -> Parts {
    let shape = try context.makeGeometry(polygons)
    if unsafe GEOSisValid_r(context.handle, shape.pointer) == 1 { return Parts(polygons: polygons) }
    guard let made = unsafe GEOSMakeValid_r(context.handle, shape.pointer) else {
      throw context.error("GEOSMakeValid_r")
    }
    let mended = unsafe GEOSShape(owning: made, context.handle)
    guard let precise = unsafe GEOSGeom_setPrecision_r(context.handle, mended.pointer, 1 / unit.perDegree, 0) else {
      throw context.error("GEOSGeom_setPrecision_r")
    }
    return Parts(polygons: rounded(unsafe GEOSShape(owning: precise, context.handle)), isMended: true)
  }

  /// The polygonal parts of a geometry whose positions are those of the unit, but for the last bits.
  private func rounded(_ shape: consuming GEOSShape) -> [GeographicPolygon] {
    shape.polygons().compactMap { part in
      guard let exterior = RingReduction.closedRing(part.exterior.dropLast(), unit) else { return nil }
      return GeographicPolygon(
        exterior: exterior, holes: part.holes.compactMap { RingReduction.closedRing($0.dropLast(), unit) })
    }
  }

  /// The parts on each side of the antimeridian, moved into -180 to 180.
  ///
  /// Lines get positions on the antimeridian first, the same for both neighbours, so that cutting makes none.
  private func cut(_ polygons: [GeographicPolygon]) throws(GeoError) -> Parts {
    let crossed = try valid(polygons.map { $0.mapRings { $0.crossingTheAntimeridian(unit) } })
    let whole = try context.makeGeometry(crossed.polygons)
    var parts: [GeographicPolygon] = []
    for turn in try Self.turns(crossed.polygons) {
      let window = GeographicPolygon(west: -180 + turn, south: -90, east: 180 + turn, north: 90)
      let box = try context.makeGeometry([window])
      guard let piece = unsafe GEOSIntersection_r(context.handle, whole.pointer, box.pointer) else {
        throw context.error("GEOSIntersection_r")
      }
      for polygon in rounded(unsafe GEOSShape(owning: piece, context.handle)) {
        parts.append(polygon.moved(by: -turn, unit))
      }
    }
    var made = try valid(parts)
    if crossed.isMended { made.isMended = true }
    return made
  }

  /// The whole turns by which the longitudes of polygons lie off -180 to 180.
  private static func turns(_ polygons: [GeographicPolygon]) throws(GeoError) -> StrideThrough<Double> {
    let longitudes = polygons.flatMap(\.exterior).map(\.longitude)
    let (low, high) = (longitudes.min() ?? 0, longitudes.max() ?? 0)
    guard abs(low) < 36_000, abs(high) < 36_000 else { throw GeoError.offTheEarth }
    return stride(
      from: 360 * ((low + 180) / 360).rounded(.down), through: 360 * ((high + 180) / 360).rounded(.down), by: 360)
  }

  /// An outer ring around a pole: closed along the pole, cut into -180 to 180, the holes taken out.
  private func polarShape(outer: RingPath, holes: [RingPath]) throws(GeoError) -> PolygonOutline? {
    guard let cap = cap(outer) else { return nil }
    var parts = try cut([cap])
    for hole in holes {
      let ring = RingReduction.closedRing(RingReduction.reduced(hole), unit).map { GeographicPolygon(exterior: $0) }
      guard let polygon = hole.turns != 0 ? self.cap(hole) : ring else { continue }
      let whole = try context.makeGeometry(parts.polygons)
      let taken = try cut([polygon])
      let gap = try context.makeGeometry(taken.polygons)
      guard let rest = unsafe GEOSDifference_r(context.handle, whole.pointer, gap.pointer) else {
        throw context.error("GEOSDifference_r")
      }
      let isMended = parts.isMended || taken.isMended
      parts = try valid(rounded(unsafe GEOSShape(owning: rest, context.handle)))
      if isMended { parts.isMended = true }
    }
    return Self.finished(parts, isCut: false)
  }

  /// The ring from where it crosses the antimeridian nearest to the pole once around, then along the pole back.
  private func cap(_ path: RingPath) -> GeographicPolygon? {
    var points = RingReduction.reduced(path).map {
      GeographicPoint(longitude: unit.rounded($0.longitude), latitude: unit.rounded($0.latitude))
    }
    guard let first = points.first else { return nil }
    let around = 360 * Double(path.turns)
    points.append(GeographicPoint(longitude: first.longitude + around, latitude: first.latitude))
    points = Array(points.crossingTheAntimeridian(unit).dropLast())
    let seams = points.indices.filter { abs(points[$0].longitude.remainder(dividingBy: 360)) == 180 }
    guard let start = seams.max(by: { abs(points[$0].latitude) < abs(points[$1].latitude) }) else { return nil }
    let before = points[..<start].map { GeographicPoint(longitude: $0.longitude + around, latitude: $0.latitude) }
    points = Array(points[start...]) + before
    let (west, latitude) = (points[0].longitude, points[0].latitude)
    let pole: Double = latitude > 0 ? 90 : -90
    points += [
      GeographicPoint(longitude: west + around, latitude: latitude),
      GeographicPoint(longitude: west + around, latitude: pole), GeographicPoint(longitude: west, latitude: pole),
    ]
    let shift = -360 * (((points.map(\.longitude).min() ?? 0) + 180) / 360).rounded(.down)
    return RingReduction.closedRing(points, unit).map { GeographicPolygon(exterior: $0).moved(by: shift, unit) }
  }
}

extension GeographicPolygon {
  fileprivate func mapRings(_ change: ([GeographicPoint]) -> [GeographicPoint]) -> GeographicPolygon {
    GeographicPolygon(exterior: change(exterior), holes: holes.map(change))
  }

  /// Longitudes moved by whole turns, on the grid of the unit.
  fileprivate func moved(by degrees: Double, _ unit: DegreeUnit) -> GeographicPolygon {
    if degrees == 0 { return self }
    return mapRings {
      $0.map { GeographicPoint(longitude: unit.rounded($0.longitude + degrees), latitude: $0.latitude) }
    }
  }
}

extension [GeographicPoint] {
  /// A line with a position wherever it crosses the antimeridian, whichever way it runs.
  func crossingTheAntimeridian(_ unit: DegreeUnit) -> [GeographicPoint] {
    var ring: [GeographicPoint] = []
    for end in self {
      if let start = ring.last { ring += Self.crossings(start, end, unit) }
      ring.append(end)
    }
    return ring
  }

  private static func crossings(
    _ start: GeographicPoint, _ end: GeographicPoint, _ unit: DegreeUnit
  ) -> [GeographicPoint] {
    let (west, east) = start.longitude < end.longitude ? (start, end) : (end, start)
    if east.longitude - west.longitude > 1440 { return [] }
    let next = 360 * ((west.longitude - 180) / 360).rounded(.down) + 540
    let found = stride(from: next, to: east.longitude, by: 360).map { seam in
      let share = (seam - west.longitude) / (east.longitude - west.longitude)
      return GeographicPoint(
        longitude: seam, latitude: unit.rounded(west.latitude + (east.latitude - west.latitude) * share))
    }
    return west == start ? found : found.reversed()
  }
}
