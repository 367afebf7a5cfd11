/// A place on the pixel grid: column and row in 1/256 of a pixel, from the upper left corner of the map.
public struct GridPoint: Hashable, Sendable, BitwiseCopyable {
  /// Column × 256.
  public var x: Int32
  /// Row × 256.
  public var y: Int32

  /// Parts a pixel's side has.
  @inlinable public static var unitsPerPixel: Int32 { 256 }

  /// A place by its column and row in 1/256 of a pixel.
  @inlinable public init(x: Int32, y: Int32) {
    self.x = x
    self.y = y
  }
}

/// A place in the coordinates of the result, in whole units: those of a ``PositionFrame``, as a rule.
public struct FixedPosition: Hashable, Sendable, BitwiseCopyable {
  /// Eastwards.
  public var x: Int32
  /// Northwards.
  public var y: Int32

  /// A place by its coordinates.
  @inlinable public init(x: Int32, y: Int32) {
    self.x = x
    self.y = y
  }
}

/// How long the steps of the grid are around a place, on the ground.
public struct GridMetric: Hashable, Sendable {
  /// Metres eastwards for one column.
  public var eastX: Double
  /// Metres eastwards for one row.
  public var eastY: Double
  /// Metres northwards for one column.
  public var northX: Double
  /// Metres northwards for one row.
  public var northY: Double

  /// A metric by its four numbers.
  public init(eastX: Double, eastY: Double, northX: Double, northY: Double) {
    self.eastX = eastX
    self.eastY = eastY
    self.northX = northX
    self.northY = northY
  }

  /// Metres from `origin` to a point, east and north.
  @inlinable public func metres(from origin: GridPoint, to point: GridPoint) -> SIMD2<Double> {
    let x = Double(point.x &- origin.x) / Double(GridPoint.unitsPerPixel)
    let y = Double(point.y &- origin.y) / Double(GridPoint.unitsPerPixel)
    return SIMD2(eastX * x + eastY * y, northX * x + northY * y)
  }
}
