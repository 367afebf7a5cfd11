internal import CGeo

extension RasterDataset {
  /// Reads a window of several bands as they are stored, one band after the other.
  ///
  /// A block that holds several of the bands is decoded once. Nodata is not looked for.
  ///
  /// - Parameters:
  ///   - bands: from 1; all of `type`.
  ///   - planes: receives bands × window pixels, each plane row-major, in the bands' own type.
  /// - Throws: `outsideImage`, `invalidArgument` where types or lengths do not fit, or `damaged`.
  public func readPlanes(
    bands: [Int], type: RasterDataType, window: RasterWindow, into planes: UnsafeMutableRawBufferPointer
  ) throws(GeoError) {
    guard !window.isEmpty, information.window.contains(window) else {
      throw GeoError(.outsideImage, "GDALDatasetRasterIO", "The window lies outside the image.")
    }
    let planeBytes = window.pixelCount * type.byteCount
    for band in bands {
      guard try bandInformation(band).dataType == type else {
        throw GeoError(.invalidArgument, "GDALDatasetRasterIO", "Band \(band) does not store \(type.rawValue).")
      }
    }
    guard planes.count >= bands.count * planeBytes, let first = planes.baseAddress else {
      throw GeoError(.invalidArgument, "GDALDatasetRasterIO", "The buffer is smaller than the window.")
    }
    var indices = bands.map { Int32($0) }
    // Errors count even where the function returns success: some drivers fill what they could not read with zeros.
    try reading { () throws(GeoError) in
      try fetchBlocks(bands: bands, window: window)
      try capturingMessages { (log) throws(GeoError) in
        let code = unsafe GDALDatasetRasterIOEx(
          handle, GF_Read, Int32(window.column), Int32(window.row), Int32(window.width), Int32(window.height), first,
          Int32(window.width), Int32(window.height), type.gdal, Int32(indices.count), &indices, 0, 0,
          Int64(planeBytes), nil)
        if code != CE_None || !log.errors.isEmpty { throw log.error("GDALDatasetRasterIO", .damaged) }
      }
    }
  }

  /// Clears the flags of pixels that a band's mask (not its nodata value) takes out; does nothing for a band without one.
  ///
  /// - Parameter validity: window pixels, row-major; 0 is without data.
  public func applyMask(
    band: Int, window: RasterWindow, to validity: UnsafeMutableBufferPointer<UInt8>
  ) throws(GeoError) {
    let description = try bandInformation(band)
    guard description.maskKind.isStored else { return }
    guard let bandHandle = unsafe GDALGetRasterBand(handle, Int32(band)),
      let mask = unsafe GDALGetMaskBand(bandHandle)
    else { throw GeoError(function: "GDALGetMaskBand", messages: []) }
    var flags = [UInt8](repeating: 0, count: window.pixelCount)
    try reading { () throws(GeoError) in
      try unsafe fetchBlocks(ofMask: mask, window: window)
      try unsafe RasterTransfer.read(mask, window, into: &flags, type: .uint8)
    }
    guard validity.count >= flags.count else {
      throw GeoError(.invalidArgument, "GDALGetMaskBand", "The buffer is smaller than the window.")
    }
    for index in flags.indices where flags[index] == 0 { unsafe validity[index] = 0 }
  }
}
