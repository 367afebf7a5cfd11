/// A box in lon/lat degrees (OGC CRS84), with heights in metres where it has six numbers.
///
/// West > east is legal and means that the box crosses the antimeridian (RFC 7946 section 5.2).
public struct BoundingBox: Sendable, Hashable {
  public let west: Double
  public let south: Double
  public let east: Double
  public let north: Double
  /// Lowest and highest height in metres, nil in a box of four numbers.
  public let heights: ClosedRange<Double>?

  /// A box of four numbers; the caller has checked their order.
  public init(west: Double, south: Double, east: Double, north: Double, heights: ClosedRange<Double>? = nil) {
    self.west = west
    self.south = south
    self.east = east
    self.north = north
    self.heights = heights
  }

  /// Whether the box crosses the antimeridian.
  public var crossesAntimeridian: Bool { west > east }

  /// The box as one part, or as two that meet at the antimeridian, each with west <= east.
  public var parts: [BoundingBox] {
    guard crossesAntimeridian else { return [self] }
    return [
      BoundingBox(west: west, south: south, east: 180, north: north, heights: heights),
      BoundingBox(west: -180, south: south, east: east, north: north, heights: heights),
    ]
  }

  /// Whether the box and another one, which does not cross the antimeridian, have a place in common, to a
  /// ten-thousandth of a degree.
  func meets(_ other: BoundingBox) -> Bool {
    let near = 1e-4
    guard south <= other.north + near, north >= other.south - near else { return false }
    return parts.contains { $0.west <= other.east + near && $0.east >= other.west - near }
  }

  /// Four or six numbers: west, south, [low,] east, north[, high].
  ///
  /// - Throws: ``ParameterError`` naming `bbox` and the number at fault.
  public init(numbers: [Double]) throws(ParameterError) {
    guard numbers.count == 4 || numbers.count == 6 else {
      throw ParameterError("bbox", "four or six numbers were expected, \(numbers.count) found")
    }
    guard numbers.allSatisfy(\.isFinite) else { throw ParameterError("bbox", "every number must be finite") }
    let half = numbers.count / 2
    guard let west = DegreeRange.longitude.clamped(numbers[0]),
      let east = DegreeRange.longitude.clamped(numbers[half])
    else { throw ParameterError("bbox", "a longitude must lie between -180 and 180") }
    guard let south = DegreeRange.latitude.clamped(numbers[1]),
      let north = DegreeRange.latitude.clamped(numbers[half + 1])
    else { throw ParameterError("bbox", "a latitude must lie between -90 and 90") }
    guard south <= north else { throw ParameterError("bbox", "the southern latitude must not exceed the northern") }
    var heights: ClosedRange<Double>?
    if half == 3 {
      guard numbers[2] <= numbers[5] else { throw ParameterError("bbox", "the lower height must not exceed the upper") }
      heights = numbers[2]...numbers[5]
    }
    self.init(west: west, south: south, east: east, north: north, heights: heights)
  }

  /// Reads comma-separated numbers as a query string has them.
  public init(parsing text: String) throws(ParameterError) {
    var numbers: [Double] = []
    for part in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      let trimmed = part.drop { $0 == UInt8(ascii: " ") }
      guard let number = JSONValue(numberText: String(Substring(trimmed)))?.double else {
        throw ParameterError("bbox", "'\(Substring(part).prefix(64))' is not a number")
      }
      numbers.append(number)
      guard numbers.count <= 6 else { break }
    }
    try self.init(numbers: numbers)
  }

  /// The numbers in the order of the specification.
  public var numbers: [Double] {
    guard let heights else { return [west, south, east, north] }
    return [west, south, heights.lowerBound, east, north, heights.upperBound]
  }
}

extension JSONValue {
  /// A number from text that is a JSON number and nothing else (no `nan`, no hexadecimal), with an optional `+`.
  init?(numberText text: String) {
    let digits = text.utf8.first == UInt8(ascii: "+") ? String(Substring(text.utf8.dropFirst())) : text
    guard let first = digits.utf8.first, first == UInt8(ascii: "-") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= first,
      let value = try? JSONParser.parse(digits), case .number = value
    else { return nil }
    self = value
  }
}
