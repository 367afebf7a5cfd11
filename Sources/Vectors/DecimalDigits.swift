/// The digits of whole numbers, eight at once in the bytes of a word.
///
/// The digits of a pair of numbers are found side by side: a word holds two numbers of four digits, then four of two,
/// then eight of one. Divisions by 100 and 10 are multiplications that are exact for numbers of that size.
enum DecimalDigits {
  /// Bytes that must be free where a number is written: a sign, 19 digits, a point, and what blocks write too much.
  static let room = 40

  /// 10^`exponent`, from 0 to 16.
  static func power(_ exponent: Int) -> UInt {
    var power: UInt = 1
    for _ in 0..<exponent { power *= 10 }
    return power
  }

  /// Writes a number of 1e-7 degrees without trailing zeros where ``room`` bytes are free; gives the place behind it.
  @unsafe @inline(__always)
  static func writeDegrees(_ number: Int32, at place: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    var next = unsafe place
    if number < 0 { unsafe put(UInt8(ascii: "-"), &next) }
    let (whole, rest) = number.magnitude.quotientAndRemainder(dividingBy: 10_000_000)
    unsafe next = writeFour(whole, at: next)
    // Seven digits and a zero.
    return rest == 0 ? unsafe next : unsafe writeFraction(rest &* 10, at: next)
  }

  /// Writes `number` / 10^`decimals` without trailing zeros where ``room`` bytes are free; gives the place behind it.
  @unsafe
  static func write(
    _ number: Int, decimals: Int, at place: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    var next = unsafe place
    if number < 0 { unsafe put(UInt8(ascii: "-"), &next) }
    let (whole, rest) = number.magnitude.quotientAndRemainder(dividingBy: power(decimals))
    unsafe next = writeWhole(whole, at: next)
    if rest == 0 { return unsafe next }
    if decimals <= 8 {
      return unsafe writeFraction(UInt32(truncatingIfNeeded: rest * power(8 - decimals)), at: next)
    }
    return unsafe writeLongFraction(rest, decimals, at: next)
  }

  /// A point and nine to sixteen digits of a number that is not 0, less the zeros behind.
  @unsafe
  private static func writeLongFraction(
    _ number: UInt, _ decimals: Int, at place: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    let (front, back) = number.quotientAndRemainder(dividingBy: power(decimals - 8))
    if back == 0 { return unsafe writeFraction(UInt32(truncatingIfNeeded: front), at: place) }
    var next = unsafe place
    unsafe put(UInt8(ascii: "."), &next)
    unsafe store(eight(UInt32(truncatingIfNeeded: front)), at: next)
    let digits = eight(UInt32(truncatingIfNeeded: back * power(16 - decimals)))
    unsafe store(digits, at: next + 8)
    return unsafe next + (16 - digits.leadingZeroBitCount / 8)
  }

  /// A point and the eight digits of a number that is not 0, less the zeros behind.
  @unsafe @inline(__always)
  private static func writeFraction(
    _ number: UInt32, at place: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    var next = unsafe place
    unsafe put(UInt8(ascii: "."), &next)
    let digits = eight(number)
    unsafe store(digits, at: next)
    return unsafe next + (8 - digits.leadingZeroBitCount / 8)
  }

  /// A number without zeros in front, by blocks of eight digits.
  @unsafe
  private static func writeWhole(
    _ number: UInt, at place: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    if number < 10_000 { return unsafe writeFour(UInt32(truncatingIfNeeded: number), at: place) }
    if number < 100_000_000 {
      let digits = eight(UInt32(truncatingIfNeeded: number))
      let zeros = digits.trailingZeroBitCount / 8
      unsafe store(digits >> (8 * UInt64(zeros)), at: place)
      return unsafe place + (8 - zeros)
    }
    let (front, block) = number.quotientAndRemainder(dividingBy: 100_000_000)
    let next = unsafe writeWhole(front, at: place)
    unsafe store(eight(UInt32(truncatingIfNeeded: block)), at: next)
    return unsafe next + 8
  }

  /// A number below 10,000 without zeros in front.
  @unsafe @inline(__always)
  private static func writeFour(
    _ number: UInt32, at place: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    let digits = four(number)
    // The last digit is written, even where it is 0.
    let zeros = min(digits.trailingZeroBitCount / 8, 3)
    let text = (digits | 0x3030_3030) >> (8 * UInt32(zeros))
    unsafe UnsafeMutableRawPointer(place).storeBytes(of: text.littleEndian, as: UInt32.self)
    return unsafe place + (4 - zeros)
  }

  /// The digits of a number below 10^4, the first in the lowest byte.
  @inline(__always)
  static func four(_ number: UInt32) -> UInt32 {
    let hundreds = (number &* 10_486) >> 20
    let pairs = hundreds | (number &- 100 &* hundreds) << 16
    let tens = (pairs &* 103) >> 10 & 0x000f_000f
    return tens | (pairs &- 10 &* tens) << 8
  }

  /// The digits of a number below 10^8, the first in the lowest byte.
  @inline(__always)
  static func eight(_ number: UInt32) -> UInt64 {
    let thousands = UInt64(number / 10_000)
    let halves = thousands | (UInt64(number) &- 10_000 &* thousands) << 32
    let hundreds = (halves &* 10_486) >> 20 & 0x0000_007f_0000_007f
    let pairs = hundreds | (halves &- 100 &* hundreds) << 16
    let tens = (pairs &* 103) >> 10 & 0x000f_000f_000f_000f
    return tens | (pairs &- 10 &* tens) << 8
  }

  @unsafe @inline(__always)
  private static func store(_ digits: UInt64, at place: UnsafeMutablePointer<UInt8>) {
    let text = digits | 0x3030_3030_3030_3030
    unsafe UnsafeMutableRawPointer(place).storeBytes(of: text.littleEndian, as: UInt64.self)
  }

  @unsafe @inline(__always)
  private static func put(_ byte: UInt8, _ next: inout UnsafeMutablePointer<UInt8>) {
    unsafe next.pointee = byte
    unsafe next += 1
  }
}
