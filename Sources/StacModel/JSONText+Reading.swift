// Reading the compact bytes of strings and numbers.

extension JSONText {
  /// Whether the bytes from a place on are those of a text.
  func isText(_ expected: StaticString, at place: Int) -> Bool {
    let count = expected.utf8CodeUnitCount
    guard place + count <= bytes.count else { return false }
    return bytes.withUnsafeBytes { bytes in
      bytes.baseAddress.map { Self.areEqual($0 + place, expected.utf8Start, count) } ?? (count == 0)
    }
  }

  /// The index of the value of an object's member; a dozen are looked for in each asset.
  ///
  /// - Parameters:
  ///   - name: printable ASCII without quotes and backslashes.
  ///   - container: the index of the object.
  func indexOfValue(named name: StaticString, in container: Int) -> Int? {
    let count = name.utf8CodeUnitCount
    let end = Int(nodes[container].next)
    return nodes.withUnsafeBufferPointer { nodes in
      bytes.withUnsafeBytes { bytes -> Int? in
        guard let base = bytes.baseAddress else { return nil }
        var index = container + 1
        while index < end {
          let node = nodes[index]
          if Int(node.end - node.start) == count + 2,
            Self.areEqual(base + (Int(node.start) + 1), name.utf8Start, count)
          {
            return index + 1
          }
          index = Int(nodes[index + 1].next)
        }
        return nil
      }
    }
  }

  /// Whether so many bytes are the same in two places, eight at a time.
  private static func areEqual(_ one: UnsafeRawPointer, _ other: UnsafeRawPointer, _ count: Int) -> Bool {
    var index = 0
    while index + 8 <= count {
      let word = one.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      if word != other.loadUnaligned(fromByteOffset: index, as: UInt64.self) { return false }
      index += 8
    }
    while index < count {
      if one.load(fromByteOffset: index, as: UInt8.self) != other.load(fromByteOffset: index, as: UInt8.self) {
        return false
      }
      index += 1
    }
    return true
  }

  /// The text of what stands between the quotes of a compact string.
  static func decoded(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    guard bytes.contains(UInt8(ascii: "\\")) else { return String(decoding: bytes, as: UTF8.self) }
    var plain: [UInt8] = []
    plain.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else {
        plain.append(bytes[index])
        index += 1
        continue
      }
      switch bytes[index + 1] {
      case UInt8(ascii: "n"): plain.append(0x0A)
      case UInt8(ascii: "r"): plain.append(0x0D)
      case UInt8(ascii: "t"): plain.append(0x09)
      case UInt8(ascii: "u"):
        // Compact text escapes no other characters than the controls below U+0020.
        plain.append(UInt8(String(decoding: bytes[(index + 4)..<(index + 6)], as: UTF8.self), radix: 16) ?? 0)
        index += 4
      default: plain.append(bytes[index + 1])
      }
      index += 2
    }
    return String(decoding: plain, as: UTF8.self)
  }

  /// Powers of ten that a double holds exactly.
  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// The double of a number without exponent, of so few digits that one division gives the nearest; nil for others.
  ///
  /// Source: W. D. Clinger, How to Read Floating Point Numbers Accurately (1990), section 2.
  static func shortNumber(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    guard text.count <= 17 else { return nil }
    var digits: UInt64 = 0
    var decimals = 0
    var hasPoint = false
    for byte in text {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits = digits * 10 + UInt64(byte - UInt8(ascii: "0"))
        if hasPoint { decimals += 1 }
      case UInt8(ascii: "."): hasPoint = true
      case UInt8(ascii: "-"): continue
      default: return nil
      }
    }
    guard digits < 1 << 53 else { return nil }
    let value = Double(digits) / powersOfTen[decimals]
    return text.first == UInt8(ascii: "-") ? -value : value
  }
}
