internal import CGeo

/// The spatial index of a layer of a GeoPackage, filled in steps between which one may stop.
///
/// GDAL fills it in one statement when the file is closed, wanted or not, for tens of seconds of a large map. Here it is made
/// while the layer is empty (`CreateSpatialIndex` of GDAL, OGC 12-128r18 annex F.3), and filled after the features: to
/// have the trigger do it with each of them takes longer.
// @safe: the dataset is open as long as the index is used: the writer that has both closes it.
@safe struct GeoPackageIndex {
  private let dataset: GDALDatasetH
  private static let trigger = "rtree_polygons_geom_insert"
  /// Features in a step, a hundredth of a second.
  private static let step = 2_000
  /// The statement that makes the trigger.
  private let statement: String

  /// Makes the index of the empty layer `polygons`.
  init(_ dataset: GDALDatasetH, _ log: MessageLog) throws(GeoError) {
    unsafe self.dataset = dataset
    _ = try unsafe Self.text("SELECT CreateSpatialIndex('polygons', 'geom')", dataset, log)
    let found = try unsafe Self.text("SELECT sql FROM sqlite_master WHERE name = '\(Self.trigger)'", dataset, log)
    guard let found else { throw log.error("CreateSpatialIndex", .unwritable) }
    statement = found
    try unsafe Self.run("DROP TRIGGER \(Self.trigger)", dataset, log)
  }

  /// Fills in so many features, which have the numbers from 1 on.
  func fill(_ count: Int, _ log: MessageLog, isCancelled: () -> Bool) throws {
    for first in stride(from: 0, to: count, by: Self.step) {
      if isCancelled() { throw CancellationError() }
      try unsafe Self.run(
        """
        INSERT INTO rtree_polygons_geom SELECT fid, ST_MinX(geom), ST_MaxX(geom), ST_MinY(geom), ST_MaxY(geom)
        FROM polygons WHERE fid > \(first) AND fid <= \(first + Self.step) AND NOT ST_IsEmpty(geom)
        """, dataset, log)
    }
    try unsafe Self.run(statement, dataset, log)
  }

  private static func run(_ statement: String, _ dataset: GDALDatasetH, _ log: MessageLog) throws(GeoError) {
    _ = try unsafe text(statement, dataset, log)
  }

  /// The first field of the first row, nil where there is none.
  private static func text(
    _ statement: String, _ dataset: GDALDatasetH, _ log: MessageLog
  ) throws(GeoError) -> String? {
    let errors = log.errors.count
    let result = unsafe GDALDatasetExecuteSQL(dataset, statement, nil, nil)
    defer { unsafe GDALDatasetReleaseResultSet(dataset, result) }
    guard log.errors.count == errors else { throw log.error("GDALDatasetExecuteSQL", .unwritable) }
    guard let result = unsafe result, let row = unsafe OGR_L_GetNextFeature(result) else { return nil }
    defer { unsafe OGR_F_Destroy(row) }
    return unsafe OGR_F_GetFieldAsString(row, 0).map { unsafe String(cString: $0) }
  }
}
