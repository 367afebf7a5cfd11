internal import CGeo

/// A GEOS context: validity, repair and clipping of polygons; one thread at a time.
// @safe: the context has one owner, which ends it after the shapes that were made with it.
@safe public struct GEOSContext: ~Copyable {
  let handle: GEOSContextHandle_t
  private let log = GEOSMessages()

  /// A fresh context (`GEOS_init_r`).
  public init() {
    unsafe handle = GEOS_init_r()
    unsafe GEOSContext_setErrorMessageHandler_r(
      handle,
      { text, data in
        guard let text = unsafe text, let data = unsafe data else { return }
        let log = unsafe Unmanaged<GEOSMessages>.fromOpaque(data).takeUnretainedValue()
        unsafe log.texts.append(String(cString: text))
      }, Unmanaged.passUnretained(log).toOpaque())
  }

  deinit { unsafe GEOS_finish_r(handle) }

  /// Why polygons do not make a valid Polygon or MultiPolygon; nil when they do.
  public func validityFault(of polygons: [GeographicPolygon]) throws(GeoError) -> String? {
    let geometry = try makeGeometry(polygons)
    if unsafe GEOSisValid_r(handle, geometry.pointer) == 1 { return nil }
    guard let reason = unsafe GEOSisValidReason_r(handle, geometry.pointer) else { throw error("GEOSisValidReason_r") }
    defer { unsafe GEOSFree_r(handle, reason) }
    return unsafe String(cString: reason)
  }

  /// The error of a function that failed, with what GEOS said about it.
  func error(_ function: String) -> GeoError {
    defer { log.texts.removeAll() }
    return GeoError(.invalidGeometry, function: function, messages: log.texts)
  }

  /// Polygons as one Polygon or MultiPolygon; throws when a ring is too short or not closed.
  func makeGeometry(_ polygons: [GeographicPolygon]) throws(GeoError) -> GEOSShape {
    var parts: [OpaquePointer?] = unsafe []
    do throws(GeoError) {
      for polygon in polygons { try unsafe parts.append(makePolygon(polygon)) }
    } catch {
      for index in unsafe parts.indices { unsafe GEOSGeom_destroy_r(handle, parts[index]) }
      throw error
    }
    if unsafe parts.count == 1, let only = unsafe parts[0] { return unsafe GEOSShape(owning: only, handle) }
    let type = Int32(GEOS_MULTIPOLYGON.rawValue)
    guard let collection = unsafe GEOSGeom_createCollection_r(handle, type, &parts, UInt32(parts.count)) else {
      throw error("GEOSGeom_createCollection_r")
    }
    return unsafe GEOSShape(owning: collection, handle)
  }

  private func makePolygon(_ polygon: GeographicPolygon) throws(GeoError) -> OpaquePointer {
    var rings: [OpaquePointer?] = unsafe []
    do throws(GeoError) {
      for ring in polygon.rings { try unsafe rings.append(makeRing(ring)) }
    } catch {
      for index in unsafe rings.indices { unsafe GEOSGeom_destroy_r(handle, rings[index]) }
      throw error
    }
    let shell = unsafe rings.removeFirst()
    guard let made = unsafe GEOSGeom_createPolygon_r(handle, shell, &rings, UInt32(rings.count)) else {
      throw error("GEOSGeom_createPolygon_r")
    }
    return unsafe made
  }

  private func makeRing(_ ring: [GeographicPoint]) throws(GeoError) -> OpaquePointer {
    let xs = ring.map(\.longitude)
    let ys = ring.map(\.latitude)
    guard let sequence = unsafe GEOSCoordSeq_copyFromArrays_r(handle, xs, ys, nil, nil, UInt32(ring.count)) else {
      throw error("GEOSCoordSeq_copyFromArrays_r")
    }
    // The ring owns the sequence, also when making it fails.
    guard let made = unsafe GEOSGeom_createLinearRing_r(handle, sequence) else {
      throw error("GEOSGeom_createLinearRing_r")
    }
    return unsafe made
  }
}

/// What GEOS said since it was last asked.
private final class GEOSMessages {
  var texts: [String] = []
}

/// An owned GEOS geometry of a context that outlives it; freed with `GEOSGeom_destroy_r`.
@safe struct GEOSShape: ~Copyable {
  let pointer: OpaquePointer
  private let context: GEOSContextHandle_t

  init(owning pointer: OpaquePointer, _ context: GEOSContextHandle_t) {
    unsafe self.pointer = pointer
    unsafe self.context = context
  }

  deinit { unsafe GEOSGeom_destroy_r(context, pointer) }

  /// The polygonal parts, collections taken apart; points and lines are left out.
  func polygons() -> [GeographicPolygon] { unsafe Self.polygons(of: pointer, context) }

  private static func polygons(of geometry: OpaquePointer, _ context: GEOSContextHandle_t) -> [GeographicPolygon] {
    let type = unsafe UInt32(GEOSGeomTypeId_r(context, geometry))
    if unsafe GEOSisEmpty_r(context, geometry) == 1 { return [] }
    if type == GEOS_POLYGON.rawValue { return unsafe [polygon(geometry, context)] }
    guard type == GEOS_MULTIPOLYGON.rawValue || type == GEOS_GEOMETRYCOLLECTION.rawValue else { return [] }
    var found: [GeographicPolygon] = []
    for index in 0..<(unsafe GEOSGetNumGeometries_r(context, geometry)) {
      guard let part = unsafe GEOSGetGeometryN_r(context, geometry, index) else { continue }
      unsafe found += polygons(of: part, context)
    }
    return found
  }

  private static func polygon(_ geometry: OpaquePointer, _ context: GEOSContextHandle_t) -> GeographicPolygon {
    var holes: [[GeographicPoint]] = []
    for index in 0..<(unsafe GEOSGetNumInteriorRings_r(context, geometry)) {
      unsafe holes.append(points(GEOSGetInteriorRingN_r(context, geometry, index), context))
    }
    return unsafe GeographicPolygon(exterior: points(GEOSGetExteriorRing_r(context, geometry), context), holes: holes)
  }

  private static func points(_ ring: OpaquePointer?, _ context: GEOSContextHandle_t) -> [GeographicPoint] {
    guard let ring = unsafe ring, let sequence = unsafe GEOSGeom_getCoordSeq_r(context, ring) else { return [] }
    var count: UInt32 = 0
    guard unsafe GEOSCoordSeq_getSize_r(context, sequence, &count) == 1 else { return [] }
    var xs = [Double](repeating: 0, count: Int(count))
    var ys = xs
    guard unsafe GEOSCoordSeq_copyToArrays_r(context, sequence, &xs, &ys, nil, nil) == 1 else { return [] }
    return xs.indices.map { GeographicPoint(longitude: xs[$0], latitude: ys[$0]) }
  }
}
