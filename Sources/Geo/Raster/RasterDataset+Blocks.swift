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
      let most = description.byteCountOfBlock(planes: isShared ? information.bands.count : 1)
      ranges += blockRanges(description, window).filter { $0.count <= most }
    }
    // GDAL has read where the blocks are: that may have failed too.
    if let failure = source.failure { throw failure }
    try source.fetch(ranges)
  }

  /// Where the blocks lie in the file that hold a window of a band.
  private func blockRanges(_ band: BandInformation, _ window: RasterWindow) -> [Range<Int64>] {
    guard let bandHandle = unsafe GDALGetRasterBand(handle, Int32(band.index)) else { return [] }
    let size = band.blockSize
    let columns = window.column / size.width...(window.column + window.width - 1) / size.width
    let rows = window.row / size.height...(window.row + window.height - 1) / size.height
    // What GDAL has to say of blocks that it cannot find, it says when it reads them.
    return capturingMessages { _ in
      rows.flatMap { row in columns.compactMap { unsafe Self.blockRange(bandHandle, column: $0, row: row) } }
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

extension BandInformation {
  /// The most bytes that a block of so many bands may take in the file: compression of noise makes it a little longer.
  fileprivate func byteCountOfBlock(planes: Int) -> Int {
    let bytes = (blockSize.width * blockSize.height * dataType.byteCount).multipliedReportingOverflow(by: 2 * planes)
    return bytes.overflow ? .max : bytes.partialValue
  }
}
