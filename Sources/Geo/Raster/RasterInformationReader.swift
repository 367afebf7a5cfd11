internal import CGeo

extension RasterInformation {
  /// Reads the description of an open dataset, limits first; the reference system where it is not known.
  init(reading dataset: GDALDatasetH, limits: RasterLimits, known: RasterInformation? = nil) throws(GeoError) {
    width = unsafe Int(GDALGetRasterXSize(dataset))
    height = unsafe Int(GDALGetRasterYSize(dataset))
    let bandCount = unsafe Int(GDALGetRasterCount(dataset))
    try Self.check(width: width, height: height, bandCount: bandCount, limits)
    let driver = unsafe GDALGetDatasetDriver(dataset).flatMap { unsafe GDALGetDriverShortName($0) }
    format = unsafe driver.flatMap { unsafe RasterFormat(rawValue: String(cString: $0)) } ?? .geoTIFF
    var bands: [BandInformation] = []
    for index in 1...bandCount {
      guard let band = unsafe GDALGetRasterBand(dataset, Int32(index)) else {
        throw GeoError(function: "GDALGetRasterBand", messages: [])
      }
      try unsafe bands.append(BandInformation(reading: band, index: index, limits: limits))
    }
    self.bands = bands
    // For JPEG 2000, GDAL would walk every marker of the code stream to answer.
    structure = format == .jpeg2000 ? [:] : unsafe Metadata.items(of: dataset, domain: "IMAGE_STRUCTURE")
    geoTransform = unsafe Self.readGeoTransform(dataset)
    referenceSystem =
      if let known { known.referenceSystem } else { try unsafe Self.readReferenceSystem(dataset) }
  }

  private static func check(
    width: Int, height: Int, bandCount: Int, _ limits: RasterLimits
  ) throws(GeoError) {
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= limits.maximumPixels else {
      throw GeoError(
        .limitExceeded, "RasterDataset",
        "The image declares \(width) x \(height) pixels; at most \(limits.maximumPixels) are allowed.")
    }
    guard bandCount >= 1 else { throw GeoError(.notARaster, "RasterDataset", "The file holds no raster band.") }
    guard bandCount <= limits.maximumBands else {
      throw GeoError(
        .limitExceeded, "RasterDataset",
        "The image declares \(bandCount) bands; at most \(limits.maximumBands) are allowed.")
    }
  }

  private static func readGeoTransform(_ dataset: GDALDatasetH) -> GeoTransform? {
    var numbers = [Double](repeating: 0, count: 6)
    let code = capturingMessages { _ in unsafe GDALGetGeoTransform(dataset, &numbers) }
    guard code == CE_None, let transform = GeoTransform(gdal: numbers), transform.inverse != nil else { return nil }
    return transform
  }

  private static func readReferenceSystem(
    _ dataset: GDALDatasetH
  ) throws(GeoError) -> CoordinateReferenceSystem? {
    guard let handle = unsafe GDALGetSpatialRef(dataset) else { return nil }
    let reference = try unsafe SpatialReference(copying: handle)
    // A local or geocentric system is none that pixels could be placed with.
    return try? CoordinateReferenceSystem(reference)
  }
}

extension BandInformation {
  init(reading band: GDALRasterBandH, index: Int, limits: RasterLimits) throws(GeoError) {
    let type = unsafe GDALGetRasterDataType(band)
    let structure = unsafe Metadata.items(of: band, domain: "IMAGE_STRUCTURE")
    guard let dataType = RasterDataType(gdal: type), structure["PIXELTYPE"] != "SIGNEDBYTE" else {
      throw GeoError(
        .unsupported, "RasterDataset", "Band \(index) stores complex numbers or signed bytes, which are not supported.")
    }
    self.index = index
    self.dataType = dataType
    blockSize = try unsafe Self.readBlockSize(band, dataType, limits)
    noData = unsafe Self.readNoData(band, dataType)
    var hasScale: Int32 = 0
    var hasOffset: Int32 = 0
    scale = unsafe GDALGetRasterScale(band, &hasScale)
    offset = unsafe GDALGetRasterOffset(band, &hasOffset)
    // GDAL says of a file with a description beside it that it has a scale, which is 1 where none is said.
    hasScaling = (hasScale != 0 || hasOffset != 0) && (scale != 1 || offset != 0)
    description = unsafe GDALGetDescription(band).map { unsafe String(cString: $0) } ?? ""
    let color = unsafe GDALGetColorInterpretationName(GDALGetRasterColorInterpretation(band))
    colorInterpretation = unsafe color.map { unsafe String(cString: $0) } ?? "Undefined"
    maskKind = unsafe MaskKind(flags: GDALGetMaskFlags(band))
    overviewCount = unsafe Int(GDALGetOverviewCount(band))
    classSign = unsafe Self.readClassSign(band, structure)
    metadata = unsafe Metadata.items(of: band, domain: nil)
  }

  private static func readClassSign(_ band: GDALRasterBandH, _ structure: [String: String]) -> ClassSign? {
    if unsafe GDALGetRasterColorTable(band) != nil { return .palette }
    if unsafe GDALGetRasterColorInterpretation(band) == GCI_AlphaBand { return .alpha }
    if structure["NBITS"] == "1" { return .singleBit }
    // The names of most files are none; those of others begin with an empty one for nodata, as a rule.
    let names = unsafe StringList.copy(GDALGetRasterCategoryNames(band))
    return names.contains { !$0.isEmpty } ? .categoryNames : nil
  }

  private static func readBlockSize(
    _ band: GDALRasterBandH, _ type: RasterDataType, _ limits: RasterLimits
  ) throws(GeoError) -> BlockSize {
    var width: Int32 = 0
    var height: Int32 = 0
    unsafe GDALGetBlockSize(band, &width, &height)
    let pixels = Int(width).multipliedReportingOverflow(by: Int(height))
    let bytes = pixels.partialValue.multipliedReportingOverflow(by: type.byteCount)
    guard width > 0, height > 0, !pixels.overflow, !bytes.overflow, bytes.partialValue <= limits.maximumBlockBytes
    else {
      throw GeoError(
        .limitExceeded, "RasterDataset",
        "The image is stored in blocks of \(width) x \(height) pixels, which are larger than allowed.")
    }
    return BlockSize(width: Int(width), height: Int(height))
  }

  /// The value as the band can hold it: a float32 band compares with the value rounded to float32.
  private static func readNoData(_ band: GDALRasterBandH, _ type: RasterDataType) -> Double? {
    var isSet: Int32 = 0
    switch type {
    case .uint64:
      let value = unsafe GDALGetRasterNoDataValueAsUInt64(band, &isSet)
      return isSet != 0 ? Double(value) : nil
    case .int64:
      let value = unsafe GDALGetRasterNoDataValueAsInt64(band, &isSet)
      return isSet != 0 ? Double(value) : nil
    default:
      let value = unsafe GDALGetRasterNoDataValue(band, &isSet)
      guard isSet != 0 else { return nil }
      return type == .float32 ? Double(Float(value)) : value
    }
  }
}

extension MaskKind {
  init(flags: Int32) {
    if flags & GMF_ALL_VALID != 0 {
      self = .allValid
    } else if flags & GMF_ALPHA != 0 {
      self = .alpha
    } else if flags & GMF_NODATA != 0 {
      self = .noDataValue
    } else {
      self = flags & GMF_PER_DATASET != 0 ? .datasetMask : .bandMask
    }
  }
}

/// Metadata items of a dataset or band.
enum Metadata {
  static func items(of object: GDALMajorObjectH, domain: String?) -> [String: String] {
    let list = unsafe StringList.copy(GDALGetMetadata(object, domain))
    var items: [String: String] = [:]
    for entry in list {
      guard let equals = entry.firstIndex(of: "=") else { continue }
      items[String(entry[..<equals])] = String(entry[entry.index(after: equals)...])
    }
    return items
  }
}
