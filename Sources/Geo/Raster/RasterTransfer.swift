internal import CGeo

/// Moves pixels between a band and an array (`GDALRasterIO`).
enum RasterTransfer {
  static func read<Value: PixelValue>(
    _ band: GDALRasterBandH, _ window: RasterWindow, into values: inout [Value], type: RasterDataType
  ) throws(GeoError) {
    try unsafe transfer(GF_Read, band, window, &values, type, reason: .damaged)
  }

  static func write<Value: PixelValue>(
    _ band: GDALRasterBandH, _ window: RasterWindow, from values: inout [Value]
  ) throws(GeoError) {
    try unsafe transfer(GF_Write, band, window, &values, Value.dataType, reason: .unwritable)
  }

  /// Errors count even where the function returns success: some drivers fill what they could not read with zeros.
  private static func transfer<Value: PixelValue>(
    _ direction: GDALRWFlag, _ band: GDALRasterBandH, _ window: RasterWindow, _ values: inout [Value],
    _ type: RasterDataType, reason: GeoError.Reason
  ) throws(GeoError) {
    guard values.count == window.pixelCount, type.byteCount == MemoryLayout<Value>.stride else {
      throw GeoError(.invalidArgument, "GDALRasterIO", "The buffer does not have the window's size.")
    }
    try capturingMessages { (log) throws(GeoError) in
      let code = unsafe values.withUnsafeMutableBytes { bytes in
        unsafe GDALRasterIO(
          band, direction, Int32(window.column), Int32(window.row), Int32(window.width), Int32(window.height),
          bytes.baseAddress, Int32(window.width), Int32(window.height), type.gdal, 0, 0)
      }
      if code != CE_None || !log.errors.isEmpty { throw log.error("GDALRasterIO", reason) }
    }
  }
}

extension RasterDataType {
  var gdal: GDALDataType {
    switch self {
    case .uint8: GDT_Byte
    case .uint16: GDT_UInt16
    case .int16: GDT_Int16
    case .uint32: GDT_UInt32
    case .int32: GDT_Int32
    case .float32: GDT_Float32
    case .float64: GDT_Float64
    case .uint64: GDT_UInt64
    case .int64: GDT_Int64
    }
  }

  init?(gdal type: GDALDataType) {
    guard let match = Self.allCases.first(where: { $0.gdal == type }) else { return nil }
    self = match
  }
}
