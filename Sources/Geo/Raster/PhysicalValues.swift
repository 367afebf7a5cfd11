/// How stored numbers of a band become physical values: scale, offset, and which of them mean nothing.
public struct PhysicalValues: Sendable, Hashable {
  /// Physical value = stored value × scale + offset, in double precision, rounded once to single.
  public let scale: Double
  /// See `scale`.
  public let offset: Double
  /// The nodata value of the file, as the band can hold it.
  public let fileNoData: Double?
  /// A further value without meaning, which somebody else declares.
  public let declaredNoData: Double?

  /// The rules of a band.
  public init(scale: Double, offset: Double, fileNoData: Double?, declaredNoData: Double?) {
    self.scale = scale
    self.offset = offset
    self.fileNoData = fileNoData
    self.declaredNoData = declaredNoData
  }

  /// Whether every number an integer band of a type can store has a finite physical value in single precision.
  public func isAlwaysFinite(_ type: RasterDataType) -> Bool {
    guard !type.isFloatingPoint else { return false }
    let largest = Double(1 << (8 * type.byteCount - 1)) * 2
    return largest * abs(scale) + abs(offset) < Double(Float.greatestFiniteMagnitude)
  }

  /// The physical value of one stored value.
  public func value(_ stored: Double) -> Float { Float(stored * scale + offset) }

  /// Clears (0) the flags of the pixels that equal a nodata value.
  ///
  /// - Parameter stored: `validity.count` numbers of `type`, aligned for it; 64-bit integers are not taken.
  public func markMissing(
    _ stored: UnsafeRawPointer, type: RasterDataType, in validity: UnsafeMutableBufferPointer<UInt8>
  ) {
    switch type {
    case .uint8: unsafe mark(stored.assumingMemoryBound(to: UInt8.self), validity)
    case .uint16: unsafe mark(stored.assumingMemoryBound(to: UInt16.self), validity)
    case .int16: unsafe mark(stored.assumingMemoryBound(to: Int16.self), validity)
    case .uint32: unsafe mark(stored.assumingMemoryBound(to: UInt32.self), validity)
    case .int32: unsafe mark(stored.assumingMemoryBound(to: Int32.self), validity)
    case .float32: unsafe mark(stored.assumingMemoryBound(to: Float.self), validity)
    case .float64: unsafe mark(stored.assumingMemoryBound(to: Double.self), validity)
    case .uint64, .int64: return
    }
  }

  /// Converts a run of stored values, and clears the flags of those that are NaN or have no finite physical value.
  ///
  /// - Parameters:
  ///   - stored: `values.count` numbers of `type`, aligned for it; 64-bit integers are not taken.
  ///   - validity: as many flags.
  public func convert(
    _ stored: UnsafeRawPointer, type: RasterDataType, into values: UnsafeMutableBufferPointer<Float>,
    validity: UnsafeMutablePointer<UInt8>
  ) {
    switch type {
    case .uint8: unsafe run(stored.assumingMemoryBound(to: UInt8.self), values) { Double($0) }
    case .uint16: unsafe run(stored.assumingMemoryBound(to: UInt16.self), values) { Double($0) }
    case .int16: unsafe run(stored.assumingMemoryBound(to: Int16.self), values) { Double($0) }
    case .uint32: unsafe run(stored.assumingMemoryBound(to: UInt32.self), values) { Double($0) }
    case .int32: unsafe run(stored.assumingMemoryBound(to: Int32.self), values) { Double($0) }
    case .float32: unsafe run(stored.assumingMemoryBound(to: Float.self), values) { Double($0) }
    case .float64: unsafe run(stored.assumingMemoryBound(to: Double.self), values) { $0 }
    case .uint64, .int64: return
    }
    guard !isAlwaysFinite(type) else { return }
    for index in 0..<values.count { unsafe validity[index] &= values[index].isFinite ? 1 : 0 }
  }

  @inline(__always)
  private func run<Value: PixelValue>(
    _ stored: UnsafePointer<Value>, _ values: UnsafeMutableBufferPointer<Float>, _ double: (Value) -> Double
  ) {
    let (scale, offset) = (scale, offset)
    guard let target = values.baseAddress else { return }
    for index in 0..<values.count { unsafe target[index] = Float(double(stored[index]) * scale + offset) }
  }

  /// A value that the band cannot hold is none of its pixels; a float32 band compares with the declared one rounded.
  private func mark<Value: PixelValue>(
    _ stored: UnsafePointer<Value>, _ validity: UnsafeMutableBufferPointer<UInt8>
  ) {
    for noData in [fileNoData, declaredNoData].compactMap(\.self) {
      let value = Value(nearest: noData)
      guard value.doubleValue == noData || Value.dataType == .float32, let flags = validity.baseAddress else {
        continue
      }
      for index in 0..<validity.count { unsafe flags[index] &= stored[index] == value ? 0 : 1 }
    }
  }
}
