internal import CGeo

/// The process-wide set-up of GDAL, GEOS and PROJ.
public enum GeoLibrary {
  /// Registers the few drivers we use and sets the security configuration, once a process.
  ///
  /// Only GTiff, COG, JP2OpenJPEG, PNG, MEM, FlatGeobuf and GPKG exist afterwards: no VRT, no network and no plugin driver
  /// can be reached through any file. Of sidecar files only those of ``SidecarFiles`` are read, PROJ never fetches grids,
  /// the block cache is `cacheMegabytes` of the first call. Every entry of this module calls it; calling it again does
  /// nothing.
  public static func initialize(cacheMegabytes: Int = 64) {
    cacheSetting.setOnce(cacheMegabytes)
    _ = registration
  }

  /// The versions of the libraries in use, for provenance: `GDAL`, `GEOS`, `PROJ`.
  public static var versions: [String: String] {
    initialize()
    let gdal = unsafe GDALVersionInfo("RELEASE_NAME").map { unsafe String(cString: $0) } ?? ""
    let geos = unsafe GEOSversion().map { unsafe String(cString: $0) } ?? ""
    var major: Int32 = 0
    var minor: Int32 = 0
    var patch: Int32 = 0
    unsafe OSRGetPROJVersion(&major, &minor, &patch)
    return ["GDAL": gdal, "GEOS": String(geos.prefix { $0 != "-" }), "PROJ": "\(major).\(minor).\(patch)"]
  }

  /// The most bytes GDAL keeps of decoded blocks, for all files of the process.
  public static var cacheBytes: Int {
    initialize()
    return Int(GDALGetCacheMax64())
  }

  /// Lets the process keep so many arenas of memory at most, whoever allocates; for the C library, before there are threads.
  public static func limitArenas(to count: Int32) { gnomon_limit_arenas(count) }

  /// Runs work during which GDAL keeps so many bytes more of decoded blocks.
  public static func withCache<Result>(additional bytes: Int, _ body: () throws -> Result) rethrows -> Result {
    initialize()
    guard bytes > 0 else { return try body() }
    cacheSetting.add(bytes) { GDALSetCacheMax64(GDALGetCacheMax64() + Int64($0)) }
    defer { cacheSetting.add(-bytes) { GDALSetCacheMax64(GDALGetCacheMax64() + Int64($0)) } }
    return try body()
  }

  private static let cacheSetting = CacheSetting()

  private static let registration: Void = {
    let settings = [
      ("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR"),
      ("GDAL_DRIVER_PATH", "disable"),
      ("CPL_VSIL_CURL_ALLOWED_EXTENSIONS", "{none}"),
      ("GDAL_HTTP_MAX_RETRY", "0"),
      ("PROJ_NETWORK", "OFF"),
      ("CPL_DEBUG", "OFF"),
      ("GDAL_NUM_THREADS", "1"),
      ("GTIFF_DIRECT_IO", "NO"),
      // What a GeoPackage says of its last change: the same polygons give the same bytes.
      ("OGR_CURRENT_DATE", "1970-01-01T00:00:00.000Z"),
      // A GeoPackage is flushed to the disk once, before it gets its name.
      ("OGR_SQLITE_SYNCHRONOUS", "OFF"),
      ("GDAL_CACHEMAX", String(cacheSetting.value)),
    ]
    for (key, value) in settings { unsafe CPLSetConfigOption(key, value) }
    // Threads of GDAL's own know no handler of ours: what fails there fails the call that waits for them, too.
    unsafe CPLSetErrorHandler(CPLQuietErrorHandler)
    OSRSetPROJEnableNetwork(0)
    VirtualFileSystem.install()
    GDALRegister_GTiff()
    GDALRegister_COG()
    GDALRegister_JP2OpenJPEG()
    GDALRegister_PNG()
    GDALRegister_MEM()
    RegisterOGRFlatGeobuf()
    RegisterOGRGeoPackage()
  }()
}
