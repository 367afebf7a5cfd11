/// Numbers as text, the same in every locale.
public enum DecimalText {
  /// Appends a number with at most `digits` (0 to 16) decimals, without trailing zeros; not finite becomes `null`.
  public static func append(_ value: Double, digits: Int, to bytes: inout [UInt8]) {
    let scaled = (value * Double(DecimalDigits.power(digits))).rounded()
    guard scaled.isFinite, abs(scaled) < 9e18 else {
      bytes += value.isFinite ? Array("\(value)".utf8) : Array("null".utf8)
      return
    }
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: DecimalDigits.room) { buffer in
      guard let start = buffer.baseAddress else { return }
      let end = unsafe DecimalDigits.write(Int(scaled), decimals: digits, at: start)
      unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: end - start))
    }
  }

  /// Appends positions of longitude and latitude in 1e-7 degrees as GeoJSON has them: `[1.5,2],[3,4]`.
  public static func append(_ positions: [FixedPosition], to bytes: inout [UInt8]) {
    unsafe appendPairs(positions.count, to: &bytes) { index, place in
      var next = unsafe DecimalDigits.writeDegrees(positions[index].x, at: place)
      unsafe put(UInt8(ascii: ","), &next)
      return unsafe DecimalDigits.writeDegrees(positions[index].y, at: next)
    }
  }

  /// Appends positions of longitude (x) and latitude (y) in 10^-`decimals` degrees (0 to 16) as GeoJSON has them.
  public static func append(_ positions: [SIMD2<Int>], decimals: Int, to bytes: inout [UInt8]) {
    unsafe appendPairs(positions.count, to: &bytes) { index, place in
      var next = unsafe DecimalDigits.write(positions[index].x, decimals: decimals, at: place)
      unsafe put(UInt8(ascii: ","), &next)
      return unsafe DecimalDigits.write(positions[index].y, decimals: decimals, at: next)
    }
  }

  /// Appends pairs of numbers that `write` writes, the second behind a comma; it gives the place behind them.
  @unsafe @inline(__always)
  private static func appendPairs(
    _ count: Int, to bytes: inout [UInt8],
    write: (_ index: Int, _ place: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8>
  ) {
    let room = 2 * DecimalDigits.room + 4
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: chunk * room) { buffer in
      guard let start = buffer.baseAddress else { return }
      for first in stride(from: 0, to: count, by: chunk) {
        var next = unsafe start
        for index in first..<min(first + chunk, count) {
          if index > 0 { unsafe put(UInt8(ascii: ","), &next) }
          unsafe put(UInt8(ascii: "["), &next)
          unsafe next = write(index, next)
          unsafe put(UInt8(ascii: "]"), &next)
        }
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: next - start))
      }
    }
  }

  /// Positions that are written before their bytes are appended.
  private static let chunk = 64

  @unsafe @inline(__always)
  private static func put(_ byte: UInt8, _ next: inout UnsafeMutablePointer<UInt8>) {
    unsafe next.pointee = byte
    unsafe next += 1
  }

  /// Appends a JSON string with its quotes.
  public static func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(34)
    for byte in text.utf8 {
      switch byte {
      case 34, 92: bytes += [92, byte]
      case 10: bytes += [92, 110]
      case 13: bytes += [92, 114]
      case 9: bytes += [92, 116]
      case 0..<32:
        let digits = Array(String(byte, radix: 16).utf8)
        bytes += Array("\\u00".utf8) + (digits.count == 1 ? [48] : []) + digits
      default: bytes.append(byte)
      }
    }
    bytes.append(34)
  }
}
