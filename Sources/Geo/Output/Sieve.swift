internal import CGeo

/// Removes small areas from a class map (`GDALSieveFilter`).
public enum Sieve {
  /// A map in which 4-connected areas of fewer than `threshold` pixels take the class of their largest neighbour.
  ///
  /// Nodata pixels neither merge nor are merged; areas that have no neighbour but nodata stay. A threshold below 2
  /// changes nothing.
  public static func filter<Value: PixelValue & FixedWidthInteger & UnsignedInteger>(
    _ map: PixelBlock<Value>, threshold: Int, isCancelled: () -> Bool = { false }
  ) throws -> PixelBlock<Value> {
    guard threshold >= 2 else { return map }
    let (width, height) = (map.width, map.height)
    let raster = try MemoryRaster(width: width, height: height, bands: 1, type: Value.dataType)
    let mask = try MemoryRaster(width: width, height: height, bands: 1, type: .uint8)
    var result = map
    try raster.write(&result.values, band: 1, width: width, height: height)
    var flags = map.validity.map { $0 ? UInt8(255) : 0 }
    try mask.write(&flags, band: 1, width: width, height: height)
    let source = try unsafe raster.band(1)
    let maskBand = try unsafe mask.band(1)
    let smallest = Int32(clamping: threshold)
    try withProgress(isCancelled) { progress in
      try capturingMessages { log in
        let code = unsafe GDALSieveFilter(
          source, maskBand, source, smallest, 4, nil, ProgressCallback.function, progress.opaque)
        if code != CE_None { throw log.error("GDALSieveFilter") }
      }
    }
    try raster.read(into: &result.values, band: 1, width: width, height: height)
    return result
  }
}
