/// How fine positions are: parts of a degree of longitude and latitude, as many decimals as are written.
///
/// All positions of a result lie on one grid of such units. Seven decimals, about a centimetre, tell the corners of pixels
/// apart down to some decimetres; the pixels of drones get as many more as they need. RFC 7946 sets no limit.
public struct DegreeUnit: Hashable, Sendable {
  /// Decimals of a degree.
  public let decimals: Int
  /// Units of a degree: 10^`decimals`.
  public let perDegree: Double

  /// Seven decimals: what is written where pixels do not ask for more.
  public static let coarsest = DegreeUnit(decimals: 7)
  /// Units of a degree with seven decimals.
  @inlinable public static var coarsestPerDegree: Double { 1e7 }
  /// Ten decimals, a hundredth of a millimetre: projections are not computed much more exactly.
  public static let finest = DegreeUnit(decimals: 10)
  /// Units that a pixel has across, so that rounding moves its corners by no more than a sixtieth of it.
  private static let wanted = 32.0
  /// Units without which corners do not stay apart when they are rounded.
  private static let needed = 3.0

  private init(decimals: Int) {
    self.decimals = decimals
    perDegree = Double(DecimalDigits.power(decimals))
  }

  /// The unit for pixels that are `thickness` degrees across, on a map of `width` by `height` degrees.
  ///
  /// The coarsest that a pixel has enough of; nil where even the finest that positions and exact predicates have numbers
  /// for does not keep corners apart.
  public init?(thickness: Double, width: Double, height: Double) {
    let units = (Self.coarsest.decimals...Self.finest.decimals).map { DegreeUnit(decimals: $0) }.filter {
      $0.holds(width: width, height: height) && thickness * $0.perDegree > Self.needed
    }
    guard let unit = units.first(where: { thickness * $0.perDegree >= Self.wanted }) ?? units.last else { return nil }
    self = unit
  }

  /// Whether 32 bits number the positions of a map, counted from its middle, and 63 bits the area of the box around them:
  /// twice the area of any three positions is not larger, so that it is exact.
  private func holds(width: Double, height: Double) -> Bool {
    let sides = SIMD2(width, height) * perDegree
    // Some of it is left for what bulges beyond the corners that were looked at.
    return sides.max() < 0.99 * 0x1p32 && sides.x * sides.y < 0.99 * 0x1p63
  }

  /// The whole number of units nearest to some degrees.
  @inlinable public func units(_ degrees: Double) -> Double { (degrees * perDegree).rounded() }

  /// Degrees rounded to the decimals.
  @inlinable public func rounded(_ degrees: Double) -> Double { units(degrees) / perDegree }

  /// Degrees a line may leave the true one before it gets another position: a fifth of a unit, about 2 mm of the coarsest.
  public var tolerance: Double { 0.2 / perDegree }
}

/// What positions of a result are counted in and from.
public struct PositionFrame: Hashable, Sendable {
  /// How fine they are.
  public let unit: DegreeUnit
  /// Where x and y are 0, in whole units east of Greenwich and north of the equator.
  private let origin: SIMD2<Double>

  /// A frame around a place in degrees.
  public init(unit: DegreeUnit, longitude: Double = 0, latitude: Double = 0) {
    self.unit = unit
    origin = SIMD2(unit.units(longitude), unit.units(latitude))
  }

  /// The position next to a place in degrees; nil beyond the frame and where there is no such latitude.
  ///
  /// The same wherever the frame's origin lies.
  public func position(longitude: Double, latitude: Double) -> FixedPosition? {
    let north = unit.units(latitude)
    let pole = 90 * unit.perDegree
    guard abs(north) <= pole + 10,
      let x = Int32(exactly: unit.units(longitude) - origin.x),
      let y = Int32(exactly: min(max(north, -pole), pole) - origin.y)
    else { return nil }
    return FixedPosition(x: x, y: y)
  }

  /// Degrees east of Greenwich, with no more than the unit's decimals.
  @inlinable public func longitude(_ position: FixedPosition) -> Double { longitude(x: position.x) }

  /// Degrees north of the equator, with no more than the unit's decimals.
  @inlinable public func latitude(_ position: FixedPosition) -> Double { latitude(y: position.y) }

  /// Degrees east of Greenwich.
  public func longitude(x: Int32) -> Double { (Double(x) + origin.x) / unit.perDegree }

  /// Degrees north of the equator.
  public func latitude(y: Int32) -> Double { (Double(y) + origin.y) / unit.perDegree }
}
