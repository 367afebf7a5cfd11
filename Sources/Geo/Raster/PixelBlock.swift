/// Pixels of one band, row by row from the upper left, each with its validity.
public struct PixelBlock<Value: PixelValue>: Sendable {
  /// Number of columns.
  public let width: Int
  /// Number of rows.
  public let height: Int
  /// width × height values, row-major; where `validity` is false the value means nothing.
  public var values: [Value]
  /// width × height flags: false is nodata (declared nodata value, mask, alpha 0, or NaN).
  public var validity: [Bool]

  /// Pixels and their validity; throws when the lengths are not width × height.
  public init(width: Int, height: Int, values: [Value], validity: [Bool]) throws(GeoError) {
    guard width > 0, height > 0, values.count == width * height, validity.count == values.count else {
      throw GeoError(
        .invalidArgument, "PixelBlock",
        "\(values.count) values and \(validity.count) flags do not make \(width) x \(height) pixels.")
    }
    self.init(checkedWidth: width, height: height, values: values, validity: validity)
  }

  init(checkedWidth width: Int, height: Int, values: [Value], validity: [Bool]) {
    self.width = width
    self.height = height
    self.values = values
    self.validity = validity
  }

  /// Pixels of a class map in which one value stands for nodata.
  public init(width: Int, height: Int, values: [Value], noData: Value) throws(GeoError) {
    try self.init(width: width, height: height, values: values, validity: values.map { $0 != noData })
  }

  /// Takes out the pixels that have a number.
  public mutating func markMissing(_ number: Value) {
    for index in values.indices where values[index] == number { validity[index] = false }
  }

  /// Number of valid pixels.
  public var validCount: Int { validity.reduce(0) { $0 + ($1 ? 1 : 0) } }
}
