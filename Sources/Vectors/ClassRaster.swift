/// A number that stands for a class in a class map.
public protocol ClassValue: FixedWidthInteger, UnsignedInteger, BitwiseCopyable, Sendable {}

extension UInt8: ClassValue {}
extension UInt16: ClassValue {}

/// A class map in memory that somebody else keeps: row-major from the upper left, one value of which means no data.
///
/// Whoever makes one keeps the memory alive and unchanged for as long as the value is used.
// Sendable: the memory is only read through it, and its owner promises that nobody writes meanwhile.
@safe public struct ClassRaster<Value: ClassValue>: @unchecked Sendable {
  /// Number of columns.
  public let width: Int
  /// Number of rows.
  public let height: Int
  /// The value of pixels without a class.
  public let noData: Value
  /// Where the first pixel lies.
  let base: UnsafePointer<Value>

  /// Most columns or rows, so that positions in 1/256 of a pixel and products of their differences stay exact.
  public static var longestSide: Int { 1 << 22 }

  /// A map of width × height pixels; throws when the counts differ or the map is too large.
  public init(
    _ pixels: UnsafeBufferPointer<Value>, width: Int, height: Int, noData: Value
  ) throws(VectorError) {
    guard width > 0, height > 0, width <= Self.longestSide, height <= Self.longestSide else {
      throw VectorError(.limitExceeded, "A class map has between 1 and \(Self.longestSide) columns and rows.")
    }
    guard pixels.count == width * height, let base = pixels.baseAddress else {
      throw VectorError(.invalidArgument, "The class map does not have \(width) x \(height) pixels.")
    }
    guard width * height < Int(UInt32.max) else {
      throw VectorError(.limitExceeded, "A class map has fewer than 2^32 pixels.")
    }
    self.width = width
    self.height = height
    self.noData = noData
    unsafe self.base = base
  }

  /// The first pixel of a row; the row's `width` pixels follow it.
  @unsafe func row(_ row: Int) -> UnsafePointer<Value> { unsafe base + row * width }
}

/// How sure the model was of each pixel, beside a class map of the same size; memory as of ``ClassRaster``.
// Sendable: as ClassRaster.
@safe public enum ConfidenceRaster: @unchecked Sendable {
  /// Whole percents from 0 to 100; 255 is none.
  case percent(UnsafeBufferPointer<UInt8>)
  /// Fractions from 0 to 1; negative and not finite is none.
  case fraction(UnsafeBufferPointer<Float>)
  /// Whole parts of a confidence of 1; the highest number there is, 65,535, is none.
  case parts(UnsafeBufferPointer<UInt16>, ofOne: Int)

  /// Pixels it holds.
  var count: Int {
    switch self {
    case .percent(let pixels): pixels.count
    case .fraction(let pixels): pixels.count
    case .parts(let pixels, _): pixels.count
    }
  }
}
