internal import CGeo

/// Which pixels of a window hold data.
enum Validity {
  /// The band's mask, joined with its nodata value where the mask does not come from it, and with NaN.
  static func read<Value: PixelValue>(
    _ band: GDALRasterBandH, _ description: BandInformation, _ window: RasterWindow, _ values: [Value]
  ) throws(GeoError) -> [Bool] {
    var validity = [Bool](repeating: true, count: values.count)
    switch description.maskKind {
    case .allValid: break
    case .noDataValue: try unsafe applyNoData(band, description, window, values, &validity)
    case .datasetMask, .alpha, .bandMask:
      try unsafe applyMask(band, window, &validity)
      try unsafe applyNoData(band, description, window, values, &validity)
    }
    if description.dataType.isFloatingPoint {
      for index in values.indices where values[index] != values[index] { validity[index] = false }
    }
    return validity
  }

  /// Any mask value above 0 is data: partly transparent pixels are.
  private static func applyMask(
    _ band: GDALRasterBandH, _ window: RasterWindow, _ validity: inout [Bool]
  ) throws(GeoError) {
    guard let mask = unsafe GDALGetMaskBand(band) else {
      throw GeoError(function: "GDALGetMaskBand", messages: [])
    }
    var flags = [UInt8](repeating: 0, count: window.pixelCount)
    try unsafe RasterTransfer.read(mask, window, into: &flags, type: .uint8)
    for index in flags.indices where flags[index] == 0 { validity[index] = false }
  }

  /// Compares in the band's own type: in another type neighbouring values may look equal.
  private static func applyNoData<Value: PixelValue>(
    _ band: GDALRasterBandH, _ description: BandInformation, _ window: RasterWindow, _ values: [Value],
    _ validity: inout [Bool]
  ) throws(GeoError) {
    guard let noData = description.noData, !noData.isNaN else { return }
    switch description.dataType {
    case .uint64:
      try unsafe compare(band, window, GDALGetRasterNoDataValueAsUInt64(band, nil), &validity)
    case .int64:
      try unsafe compare(band, window, GDALGetRasterNoDataValueAsInt64(band, nil), &validity)
    case .uint32, .int32, .float64:
      try unsafe compare(band, window, noData, &validity)
    case .uint8, .uint16, .int16, .float32:
      // Each of these survives in float32 and wider; narrower integers were refused.
      let value = Value(nearest: noData)
      guard value.doubleValue == noData else { return }
      for index in values.indices where values[index] == value { validity[index] = false }
    }
  }

  private static func compare<Native: PixelValue>(
    _ band: GDALRasterBandH, _ window: RasterWindow, _ noData: Native, _ validity: inout [Bool]
  ) throws(GeoError) {
    var native = [Native](repeating: .zero, count: window.pixelCount)
    try unsafe RasterTransfer.read(band, window, into: &native, type: Native.dataType)
    for index in native.indices where native[index] == noData { validity[index] = false }
  }
}
