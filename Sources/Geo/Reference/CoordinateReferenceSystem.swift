internal import CGeo

/// A coordinate reference system as a plain value; the library handle is made where it is used.
///
/// Axis order is always the traditional one of GIS: easting, northing or longitude, latitude, whatever the authority
/// says (`OAMS_TRADITIONAL_GIS_ORDER`). `==` compares the text; ``isSame(as:)`` compares the meaning.
public struct CoordinateReferenceSystem: Hashable, Sendable {
  /// The definition as WKT2:2019.
  public let wkt: String
  /// The EPSG code, when the definition is or can be identified as one.
  public let epsg: Int?
  /// The name the definition gives itself.
  public let name: String
  /// Whether coordinates are longitude and latitude in degrees.
  public let isGeographic: Bool
  /// Metres a unit of a projected system has; radians a unit of a geographic one.
  public let unitSize: Double

  /// A system by its EPSG code; throws `referenceSystem` when PROJ's database does not know it.
  public init(epsg code: Int) throws(GeoError) {
    guard code > 0, code < 1_000_000 else {
      throw GeoError(.referenceSystem, "EPSG", "EPSG:\(code) is not a known reference system.")
    }
    let handle = try SpatialReference(epsg: Int32(code))
    try self.init(handle)
  }

  /// A system by its WKT (1 or 2); throws `referenceSystem` when it does not parse or is neither geographic nor projected.
  public init(wkt: String) throws(GeoError) {
    try self.init(SpatialReference(wkt: wkt))
  }

  /// WGS 84 longitude and latitude in degrees: what GeoJSON uses (EPSG:4326, OGC:CRS84 in our axis order).
  public static func longitudeLatitude() throws(GeoError) -> CoordinateReferenceSystem {
    try CoordinateReferenceSystem(epsg: 4326)
  }

  /// Whether both mean the same system, axis order aside (`OSRIsSame`).
  public func isSame(as other: CoordinateReferenceSystem) -> Bool {
    if wkt == other.wkt { return true }
    if let epsg, let code = other.epsg { return epsg == code }
    guard let mine = try? SpatialReference(wkt: wkt), let its = try? SpatialReference(wkt: other.wkt) else {
      return false
    }
    return mine.isSame(as: its)
  }

  init(_ handle: consuming SpatialReference) throws(GeoError) {
    wkt = try handle.wkt()
    name = handle.name
    isGeographic = handle.isGeographic
    unitSize = handle.unitSize
    epsg = handle.identifiedEPSG()
    guard isGeographic || handle.isProjected else {
      throw GeoError(
        .referenceSystem, "OSRIsProjected", "The reference system \(name) is neither geographic nor projected.")
    }
  }
}

/// An owned `OGRSpatialReferenceH` in traditional axis order; freed with `OSRRelease`.
// @safe: the handle is a copy or new, and has one owner, which releases it.
@safe struct SpatialReference: ~Copyable {
  let handle: OGRSpatialReferenceH

  init(epsg code: Int32) throws(GeoError) {
    try unsafe self.init("OSRImportFromEPSG", "EPSG:\(code) is not a known reference system.") { handle in
      unsafe OSRImportFromEPSG(handle, code)
    }
  }

  init(wkt: String) throws(GeoError) {
    try unsafe self.init("OSRImportFromWkt", "The reference system's WKT cannot be read.") { handle in
      unsafe wkt.withCString { text in
        var cursor: UnsafeMutablePointer<CChar>? = unsafe UnsafeMutablePointer(mutating: text)
        return unsafe OSRImportFromWkt(handle, &cursor)
      }
    }
  }

  /// A copy of a system somebody else owns.
  init(copying other: OGRSpatialReferenceH) throws(GeoError) {
    GeoLibrary.initialize()
    guard let copy = unsafe OSRClone(other) else { throw GeoError(function: "OSRClone", messages: []) }
    unsafe OSRSetAxisMappingStrategy(copy, OAMS_TRADITIONAL_GIS_ORDER)
    unsafe handle = copy
  }

  private init(
    _ function: String, _ complaint: String, _ load: (OGRSpatialReferenceH) -> OGRErr
  ) throws(GeoError) {
    GeoLibrary.initialize()
    guard let fresh = unsafe OSRNewSpatialReference(nil) else { throw GeoError(function: function, messages: []) }
    let failure = capturingMessages { log in
      unsafe load(fresh) == OGRERR_NONE ? nil : [complaint] + log.messages
    }
    if let failure {
      unsafe OSRRelease(fresh)
      throw GeoError(.referenceSystem, function: function, messages: failure)
    }
    unsafe OSRSetAxisMappingStrategy(fresh, OAMS_TRADITIONAL_GIS_ORDER)
    unsafe handle = fresh
  }

  deinit { unsafe OSRRelease(handle) }

  var isGeographic: Bool { unsafe OSRIsGeographic(handle) != 0 }
  var isProjected: Bool { unsafe OSRIsProjected(handle) != 0 }
  var unitSize: Double {
    unsafe isGeographic ? OSRGetAngularUnits(handle, nil) : OSRGetLinearUnits(handle, nil)
  }
  var name: String { unsafe OSRGetName(handle).map { unsafe String(cString: $0) } ?? "unnamed" }

  func wkt() throws(GeoError) -> String {
    let options = StringList(["FORMAT=WKT2_2019", "MULTILINE=NO"])
    var text: UnsafeMutablePointer<CChar>?
    let code = unsafe OSRExportToWktEx(handle, &text, options.asConstant)
    defer { unsafe VSIFree(text) }
    guard code == OGRERR_NONE, let text = unsafe text else {
      throw GeoError(.referenceSystem, "OSRExportToWktEx", "The reference system cannot be written as WKT2.")
    }
    return unsafe String(cString: text)
  }

  func isSame(as other: borrowing SpatialReference) -> Bool {
    let options = StringList(["IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES"])
    return capturingMessages { _ in unsafe OSRIsSameEx(handle, other.handle, options.asConstant) != 0 }
  }

  /// The EPSG code the definition carries, or the one PROJ identifies it as with full confidence.
  func identifiedEPSG() -> Int? {
    if let code = unsafe Self.epsg(of: handle) { return code }
    return capturingMessages { _ in
      var count: Int32 = 0
      var confidences: UnsafeMutablePointer<Int32>?
      let matches = unsafe OSRFindMatches(handle, nil, &count, &confidences)
      defer {
        unsafe OSRFreeSRSArray(matches)
        unsafe VSIFree(confidences)
      }
      guard count > 0, let matches = unsafe matches, let confidences = unsafe confidences,
        unsafe confidences[0] >= 100, let best = unsafe matches[0]
      else { return nil }
      return unsafe Self.epsg(of: best)
    }
  }

  private static func epsg(of handle: OGRSpatialReferenceH) -> Int? {
    guard let authority = unsafe OSRGetAuthorityName(handle, nil), unsafe String(cString: authority) == "EPSG",
      let code = unsafe OSRGetAuthorityCode(handle, nil)
    else { return nil }
    return unsafe Int(String(cString: code))
  }
}
