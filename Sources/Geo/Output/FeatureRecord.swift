/// A feature between threads: its numbers, its box, the length of its geometry, its polygons as WKB.
struct FeatureRecord: PolygonEncoder {
  struct Header {
    static let size = 72
    var value: Int
    var pixels: Int
    var area: Double
    var confidence: Double
    var box: FeatureBox
    /// Where its polygons stand among the bytes.
    var parts: Range<Int>

    init?(_ bytes: [UInt8], at place: Int) {
      guard place + Self.size <= bytes.count else { return nil }
      func word(_ index: Int) -> UInt64 { bytes.littleEndian(UInt64.self, at: place + index * 8) ?? 0 }
      func number(_ index: Int) -> Double { Double(bitPattern: word(index)) }
      value = Int(truncatingIfNeeded: word(0))
      pixels = Int(truncatingIfNeeded: word(1))
      area = number(2)
      confidence = number(3)
      box = FeatureBox(low: SIMD2(number(4), number(5)), high: SIMD2(number(6), number(7)))
      let first = place + Self.size
      guard let size = Int(exactly: word(8)), size <= bytes.count - first else { return nil }
      parts = first..<(first + size)
    }
  }

  func encode(
    _ polygon: ClassPolygon, into bytes: inout [UInt8], isCancelled: () -> Bool
  ) throws(CancellationError) {
    var shape: [UInt8] = []
    var box = FeatureBox()
    try Self.append(polygon.geometry, &shape, &box, isCancelled)
    let words: [UInt64] = [
      UInt64(truncatingIfNeeded: polygon.value), UInt64(truncatingIfNeeded: polygon.pixelCount),
      polygon.writtenArea.bitPattern, (polygon.writtenConfidence ?? .nan).bitPattern, box.low.x.bitPattern,
      box.low.y.bitPattern, box.high.x.bitPattern, box.high.y.bitPattern, UInt64(truncatingIfNeeded: shape.count),
    ]
    for word in words { bytes.append(littleEndian: word) }
    bytes += shape
  }

  /// Polygons in little-endian WKB (OGC 06-103r4 section 8.2), each with its length before it.
  private static func append(
    _ parts: [GeographicPolygon], _ bytes: inout [UInt8], _ box: inout FeatureBox, _ isCancelled: () -> Bool
  ) throws(CancellationError) {
    for (index, part) in parts.enumerated() {
      if index & 63 == 63, isCancelled() { throw CancellationError() }
      let positions = part.holes.reduce(part.exterior.count) { $0 + $1.count }
      bytes.append(littleEndian: UInt64(9 + 4 * (part.holes.count + 1) + 16 * positions))
      bytes.append(1)
      bytes.append(littleEndian: UInt32(3))
      bytes.append(littleEndian: UInt32(truncatingIfNeeded: part.holes.count + 1))
      for point in part.exterior { box.join(SIMD2(point.longitude, point.latitude)) }
      for ring in part.rings {
        bytes.append(littleEndian: UInt32(truncatingIfNeeded: ring.count))
        for point in ring {
          bytes.append(littleEndian: point.longitude.bitPattern)
          bytes.append(littleEndian: point.latitude.bitPattern)
        }
      }
    }
  }
}

extension [UInt8] {
  /// Appends a number, its least significant byte first.
  mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
    for shift in stride(from: 0, to: Number.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: number >> shift)) }
  }

  /// A number whose least significant byte stands at a place; nil where the bytes end before it.
  func littleEndian<Number: FixedWidthInteger & UnsignedInteger>(_ type: Number.Type, at place: Int) -> Number? {
    let size = Number.bitWidth / 8
    guard place >= 0, place <= count - size else { return nil }
    return (0..<size).reduce(0) { $0 | Number(self[place + $1]) << Number($1 * 8) }
  }
}
