internal import CGeo

/// The layer `polygons` of a new file of GDAL's, in longitude and latitude (EPSG:4326).
// @safe: the dataset is closed once, by close or deinit, and its layer is used only while it is open.
@safe final class PolygonLayer {
  private var dataset: GDALDatasetH?
  private let layer: OGRLayerH
  private let mostParts: Int

  /// - Parameters:
  ///   - isIndexed: whether GDAL makes a spatial index as the file is closed.
  ///   - mostParts: the most parts of a feature.
  init(path: String, format: VectorFormat, isIndexed: Bool, mostParts: Int) throws(GeoError) {
    self.mostParts = mostParts
    let made = try unsafe Self.create(path, format)
    do throws(GeoError) {
      unsafe layer = try unsafe Self.createLayer(made, isIndexed)
    } catch {
      unsafe GDALClose(made)
      throw error
    }
    unsafe dataset = made
  }

  deinit {
    // What is abandoned has nobody to tell of errors.
    capturingMessages { _ in _ = unsafe dataset.map { unsafe GDALClose($0) } }
  }

  private static func create(_ path: String, _ format: VectorFormat) throws(GeoError) -> GDALDatasetH {
    try unsafe capturingMessages { (log) throws(GeoError) -> GDALDatasetH in
      let name = format == .flatGeobuf ? "FlatGeobuf" : "GPKG"
      guard let driver = unsafe GDALGetDriverByName(name) else { throw log.error("GDALGetDriverByName") }
      guard let made = unsafe GDALCreate(driver, path, 0, 0, 0, GDT_Unknown, nil) else {
        throw log.error("GDALCreate", .unwritable)
      }
      return unsafe made
    }
  }

  private static func createLayer(_ dataset: GDALDatasetH, _ isIndexed: Bool) throws(GeoError) -> OGRLayerH {
    let reference = try SpatialReference(epsg: 4326)
    let options = StringList(["SPATIAL_INDEX=\(isIndexed ? "YES" : "NO")"])
    return try unsafe capturingMessages { (log) throws(GeoError) -> OGRLayerH in
      guard
        let layer = unsafe GDALDatasetCreateLayer(
          dataset, "polygons", reference.handle, wkbMultiPolygon, options.pointer)
      else { throw log.error("GDALDatasetCreateLayer", .unwritable) }
      let fields: [(name: String, type: OGRFieldType)] = [
        ("class", OFTInteger), ("name", OFTString), ("area_m2", OFTReal), ("pixels", OFTInteger64),
        ("mean_confidence", OFTReal),
      ]
      for field in fields {
        let definition = unsafe OGR_Fld_Create(field.name, field.type)
        defer { unsafe OGR_Fld_Destroy(definition) }
        guard unsafe OGR_L_CreateField(layer, definition, 1) == OGRERR_NONE else {
          throw log.error("OGR_L_CreateField", .unwritable)
        }
      }
      return unsafe layer
    }
  }

  /// Makes the spatial index of a GeoPackage, which is empty yet.
  func index(_ log: MessageLog) throws(GeoError) -> GeoPackageIndex? {
    try unsafe dataset.map { dataset throws(GeoError) in try unsafe GeoPackageIndex(dataset, log) }
  }

  func startTransaction(_ log: MessageLog) throws(GeoError) {
    try unsafe check(log, "GDALDatasetStartTransaction") { unsafe GDALDatasetStartTransaction($0, 0) }
  }

  func commitTransaction(_ log: MessageLog) throws(GeoError) {
    try unsafe check(log, "GDALDatasetCommitTransaction") { unsafe GDALDatasetCommitTransaction($0) }
  }

  /// Drivers without transactions (FlatGeobuf) say so; anything else means that features were not written.
  private func check(
    _ log: MessageLog, _ function: String, _ body: (GDALDatasetH) -> OGRErr
  ) throws(GeoError) {
    guard let dataset = unsafe dataset else { return }
    let code = unsafe body(dataset)
    guard code == OGRERR_NONE || code == OGRERR_UNSUPPORTED_OPERATION else { throw log.error(function, .unwritable) }
  }

  /// Adds a feature.
  ///
  /// - Parameter bytes: where the record and its polygons stand.
  func add(
    _ record: FeatureRecord.Header, of bytes: [UInt8], name: String, _ log: MessageLog, isCancelled: () -> Bool
  ) throws {
    guard let feature = unsafe OGR_F_Create(OGR_L_GetLayerDefn(layer)) else { throw log.error("OGR_F_Create") }
    defer { unsafe OGR_F_Destroy(feature) }
    unsafe OGR_F_SetFieldInteger(feature, 0, Int32(truncatingIfNeeded: record.value))
    unsafe OGR_F_SetFieldString(feature, 1, name)
    unsafe OGR_F_SetFieldDouble(feature, 2, record.area)
    unsafe OGR_F_SetFieldInteger64(feature, 3, Int64(record.pixels))
    if record.confidence.isNaN {
      unsafe OGR_F_SetFieldNull(feature, 4)
    } else {
      unsafe OGR_F_SetFieldDouble(feature, 4, record.confidence)
    }
    guard let shape = unsafe OGR_G_CreateGeometry(wkbMultiPolygon) else { throw log.error("OGR_G_CreateGeometry") }
    // The feature owns the shape from here on.
    guard unsafe OGR_F_SetGeometryDirectly(feature, shape) == OGRERR_NONE else {
      throw log.error("OGR_F_SetGeometryDirectly")
    }
    try unsafe Self.add(bytes, record.parts, of: mostParts, to: shape, log, isCancelled)
    if isCancelled() { throw CancellationError() }
    guard unsafe OGR_L_CreateFeature(layer, feature) == OGRERR_NONE else {
      throw log.error("OGR_L_CreateFeature", .unwritable)
    }
  }

  /// Adds polygons to a MultiPolygon, one by one: GDAL takes seconds for millions at once.
  private static func add(
    _ bytes: [UInt8], _ parts: Range<Int>, of mostParts: Int, to shape: OGRGeometryH, _ log: MessageLog,
    _ isCancelled: () -> Bool
  ) throws {
    var (place, number) = (parts.lowerBound, 0)
    while place < parts.upperBound {
      number += 1
      guard number <= mostParts else { throw tooMany(mostParts) }
      if number & 63 == 0, isCancelled() { throw CancellationError() }
      guard let size = bytes.littleEndian(UInt64.self, at: place), case let first = place + 8,
        size <= UInt64(parts.upperBound - first)
      else { throw GeoError(.invalidArgument, "PolygonLayer", "A feature's record is incomplete.") }
      var part: OGRGeometryH?
      let code = unsafe bytes.withUnsafeBytes {
        unsafe OGR_G_CreateFromWkb($0.baseAddress?.advanced(by: first), nil, &part, Int32(clamping: size))
      }
      guard code == OGRERR_NONE, let part = unsafe part else { throw log.error("OGR_G_CreateFromWkb") }
      // The shape owns its part from here on.
      guard unsafe OGR_G_AddGeometryDirectly(shape, part) == OGRERR_NONE else {
        throw log.error("OGR_G_AddGeometryDirectly")
      }
      place = first + Int(size)
    }
  }

  private static func tooMany(_ most: Int) -> GeoError {
    GeoError(
      .limitExceeded, "PolygonLayer",
      """
      A feature has more than \(most) parts, more than are written to FlatGeobuf or GeoPackage; take GeoJSON, ask for a \
      sieve, or let the dissolved class stay several features.
      """)
  }

  /// Closes the file; of a GeoPackage the transaction that is open is lost.
  func close(_ log: MessageLog) throws(GeoError) {
    guard let open = unsafe dataset else { return }
    unsafe dataset = nil
    // GDALClose returns nothing in 3.6: what it could not write shows in the errors.
    unsafe GDALClose(open)
    try log.throwIfErrors("GDALClose", .unwritable)
  }
}
