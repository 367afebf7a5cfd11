/// An array of PostgreSQL in the binary form of `array_recv`, written element by element.
struct BinaryArray {
  private(set) var bytes: [UInt8] = []

  /// A one-dimensional array without elements yet; exactly `count` must follow.
  ///
  /// - Parameters:
  ///   - type: the object identifier of the elements' type (src/include/catalog/pg_type.dat).
  ///   - capacity: how many bytes the elements will have, about.
  init(of type: ElementType, count: Int, capacity: Int) {
    bytes.reserveCapacity(20 + count * 4 + capacity)
    append(word: 1)  // dimensions
    append(word: 1)  // elements may be NULL
    append(word: type.rawValue)
    append(word: UInt32(truncatingIfNeeded: count))
    append(word: 1)  // first subscript
  }

  enum ElementType: UInt32 {
    case bool = 16
    case bytea = 17
    case int4 = 23
    case text = 25
    case timestamptz = 1184
    case jsonb = 3802
  }

  mutating func append(_ element: some Swift.Collection<UInt8>) {
    append(word: UInt32(truncatingIfNeeded: element.count))
    bytes.append(contentsOf: element)
  }

  mutating func append(jsonText text: [UInt8]) {
    append(word: UInt32(truncatingIfNeeded: text.count + 1))
    bytes.append(1)  // version of the binary form of jsonb
    bytes.append(contentsOf: text)
  }

  mutating func append(_ flag: Bool) {
    append(word: 1)
    bytes.append(flag ? 1 : 0)
  }

  mutating func append(_ number: Int32) {
    append(word: 4)
    append(word: UInt32(bitPattern: number))
  }

  /// An instant; PostgreSQL counts microseconds from 2000-01-01.
  mutating func append(microsecondsSince1970 microseconds: Int64) {
    let number = UInt64(bitPattern: microseconds &- 946_684_800_000_000)
    append(word: 8)
    append(word: UInt32(truncatingIfNeeded: number >> 32))
    append(word: UInt32(truncatingIfNeeded: number))
  }

  mutating func appendNull() { append(word: UInt32.max) }

  private mutating func append(word: UInt32) {
    bytes.append(UInt8(truncatingIfNeeded: word >> 24))
    bytes.append(UInt8(truncatingIfNeeded: word >> 16))
    bytes.append(UInt8(truncatingIfNeeded: word >> 8))
    bytes.append(UInt8(truncatingIfNeeded: word))
  }
}
