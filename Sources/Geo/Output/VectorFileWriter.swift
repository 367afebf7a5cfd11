internal import CGeo

/// Writes polygons as a FlatGeobuf or GeoPackage file through GDAL.
///
/// One layer, `polygons`, in longitude and latitude (EPSG:4326), with the fields of ``GeoJSONWriter``: `class`, `name`,
/// `area_m2`, `pixels` and `mean_confidence` (null where there is none), the same numbers. The file appears under its name only after
/// ``PolygonWriter/finish(isCancelled:)``; what is abandoned is given up at once, however much was written.
// @safe: the dataset is closed once, by finish or deinit, and its layer is used only while it is open.
@safe public final class VectorFileWriter: PolygonWriter {
  private let file: TemporaryFile
  private let folder: RevocableFolder
  private var dataset: GDALDatasetH?
  private let layer: OGRLayerH
  private let index: GeoPackageIndex?
  private let names: [Int: String]
  /// Makes the geometries of features.
  public let encoder: any PolygonEncoder
  /// Features written so far.
  public private(set) var featureCount = 0
  /// Features in a transaction: few enough to keep memory small, many enough to be fast.
  private static let transaction = 50_000

  /// Begins a file; `classes` gives the names of the class values. Throws `unwritable`, and `invalidArgument` for GeoJSON.
  public init(path: String, format: VectorFormat, classes: [MapClass]) throws(GeoError) {
    GeoLibrary.initialize()
    guard format != .geoJSON else {
      throw GeoError(.invalidArgument, "VectorFileWriter", "GeoJSON has a writer of its own.")
    }
    file = try TemporaryFile(for: path, ending: format == .flatGeobuf ? ".fgb" : ".gpkg")
    names = Dictionary(classes.map { ($0.value, $0.name) }) { first, _ in first }
    encoder = FeatureRecord()
    folder = RevocableFolder(file.folder)
    // SQLite has no use for such a folder: it writes through GDAL only where it may lock nothing.
    let made = try unsafe Self.create(format == .flatGeobuf ? folder.path(file.name) : file.path, format)
    unsafe dataset = made
    do throws(GeoError) {
      let created = try unsafe Self.createLayer(made, format)
      unsafe layer = created.layer
      index = unsafe created.index
    } catch {
      unsafe GDALClose(made)
      throw error
    }
    _ = unsafe GDALDatasetStartTransaction(made, 0)
  }

  deinit {
    if let dataset = unsafe dataset {
      // Closing completes the file; refused, it gives up. Of a GeoPackage the transaction that is open is lost.
      folder.refuse { true }
      capturingMessages { _ in unsafe GDALClose(dataset) }
    }
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

  private static func createLayer(
    _ dataset: GDALDatasetH, _ format: VectorFormat
  ) throws(GeoError) -> (layer: OGRLayerH, index: GeoPackageIndex?) {
    let reference = try SpatialReference(epsg: 4326)
    let options = StringList(format == .geoPackage ? ["SPATIAL_INDEX=NO"] : [])
    return try unsafe capturingMessages { (log) throws(GeoError) -> (layer: OGRLayerH, index: GeoPackageIndex?) in
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
      return (unsafe layer, format == .geoPackage ? try unsafe GeoPackageIndex(dataset, log) : nil)
    }
  }

  /// Appends features as the encoder made them.
  public func append(_ bytes: [UInt8], count: Int) throws(GeoError) {
    try capturingMessages { (log) throws(GeoError) in
      var place = 0
      for _ in 0..<count {
        guard let record = FeatureRecord.Header(bytes, at: place) else {
          throw GeoError(.invalidArgument, "VectorFileWriter", "A feature's record is incomplete.")
        }
        place += FeatureRecord.Header.size
        try create(record, bytes[place..<(place + record.geometrySize)], log)
        place += record.geometrySize
        featureCount += 1
        if featureCount % Self.transaction == 0, let dataset = unsafe dataset {
          try Self.check(unsafe GDALDatasetCommitTransaction(dataset), "GDALDatasetCommitTransaction", log)
          try Self.check(unsafe GDALDatasetStartTransaction(dataset, 0), "GDALDatasetStartTransaction", log)
        }
      }
    }
  }

  /// Drivers without transactions (FlatGeobuf) say so; anything else means that features were not written.
  private static func check(_ code: OGRErr, _ function: String, _ log: MessageLog) throws(GeoError) {
    guard code == OGRERR_NONE || code == OGRERR_UNSUPPORTED_OPERATION else { throw log.error(function, .unwritable) }
  }

  private func create(
    _ record: FeatureRecord.Header, _ geometry: ArraySlice<UInt8>, _ log: MessageLog
  ) throws(GeoError) {
    guard let feature = unsafe OGR_F_Create(OGR_L_GetLayerDefn(layer)) else { throw log.error("OGR_F_Create") }
    defer { unsafe OGR_F_Destroy(feature) }
    unsafe OGR_F_SetFieldInteger(feature, 0, Int32(truncatingIfNeeded: record.value))
    unsafe OGR_F_SetFieldString(feature, 1, names[record.value] ?? String(record.value))
    unsafe OGR_F_SetFieldDouble(feature, 2, record.area)
    unsafe OGR_F_SetFieldInteger64(feature, 3, Int64(record.pixels))
    if record.confidence.isNaN {
      unsafe OGR_F_SetFieldNull(feature, 4)
    } else {
      unsafe OGR_F_SetFieldDouble(feature, 4, record.confidence)
    }
    var shape: OGRGeometryH?
    let code = unsafe geometry.withUnsafeBytes { bytes in
      unsafe OGR_G_CreateFromWkb(bytes.baseAddress, nil, &shape, Int32(clamping: bytes.count))
    }
    guard code == OGRERR_NONE, let shape = unsafe shape else { throw log.error("OGR_G_CreateFromWkb") }
    // The feature owns the shape from here on.
    guard unsafe OGR_F_SetGeometryDirectly(feature, shape) == OGRERR_NONE,
      unsafe OGR_L_CreateFeature(layer, feature) == OGRERR_NONE
    else { throw log.error("OGR_L_CreateFeature", .unwritable) }
  }

  /// Ends the file and gives it its name.
  public func finish(isCancelled: @escaping @Sendable () -> Bool) throws {
    if isCancelled() { throw CancellationError() }
    guard let open = unsafe dataset else { return }
    try capturingMessages { log in
      // What fails here leaves the rest to deinit.
      try index?.fill(featureCount, log, isCancelled: isCancelled)
      folder.refuse(when: isCancelled)
      unsafe dataset = nil
      let code = unsafe GDALDatasetCommitTransaction(open)
      // GDALClose returns nothing in 3.6: what it could not write shows in the errors.
      unsafe GDALClose(open)
      if isCancelled() { throw CancellationError() }
      try Self.check(code, "GDALDatasetCommitTransaction", log)
      try log.throwIfErrors("GDALClose", .unwritable)
      if folder.hasFailed { throw log.error("GDALClose", .unwritable) }
    }
    try file.publish()
  }
}

/// A feature between threads: its numbers, the length of its geometry, the geometry as WKB.
private struct FeatureRecord: PolygonEncoder {
  struct Header {
    static let size = 40
    var value: Int
    var pixels: Int
    var area: Double
    var confidence: Double
    var geometrySize: Int

    init?(_ bytes: [UInt8], at place: Int) {
      guard place + Self.size <= bytes.count else { return nil }
      func word(_ index: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[place + index * 8 + $1]) << UInt64($1 * 8) }
      }
      value = Int(truncatingIfNeeded: word(0))
      pixels = Int(truncatingIfNeeded: word(1))
      area = Double(bitPattern: word(2))
      confidence = Double(bitPattern: word(3))
      geometrySize = Int(truncatingIfNeeded: word(4))
      guard geometrySize >= 0, geometrySize <= bytes.count - place - Self.size else { return nil }
    }
  }

  func encode(
    _ polygon: ClassPolygon, into bytes: inout [UInt8], isCancelled: () -> Bool
  ) throws(CancellationError) {
    var shape: [UInt8] = []
    try Self.append(polygon.geometry, &shape, isCancelled)
    let words: [UInt64] = [
      UInt64(truncatingIfNeeded: polygon.value), UInt64(truncatingIfNeeded: polygon.pixelCount),
      polygon.writtenArea.bitPattern, (polygon.writtenConfidence ?? .nan).bitPattern,
      UInt64(truncatingIfNeeded: shape.count),
    ]
    for word in words { Self.append(word, &bytes) }
    bytes += shape
  }

  /// A MultiPolygon in little-endian WKB (OGC 06-103r4 section 8.2).
  private static func append(
    _ parts: [GeographicPolygon], _ bytes: inout [UInt8], _ isCancelled: () -> Bool
  ) throws(CancellationError) {
    bytes.append(1)
    append(UInt32(6), &bytes)
    append(UInt32(truncatingIfNeeded: parts.count), &bytes)
    for (index, part) in parts.enumerated() {
      if index & 63 == 63, isCancelled() { throw CancellationError() }
      bytes.append(1)
      append(UInt32(3), &bytes)
      append(UInt32(truncatingIfNeeded: part.holes.count + 1), &bytes)
      for ring in part.rings {
        append(UInt32(truncatingIfNeeded: ring.count), &bytes)
        for point in ring {
          append(point.longitude.bitPattern, &bytes)
          append(point.latitude.bitPattern, &bytes)
        }
      }
    }
  }

  private static func append<Number: FixedWidthInteger>(_ number: Number, _ bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}
