/// The affine map from pixel and line to the coordinates of a reference system, in GDAL's order.
///
/// x = originX + column · columnX + row · rowX, y = originY + column · columnY + row · rowY. Pixel (0, 0)'s upper left
/// corner is column 0, row 0; its centre is (0.5, 0.5).
public struct GeoTransform: Hashable, Sendable {
  /// x of the upper left corner of the upper left pixel.
  public var originX: Double
  /// Change of x for one column.
  public var columnX: Double
  /// Change of x for one row (0 when north is up).
  public var rowX: Double
  /// y of the upper left corner of the upper left pixel.
  public var originY: Double
  /// Change of y for one column (0 when north is up).
  public var columnY: Double
  /// Change of y for one row (negative when north is up).
  public var rowY: Double

  /// The six numbers by name.
  public init(
    originX: Double, columnX: Double, rowX: Double = 0, originY: Double, columnY: Double = 0, rowY: Double
  ) {
    self.originX = originX
    self.columnX = columnX
    self.rowX = rowX
    self.originY = originY
    self.columnY = columnY
    self.rowY = rowY
  }

  /// A north-up grid with its upper left corner and its pixel's width and height (both positive).
  public init(west: Double, north: Double, pixelWidth: Double, pixelHeight: Double) {
    self.init(originX: west, columnX: pixelWidth, originY: north, rowY: -pixelHeight)
  }

  /// The six numbers in GDAL's order, as `proj:transform` has them in another order (see ``projTransform``).
  public init?(gdal numbers: [Double]) {
    guard numbers.count == 6 else { return nil }
    self.init(
      originX: numbers[0], columnX: numbers[1], rowX: numbers[2], originY: numbers[3], columnY: numbers[4],
      rowY: numbers[5])
  }

  /// The six numbers in GDAL's order (`GDALGetGeoTransform`).
  public var gdal: [Double] { [originX, columnX, rowX, originY, columnY, rowY] }

  /// The six numbers in the order of STAC's `proj:transform` (row-major affine matrix).
  public var projTransform: [Double] { [columnX, rowX, originX, columnY, rowY, originY] }

  /// The area factor of the map; zero or not finite means it cannot be inverted.
  public var determinant: Double { columnX * rowY - rowX * columnY }

  /// Whether rows run along x and columns along y exactly.
  public var isAxisAligned: Bool { rowX == 0 && columnY == 0 }

  /// The coordinates of a pixel position.
  @inlinable public func point(column: Double, row: Double) -> Point {
    Point(x: originX + column * columnX + row * rowX, y: originY + column * columnY + row * rowY)
  }

  /// The map from coordinates back to column and row, nil when there is none.
  public var inverse: GeoTransform? {
    guard gdal.allSatisfy(\.isFinite), determinant.isFinite, determinant != 0 else { return nil }
    return GeoTransform(
      originX: (rowX * originY - rowY * originX) / determinant, columnX: rowY / determinant, rowX: -rowX / determinant,
      originY: (columnY * originX - columnX * originY) / determinant, columnY: -columnY / determinant,
      rowY: columnX / determinant)
  }

  /// The same map for a window of the raster.
  public func of(_ window: RasterWindow) -> GeoTransform {
    let origin = point(column: Double(window.column), row: Double(window.row))
    return GeoTransform(
      originX: origin.x, columnX: columnX, rowX: rowX, originY: origin.y, columnY: columnY, rowY: rowY)
  }
}

/// A pair of coordinates; in the order easting/northing or longitude/latitude, or column/row where so said.
public struct Point: Hashable, Sendable {
  /// Easting, longitude or column.
  public var x: Double
  /// Northing, latitude or row.
  public var y: Double

  /// A pair of coordinates.
  @inlinable public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}
