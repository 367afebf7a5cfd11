/// What a raster says about itself before its pixels are read.
public struct RasterInformation: Hashable, Sendable {
  /// The format it was read as.
  public let format: RasterFormat
  /// Number of columns.
  public let width: Int
  /// Number of rows.
  public let height: Int
  /// From column and row to coordinates; nil when the file has none.
  public let geoTransform: GeoTransform?
  /// What the coordinates mean; nil when the file does not say.
  public let referenceSystem: CoordinateReferenceSystem?
  /// The bands in order; band 1 is `bands[0]`.
  public let bands: [BandInformation]
  /// Structure metadata: `COMPRESSION`, `INTERLEAVE`, `LAYOUT` (`COG` for a cloud optimized GeoTIFF); empty for
  /// JPEG 2000.
  public let structure: [String: String]

  /// The whole raster as a window.
  public var window: RasterWindow { RasterWindow(column: 0, row: 0, width: width, height: height) }

  /// Size, geotransform and reference system together; throws `notGeoreferenced` when one of them is missing.
  public func grid() throws(GeoError) -> RasterGrid {
    guard let geoTransform, geoTransform.inverse != nil else {
      throw GeoError(.notGeoreferenced, "RasterInformation", "The image has no usable geotransform.")
    }
    guard let referenceSystem else {
      throw GeoError(.notGeoreferenced, "RasterInformation", "The image has no coordinate reference system.")
    }
    return RasterGrid(
      width: width, height: height, geoTransform: geoTransform, referenceSystem: referenceSystem)
  }
}

/// What a band says about itself.
public struct BandInformation: Hashable, Sendable {
  /// Its place in the file, from 1.
  public let index: Int
  /// How its pixels are stored.
  public let dataType: RasterDataType
  /// The nodata value as stored pixels have it (rounded to float32 in a float32 band); NaN is possible, nil is none.
  ///
  /// 64-bit integers beyond 2^53 are rounded here; the validity of pixels is exact all the same.
  public let noData: Double?
  /// Physical value = stored value × scale + offset; 1 when the file gives none.
  public let scale: Double
  /// See `scale`; 0 when the file gives none.
  public let offset: Double
  /// Whether the file declares a scale or an offset.
  public let hasScaling: Bool
  /// The band's description (often its name); empty when there is none.
  public let description: String
  /// Colour interpretation in GDAL's words: `Gray`, `Red`, `Alpha`, `Palette`, `Undefined`, …
  public let colorInterpretation: String
  /// Where validity comes from.
  public let maskKind: MaskKind
  /// Columns and rows of a storage block (tile or strip).
  public let blockSize: BlockSize
  /// Number of overviews in the file.
  public let overviewCount: Int
  /// What in the file says that the band's numbers are classes or flags; nil where nothing does.
  public let classSign: ClassSign?
  /// Metadata items of the band.
  public let metadata: [String: String]
}

/// Columns and rows of a storage block.
public struct BlockSize: Hashable, Sendable {
  /// Number of columns.
  public let width: Int
  /// Number of rows.
  public let height: Int

  /// A block by its columns and rows.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
}

/// What in a file says that a band's numbers stand for something, so that no number between two of them has a meaning.
public enum ClassSign: String, Hashable, Sendable {
  /// A table of colours.
  case palette
  /// Names of categories.
  case categoryNames = "category names"
  /// One bit for a pixel.
  case singleBit = "one bit for a pixel"
  /// Transparency: where there is data.
  case alpha
}

/// Where a band's validity comes from.
public enum MaskKind: String, Hashable, Sendable {
  /// Nothing is declared: every pixel is valid (NaN aside).
  case allValid
  /// A nodata value.
  case noDataValue
  /// A mask of the whole dataset.
  case datasetMask
  /// An alpha band.
  case alpha
  /// A mask of this band alone.
  case bandMask

  /// Whether pixels of the file say so, beside those of the band.
  public var isStored: Bool { self != .allValid && self != .noDataValue }
  /// Whether it is the same for all bands of the file.
  public var isShared: Bool { self == .datasetMask || self == .alpha }
}
