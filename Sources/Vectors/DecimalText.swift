/// Numbers as text, the same in every locale.
public enum DecimalText {
  /// Appends a number with at most `digits` (0 to 9) decimals, without trailing zeros; not finite becomes `null`.
  public static func append(_ value: Double, digits: Int, to bytes: inout [UInt8]) {
    let scaled = (value * Double(powers[digits])).rounded()
    guard scaled.isFinite, abs(scaled) < 9e18 else {
      bytes += value.isFinite ? Array("\(value)".utf8) : Array("null".utf8)
      return
    }
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: longest) { buffer in
      guard let start = buffer.baseAddress else { return }
      let end = unsafe write(Int(scaled), decimals: digits, at: start)
      unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: end - start))
    }
  }

  /// Appends positions of longitude and latitude in 1e-7 degrees as GeoJSON has them: `[1.5,2],[3,4]`.
  public static func append(_ positions: some Collection<FixedPosition>, to bytes: inout [UInt8]) {
    let room = 2 * longest + 4
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64 * room) { buffer in
      guard let start = buffer.baseAddress else { return }
      var next = unsafe start
      let last = unsafe start + 63 * room
      var isFirst = true
      for position in positions {
        if !isFirst { unsafe put(44, &next) }
        isFirst = false
        unsafe put(91, &next)
        unsafe next = write(Int(position.x), decimals: 7, at: next)
        unsafe put(44, &next)
        unsafe next = write(Int(position.y), decimals: 7, at: next)
        unsafe put(93, &next)
        if unsafe next >= last {
          unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: next - start))
          unsafe next = start
        }
      }
      unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: next - start))
    }
  }

  /// Bytes that the longest number takes: a sign, nineteen digits and a point.
  private static let longest = 24

  private static let powers: [UInt64] = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
  ]

  @unsafe @inline(__always)
  private static func put(_ byte: UInt8, _ next: inout UnsafeMutablePointer<UInt8>) {
    unsafe next.pointee = byte
    unsafe next += 1
  }

  /// Writes `number` / 10^`decimals` without trailing zeros where ``longest`` bytes have room; gives the place behind it.
  @unsafe @inline(__always)
  private static func write(
    _ number: Int, decimals: Int, at place: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    var next = unsafe place
    if number < 0 { unsafe put(45, &next) }
    let scale = decimals == 7 ? 10_000_000 : powers[decimals]
    let (whole, rest) = number.magnitude.quotientAndRemainder(dividingBy: UInt(scale))
    unsafe next = writeWhole(whole, at: next)
    if rest == 0 { return unsafe next }
    var (fraction, count) = (rest, decimals)
    while fraction % 10 == 0 {
      fraction /= 10
      count -= 1
    }
    unsafe put(46, &next)
    for index in stride(from: count - 1, through: 0, by: -1) {
      unsafe next[index] = 48 + UInt8(truncatingIfNeeded: fraction % 10)
      fraction /= 10
    }
    return unsafe next + count
  }

  @unsafe @inline(__always)
  private static func writeWhole(_ whole: UInt, at place: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    var (count, limit): (Int, UInt) = (1, 10)
    while count < 19, whole >= limit {
      count += 1
      limit &*= 10
    }
    var rest = whole
    for index in stride(from: count - 1, through: 0, by: -1) {
      unsafe place[index] = 48 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    return unsafe place + count
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
