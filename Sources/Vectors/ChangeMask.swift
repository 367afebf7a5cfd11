/// Comparisons of 64 pixels at a time, as bits.
enum ChangeMask {
  /// Bit i tells whether `first[i]` and `second[i]` differ, for `count` (at most 64) pixels.
  @unsafe @inline(__always)
  static func differences<Value: ClassValue>(
    _ first: UnsafePointer<Value>, _ second: UnsafePointer<Value>, count: Int
  ) -> UInt64 {
    if count < 64 {
      var bits: UInt64 = 0
      for index in 0..<count where unsafe first[index] != second[index] { bits |= 1 << UInt64(index) }
      return bits
    }
    return unsafe Value.bitWidth == 8 ? bytes(first, second) : words(first, second)
  }

  /// Eight pixels a word: a byte that is not zero sets its highest bit, a product gathers the eight bits.
  @unsafe @inline(__always)
  private static func bytes(_ first: UnsafeRawPointer, _ second: UnsafeRawPointer) -> UInt64 {
    var bits: UInt64 = 0
    for step in 0..<8 {
      let one = unsafe first.loadUnaligned(fromByteOffset: step * 8, as: UInt64.self)
      let other = unsafe second.loadUnaligned(fromByteOffset: step * 8, as: UInt64.self)
      let change = one ^ other
      if change == 0 { continue }
      let low: UInt64 = 0x7f7f_7f7f_7f7f_7f7f
      let flags = (((change & low) &+ low) | change) & ~low
      bits |= (((flags >> 7) &* 0x0102_0408_1020_4080) >> 56) << UInt64(step * 8)
    }
    return bits
  }

  /// Four pixels of 16 bits a word.
  @unsafe @inline(__always)
  private static func words(_ first: UnsafeRawPointer, _ second: UnsafeRawPointer) -> UInt64 {
    var bits: UInt64 = 0
    for step in 0..<16 {
      let one = unsafe first.loadUnaligned(fromByteOffset: step * 8, as: UInt64.self)
      let other = unsafe second.loadUnaligned(fromByteOffset: step * 8, as: UInt64.self)
      let change = one ^ other
      if change == 0 { continue }
      let low: UInt64 = 0x7fff_7fff_7fff_7fff
      let flags = (((change & low) &+ low) | change) & ~low
      bits |= ((((flags >> 15) &* 0x0001_0002_0004_0008) >> 48) & 15) << UInt64(step * 4)
    }
    return bits
  }
}
