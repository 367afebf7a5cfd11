internal import CGeo

/// Makes RFC 7946 geometries of placed rings: rounded, cut at the antimeridian, valid.
struct PolygonShaper: ~Copyable {
  private let context = GEOSContext()

  /// The geometry of an outer ring and its holes; nil when nothing remains at 7 decimals.
  func shape(outer: RingPath, holes: [RingPath]) throws(GeoError) -> (parts: [GeographicPolygon], box: GeographicBox)? {
    if outer.turns != 0 { return try polarShape(outer: outer, holes: holes) }
    let placed = Self.placed(outer, holes)
    let polygon = GeographicPolygon(
      exterior: RingReduction.reduced(placed[0]), holes: placed.dropFirst().map(RingReduction.reduced))
    guard let exterior = RingReduction.closedRing(polygon.exterior) else { return nil }
    let rounded = GeographicPolygon(
      exterior: exterior, holes: polygon.holes.compactMap(RingReduction.closedRing))
    let longitudes = exterior.map(\.longitude)
    let isCut = (longitudes.min() ?? 0) < -180 || (longitudes.max() ?? 0) > 180
    let parts = isCut ? try cut([rounded]) : try valid([rounded])
    return Self.finished(parts, isCut: isCut)
  }

  /// The geometry of a polygon with 7 decimals that reaches over the antimeridian.
  func shape(
    _ polygon: GeographicPolygon
  ) throws(GeoError) -> (parts: [GeographicPolygon], box: GeographicBox)? {
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
  private static func finished(
    _ parts: [GeographicPolygon], isCut: Bool
  ) -> (parts: [GeographicPolygon], box: GeographicBox)? {
    let oriented = parts.map { part in
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
    return (oriented, GeographicBox(west: west, south: south, east: east, north: north))
  }

  /// The polygons as they are when GEOS finds them valid, else repaired on the grid of 7 decimals.
  private func valid(_ polygons: [GeographicPolygon]) throws(GeoError) -> [GeographicPolygon] {
    let shape = try context.makeGeometry(polygons)
    if unsafe GEOSisValid_r(context.handle, shape.pointer) == 1 { return polygons }
    guard let made = unsafe GEOSMakeValid_r(context.handle, shape.pointer) else {
      throw context.error("GEOSMakeValid_r")
    }
    return try unsafe snapped(GEOSShape(owning: made, context.handle))
  }

  /// The polygonal parts on the grid of 7 decimals; valid, parts that collapse are dropped.
  private func snapped(_ shape: consuming GEOSShape) throws(GeoError) -> [GeographicPolygon] {
    guard let precise = unsafe GEOSGeom_setPrecision_r(context.handle, shape.pointer, 1e-7, 0) else {
      throw context.error("GEOSGeom_setPrecision_r")
    }
    let parts = unsafe GEOSShape(owning: precise, context.handle).polygons()
    return parts.compactMap { part in
      guard let exterior = RingReduction.closedRing(part.exterior.dropLast()) else { return nil }
      return GeographicPolygon(
        exterior: exterior, holes: part.holes.compactMap { RingReduction.closedRing($0.dropLast()) })
    }
  }

  /// The parts on each side of the antimeridian, moved into -180 to 180.
  private func cut(_ polygons: [GeographicPolygon]) throws(GeoError) -> [GeographicPolygon] {
    let whole = try context.makeGeometry(valid(polygons))
    var parts: [GeographicPolygon] = []
    for turn in [0.0, -360, 360] {
      let window = GeographicPolygon(west: -180 + turn, south: -90, east: 180 + turn, north: 90)
      let box = try context.makeGeometry([window])
      guard let piece = unsafe GEOSIntersection_r(context.handle, whole.pointer, box.pointer) else {
        throw context.error("GEOSIntersection_r")
      }
      for polygon in try unsafe snapped(GEOSShape(owning: piece, context.handle)) {
        parts.append(polygon.moved(by: -turn))
      }
    }
    return try valid(parts)
  }

  /// An outer ring around a pole: closed along the pole, cut into -180 to 180, the holes taken out.
  private func polarShape(
    outer: RingPath, holes: [RingPath]
  ) throws(GeoError) -> (parts: [GeographicPolygon], box: GeographicBox)? {
    guard let cap = Self.cap(outer) else { return nil }
    var parts = try cut([cap])
    for hole in holes {
      let ring = RingReduction.closedRing(RingReduction.reduced(hole)).map { GeographicPolygon(exterior: $0) }
      guard let polygon = hole.turns != 0 ? Self.cap(hole) : ring else { continue }
      let whole = try context.makeGeometry(parts)
      let gap = try context.makeGeometry(cut([polygon]))
      guard let rest = unsafe GEOSDifference_r(context.handle, whole.pointer, gap.pointer) else {
        throw context.error("GEOSDifference_r")
      }
      parts = try unsafe snapped(GEOSShape(owning: rest, context.handle))
    }
    return Self.finished(parts, isCut: false)
  }

  /// The ring from its position nearest to the pole once around, then along the pole back.
  private static func cap(_ path: RingPath) -> GeographicPolygon? {
    var points = RingReduction.reduced(path)
    guard let start = points.indices.max(by: { abs(points[$0].latitude) < abs(points[$1].latitude) }) else {
      return nil
    }
    let pole: Double = points[start].latitude > 0 ? 90 : -90
    points = Array(points[start...] + points[..<start])
    for index in points.indices.dropFirst() {
      let jump = points[index].longitude - points[index - 1].longitude
      points[index].longitude -= 360 * (jump / 360).rounded()
    }
    let end = points[0].longitude + 360 * Double(path.turns)
    points += [
      GeographicPoint(longitude: end, latitude: points[0].latitude), GeographicPoint(longitude: end, latitude: pole),
      GeographicPoint(longitude: points[0].longitude, latitude: pole),
    ]
    let low = points.map(\.longitude).min() ?? 0
    let shift = -360 * ((low + 180) / 360).rounded(.down)
    return RingReduction.closedRing(points).map { GeographicPolygon(exterior: $0).moved(by: shift) }
  }
}

extension GeographicPolygon {
  fileprivate func mapRings(_ change: ([GeographicPoint]) -> [GeographicPoint]) -> GeographicPolygon {
    GeographicPolygon(exterior: change(exterior), holes: holes.map(change))
  }

  /// Longitudes moved by whole turns, on the grid of 7 decimals.
  fileprivate func moved(by degrees: Double) -> GeographicPolygon {
    if degrees == 0 { return self }
    return mapRings {
      $0.map {
        GeographicPoint(longitude: RingReduction.rounded($0.longitude + degrees), latitude: $0.latitude)
      }
    }
  }
}
