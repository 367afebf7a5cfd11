/// A rectangle of whole pixels; the origin is the upper left pixel of the raster.
public struct RasterWindow: Hashable, Sendable {
  /// First column, from 0.
  public var column: Int
  /// First row, from 0.
  public var row: Int
  /// Number of columns.
  public var width: Int
  /// Number of rows.
  public var height: Int

  /// A rectangle by its first pixel and its size.
  public init(column: Int, row: Int, width: Int, height: Int) {
    self.column = column
    self.row = row
    self.width = width
    self.height = height
  }

  /// Number of pixels.
  public var pixelCount: Int { width * height }

  /// Whether no pixel lies in it.
  public var isEmpty: Bool { width <= 0 || height <= 0 }

  /// The pixels that both have, nil when there are none.
  public func intersection(_ other: RasterWindow) -> RasterWindow? {
    let left = max(column, other.column)
    let top = max(row, other.row)
    let right = min(column + width, other.column + other.width)
    let bottom = min(row + height, other.row + other.height)
    guard right > left, bottom > top else { return nil }
    return RasterWindow(column: left, row: top, width: right - left, height: bottom - top)
  }

  /// The smallest window that holds both.
  public func union(_ other: RasterWindow) -> RasterWindow {
    let left = min(column, other.column)
    let top = min(row, other.row)
    return RasterWindow(
      column: left, row: top, width: max(column + width, other.column + other.width) - left,
      height: max(row + height, other.row + other.height) - top)
  }

  /// Whether every pixel of `other` lies in this window.
  public func contains(_ other: RasterWindow) -> Bool { intersection(other) == other }
}

/// Where a raster's pixels lie: a size, a geotransform and a reference system.
public struct RasterGrid: Hashable, Sendable {
  /// Number of columns.
  public var width: Int
  /// Number of rows.
  public var height: Int
  /// From column and row to coordinates.
  public var geoTransform: GeoTransform
  /// What the coordinates mean.
  public var referenceSystem: CoordinateReferenceSystem

  /// A grid by its size and its georeference.
  public init(
    width: Int, height: Int, geoTransform: GeoTransform, referenceSystem: CoordinateReferenceSystem
  ) {
    self.width = width
    self.height = height
    self.geoTransform = geoTransform
    self.referenceSystem = referenceSystem
  }

  /// The whole grid as a window.
  public var window: RasterWindow { RasterWindow(column: 0, row: 0, width: width, height: height) }

  /// The grid of a window of this grid.
  public func of(_ window: RasterWindow) -> RasterGrid {
    RasterGrid(
      width: window.width, height: window.height, geoTransform: geoTransform.of(window),
      referenceSystem: referenceSystem)
  }
}
