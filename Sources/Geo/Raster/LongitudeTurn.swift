/// Meridians have many names, a turn of the Earth apart; a grid in longitude and latitude has those around its middle.
struct LongitudeTurn {
  /// A whole turn in the grid's unit.
  private let length: Double
  private let columns: Double
  private let middle: Double

  /// Nil for a grid that is not in longitude and latitude.
  init?(_ grid: RasterGrid) {
    guard grid.referenceSystem.isGeographic, grid.referenceSystem.unitSize > 0 else { return nil }
    // The unit is a rounded number of radians; a turn is a whole number of degrees, gons or seconds.
    let length = 2 * Double.pi / grid.referenceSystem.unitSize
    self.length = abs(length - length.rounded()) < 1e-9 * length ? length.rounded() : length
    columns = Double(grid.width)
    middle = grid.geoTransform.point(column: Double(grid.width) / 2, row: Double(grid.height) / 2).x
  }

  /// A place by its name nearest to the grid's middle; nil where it has that name, or lies in a column of the grid by this one.
  ///
  /// - Parameter position: its column and row by the name it has.
  func otherName(of place: Point, at position: Point) -> Point? {
    if position.x >= 0, position.x < columns { return nil }
    let turns = ((middle - place.x) / length).rounded()
    guard turns.isFinite, turns != 0 else { return nil }
    return Point(x: place.x + turns * length, y: place.y)
  }
}

extension RasterGrid {
  /// Whether two grids of one reference system have the same pixels, to a millionth of one, whatever their meridians are
  /// called.
  public func hasSamePixels(as other: RasterGrid) -> Bool {
    guard width == other.width, height == other.height, let inverse = other.geoTransform.inverse else { return false }
    let (width, height) = (Double(width), Double(height))
    // All corners with the middle: they lie on the border, where rounding decides.
    let middle = geoTransform.point(column: width / 2, row: height / 2)
    let position = inverse.point(column: middle.x, row: middle.y)
    let shift = LongitudeTurn(other)?.otherName(of: middle, at: position).map { $0.x - middle.x } ?? 0
    return [(0, 0), (width, 0), (0, height), (width, height)].allSatisfy { corner in
      let point = geoTransform.point(column: corner.0, row: corner.1)
      let place = inverse.point(column: point.x + shift, row: point.y)
      return abs(place.x - corner.0) < 1e-6 && abs(place.y - corner.1) < 1e-6
    }
  }
}
