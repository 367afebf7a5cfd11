/// What a raster may claim to be before any of its pixels are read.
public struct RasterLimits: Hashable, Sendable {
  /// Most pixels of one band (width × height).
  public var maximumPixels: Int
  /// Most bands.
  public var maximumBands: Int
  /// Most bytes of one storage block (tile, strip) of one band, which has to be decoded whole.
  public var maximumBlockBytes: Int

  /// Limits; by default 2^31 pixels, 1024 bands, blocks of 512 MiB.
  public init(
    maximumPixels: Int = 1 << 31, maximumBands: Int = 1024, maximumBlockBytes: Int = 512 << 20
  ) {
    self.maximumPixels = maximumPixels
    self.maximumBands = maximumBands
    self.maximumBlockBytes = maximumBlockBytes
  }
}

/// The raster formats that may be read.
public enum RasterFormat: String, Hashable, Sendable, CaseIterable {
  /// TIFF, GeoTIFF, BigTIFF and COG.
  case geoTIFF = "GTiff"
  /// JPEG 2000, read with OpenJPEG.
  case jpeg2000 = "JP2OpenJPEG"
}
