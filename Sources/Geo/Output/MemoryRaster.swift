internal import CGeo

/// A raster in memory (`MEM` driver) that lends pixels to GDAL's algorithms.
// @safe: the handle has one owner; pixels that it borrows are kept by whoever made it for as long (see the callers).
@safe struct MemoryRaster: ~Copyable {
  let handle: GDALDatasetH

  init(width: Int, height: Int, bands: Int, type: RasterDataType) throws(GeoError) {
    GeoLibrary.initialize()
    guard width > 0, height > 0, width <= Int(Int32.max), height <= Int(Int32.max) else {
      throw GeoError(.limitExceeded, "GDALCreate", "The raster is larger than GDAL can hold.")
    }
    unsafe handle = try capturingMessages { (log) throws(GeoError) -> GDALDatasetH in
      guard let driver = unsafe GDALGetDriverByName("MEM"),
        let made = unsafe GDALCreate(driver, "", Int32(width), Int32(height), Int32(bands), type.gdal, nil)
      else { throw log.error("GDALCreate") }
      return unsafe made
    }
  }

  /// A raster of one band over pixels that somebody else holds for as long as it lives; nothing is copied.
  init<Value: PixelValue>(over pixels: ScratchRaster<Value>) throws(GeoError) {
    GeoLibrary.initialize()
    let address = unsafe UInt(bitPattern: pixels.pixels.baseAddress)
    let options = StringList(["DATAPOINTER=0x\(String(address, radix: 16))"])
    unsafe handle = try capturingMessages { (log) throws(GeoError) -> GDALDatasetH in
      guard let driver = unsafe GDALGetDriverByName("MEM"),
        let made = unsafe GDALCreate(driver, "", Int32(pixels.width), Int32(pixels.height), 0, Value.dataType.gdal, nil)
      else { throw log.error("GDALCreate") }
      guard unsafe GDALAddBand(made, Value.dataType.gdal, options.pointer) == CE_None else {
        unsafe GDALClose(made)
        throw log.error("GDALAddBand")
      }
      return unsafe made
    }
  }

  deinit { unsafe GDALClose(handle) }

  func band(_ index: Int) throws(GeoError) -> GDALRasterBandH {
    guard let band = unsafe GDALGetRasterBand(handle, Int32(index)) else {
      throw GeoError(function: "GDALGetRasterBand", messages: [])
    }
    return unsafe band
  }

  func place(on grid: RasterGrid) throws(GeoError) {
    var numbers = grid.geoTransform.gdal
    let reference = try SpatialReference(wkt: grid.referenceSystem.wkt)
    guard unsafe GDALSetGeoTransform(handle, &numbers) == CE_None,
      unsafe GDALSetSpatialRef(handle, reference.handle) == CE_None
    else { throw GeoError(function: "GDALSetGeoTransform", messages: []) }
  }

  func write<Value: PixelValue>(_ values: inout [Value], band index: Int, width: Int, height: Int) throws(GeoError) {
    let window = RasterWindow(column: 0, row: 0, width: width, height: height)
    try unsafe RasterTransfer.write(band(index), window, from: &values)
  }

  func read<Value: PixelValue>(into values: inout [Value], band index: Int, width: Int, height: Int) throws(GeoError) {
    let window = RasterWindow(column: 0, row: 0, width: width, height: height)
    try unsafe RasterTransfer.read(band(index), window, into: &values, type: Value.dataType)
  }

  /// Writes the raster as a new file of a driver that copies; progress stops it.
  func copy(
    to path: String, driver name: String, options: [String], isCancelled: () -> Bool
  ) throws {
    let list = StringList(options)
    try withProgress(isCancelled) { progress in
      try capturingMessages { log in
        guard let driver = unsafe GDALGetDriverByName(name) else { throw log.error("GDALGetDriverByName") }
        let made = unsafe GDALCreateCopy(
          driver, path, handle, 0, list.pointer, ProgressCallback.function, progress.opaque)
        guard let made = unsafe made else { throw log.error("GDALCreateCopy", .unwritable) }
        // GDALClose returns nothing in 3.6: what it could not write shows in the errors.
        unsafe GDALClose(made)
        try log.throwIfErrors("GDALClose", .unwritable)
      }
    }
  }
}
