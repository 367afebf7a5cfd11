/// How a band stores its pixels (GDAL's data types).
public enum RasterDataType: String, Hashable, Sendable, CaseIterable {
  case uint8
  case uint16
  case int16
  case uint32
  case int32
  case float32
  case float64
  case uint64
  case int64

  /// Bytes a pixel takes.
  public var byteCount: Int {
    switch self {
    case .uint8: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .float64, .uint64, .int64: 8
    }
  }

  /// Whether values may have a fraction, and NaN exists.
  public var isFloatingPoint: Bool { self == .float32 || self == .float64 }

  /// Whether every value of this type keeps its meaning in `other`; floating point takes every type, rounded.
  public func fits(in other: RasterDataType) -> Bool {
    if other.isFloatingPoint || self == other { return true }
    if isFloatingPoint { return false }
    return switch (isSigned, other.isSigned) {
    case (false, true): byteCount < other.byteCount
    case (true, false): false
    default: byteCount <= other.byteCount
    }
  }

  private var isSigned: Bool { self == .int16 || self == .int32 || self == .int64 }
}

/// A number that pixels can be read as.
public protocol PixelValue: BitwiseCopyable, Comparable, Sendable {
  /// The raster data type with the same layout in memory.
  static var dataType: RasterDataType { get }
  /// Zero, which stands in a block where no pixel is valid.
  static var zero: Self { get }
  /// The value as a double (rounded beyond 2^53).
  var doubleValue: Double { get }
  /// The nearest value to a double: integers round half away from zero and clamp; NaN becomes zero in integers.
  init(nearest value: Double)
}

extension PixelValue where Self: FixedWidthInteger {
  /// The nearest integer, clamped to the range.
  public init(nearest value: Double) {
    let rounded = value.rounded()
    if let exact = Self(exactly: rounded) {
      self = exact
    } else if rounded.isNaN {
      self = 0
    } else {
      self = rounded < 0 ? .min : .max
    }
  }
  /// The value as a double.
  public var doubleValue: Double { Double(self) }
}

extension UInt8: PixelValue {
  public static var dataType: RasterDataType { .uint8 }
}
extension UInt16: PixelValue {
  public static var dataType: RasterDataType { .uint16 }
}
extension Int16: PixelValue {
  public static var dataType: RasterDataType { .int16 }
}
extension UInt32: PixelValue {
  public static var dataType: RasterDataType { .uint32 }
}
extension Int32: PixelValue {
  public static var dataType: RasterDataType { .int32 }
}
extension UInt64: PixelValue {
  public static var dataType: RasterDataType { .uint64 }
}
extension Int64: PixelValue {
  public static var dataType: RasterDataType { .int64 }
}
extension Float: PixelValue {
  public static var dataType: RasterDataType { .float32 }
  public init(nearest value: Double) { self = Float(value) }
  public var doubleValue: Double { Double(self) }
}
extension Double: PixelValue {
  public static var dataType: RasterDataType { .float64 }
  public init(nearest value: Double) { self = value }
  public var doubleValue: Double { self }
}
