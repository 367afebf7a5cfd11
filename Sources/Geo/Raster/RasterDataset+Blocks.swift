internal import CGeo

extension RasterDataset {
  /// Has the blocks fetched together that hold a window of some bands of a GeoTIFF elsewhere; does nothing for other files.
  ///
  /// GDAL asks a file for one block after the other. What cannot be told beforehand is left to it: blocks that the file
  /// does not have, and those that claim more bytes than their pixels take.
  ///
  /// - Throws: what the source fails with.
  func fetchBlocks(bands: [Int], window: RasterWindow) throws(GeoError) {
    guard let source, information.format == .geoTIFF, let first = bands.first else { return }
    // Bands that are stored pixel by pixel share their blocks.
    let isShared = information.structure["INTERLEAVE"] == "PIXEL"
    var ranges: [Range<Int64>] = []
    for band in isShared ? [first] : bands {
      let description = try bandInformation(band)
      let most = description.blockSize.mostBytes(
        pixelBytes: description.dataType.byteCount * (isShared ? information.bands.count : 1))
      guard let bandHandle = unsafe GDALGetRasterBand(handle, Int32(band)) else { continue }
      ranges += unsafe Self.blockRanges(bandHandle, description.blockSize, window).filter { $0.count <= most }
    }
    try fetch(ranges, from: source)
  }

  /// Has the blocks of a band's mask fetched together that hold a window, as ``fetchBlocks(bands:window:)`` those of bands.
  func fetchBlocks(ofMask mask: GDALRasterBandH, window: RasterWindow) throws(GeoError) {
    guard let source, information.format == .geoTIFF else { return }
    var (width, height): (Int32, Int32) = (0, 0)
    unsafe GDALGetBlockSize(mask, &width, &height)
    guard width > 0, height > 0, unsafe GDALGetRasterBandXSize(mask) == Int32(information.width),
      unsafe GDALGetRasterBandYSize(mask) == Int32(information.height)
    else { return }
    let size = BlockSize(width: Int(width), height: Int(height))
    // An alpha band may share its blocks with all the others.
    let widest = information.bands.map(\.dataType.byteCount).max() ?? 1
    let most = size.mostBytes(pixelBytes: widest * information.bands.count)
    try fetch(unsafe Self.blockRanges(mask, size, window).filter { $0.count <= most }, from: source)
  }

  private func fetch(_ ranges: [Range<Int64>], from source: any VirtualFileSource) throws(GeoError) {
    // GDAL has read where the blocks are: that may have failed too.
    if let failure = source.failure { throw failure }
    try source.fetch(ranges)
  }

  /// Where the blocks lie in the file that hold a window of a band.
  private static func blockRanges(
    _ band: GDALRasterBandH, _ size: BlockSize, _ window: RasterWindow
  ) -> [Range<Int64>] {
    let columns = window.column / size.width...(window.column + window.width - 1) / size.width
    let rows = window.row / size.height...(window.row + window.height - 1) / size.height
    // What GDAL has to say of blocks that it cannot find, it says when it reads them.
    return capturingMessages { _ in
      rows.flatMap { row in columns.compactMap { unsafe blockRange(band, column: $0, row: row) } }
    }
  }

  /// Source: the metadata domain `TIFF` of GDAL's driver for GeoTIFF.
  private static func blockRange(_ band: GDALRasterBandH, column: Int, row: Int) -> Range<Int64>? {
    guard let offset = unsafe number(band, "BLOCK_OFFSET_\(column)_\(row)"),
      let count = unsafe number(band, "BLOCK_SIZE_\(column)_\(row)")
    else { return nil }
    let end = offset.addingReportingOverflow(count)
    return end.overflow ? nil : offset..<end.partialValue
  }

  /// A number that is not negative.
  private static func number(_ band: GDALRasterBandH, _ name: String) -> Int64? {
    unsafe GDALGetMetadataItem(band, name, "TIFF").flatMap { unsafe Int64(String(cString: $0)) }.flatMap {
      $0 >= 0 ? $0 : nil
    }
  }
}

extension BlockSize {
  /// The most bytes that a block may take in the file: compression of noise makes it a little longer.
  fileprivate func mostBytes(pixelBytes: Int) -> Int {
    let pixels = width.multipliedReportingOverflow(by: height)
    let bytes = pixels.partialValue.multipliedReportingOverflow(by: 2 * pixelBytes)
    return pixels.overflow || bytes.overflow ? .max : bytes.partialValue
  }
}
