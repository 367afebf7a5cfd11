/// An address of the Internet Protocol as its bytes; one of version 4 mapped into version 6 counts as that of version 4.
public struct IPAddress: Sendable, Hashable {
  /// Four or sixteen bytes in network order.
  public let bytes: [UInt8]

  /// An address from four or sixteen bytes in network order; nil for another count.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    self.bytes = bytes.starts(with: mapped) ? Array(bytes.dropFirst(12)) : bytes
  }

  /// Reads the canonical text: four decimal numbers without zeros before them, or version 6 without brackets; a zone
  /// (`%eth0`) is dropped; nil for anything else.
  public init?(_ text: some StringProtocol) {
    // A text of unknown kind is read once: each step through it would cost a call.
    let plain = Array(text.utf8).prefix { $0 != UInt8(ascii: "%") }
    let isVersion6 = plain.contains(UInt8(ascii: ":"))
    let bytes = isVersion6 ? Self.version6(String(decoding: plain, as: UTF8.self)) : Self.version4(plain)
    guard let bytes else { return nil }
    self.init(bytes: bytes)
  }

  private static func version4(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    let bytes = parts.compactMap { part -> UInt8? in
      // Some readers take a number after a zero for octal: what nobody agrees on is no address.
      guard 1...3 ~= part.count, part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
      var value: UInt16 = 0
      for digit in part {
        guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit else { return nil }
        value = value * 10 + UInt16(digit - UInt8(ascii: "0"))
      }
      return UInt8(exactly: value)
    }
    return bytes.count == 4 ? bytes : nil
  }

  private static func version6(_ text: String) -> [UInt8]? {
    var text = text
    if text.contains("."), let colon = text.lastIndex(of: ":") {
      guard let tail = version4(Array(text[text.index(after: colon)...].utf8)[...]) else { return nil }
      let groups = [Int(tail[0]) << 8 | Int(tail[1]), Int(tail[2]) << 8 | Int(tail[3])]
      text = String(text[...colon]) + groups.map { String($0, radix: 16) }.joined(separator: ":")
    }
    guard let gap = text.firstRange(ofDoubleColon: ()) else {
      let groups = groups(text)
      return groups?.count == 16 ? groups : nil
    }
    guard let head = groups(String(text[..<gap.lowerBound])), let tail = groups(String(text[gap.upperBound...])),
      head.count + tail.count <= 14
    else { return nil }
    return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
  }

  private static func groups(_ text: String) -> [UInt8]? {
    if text.isEmpty { return [] }
    var bytes: [UInt8] = []
    for part in text.split(separator: ":", omittingEmptySubsequences: false) {
      guard 1...4 ~= part.utf8.count, part.allSatisfy(\.isHexDigit), let value = UInt16(part, radix: 16) else {
        return nil
      }
      bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
    }
    return bytes
  }
}

extension String {
  /// Where the first `::` stands.
  fileprivate func firstRange(ofDoubleColon: Void) -> Range<String.Index>? {
    for index in indices.dropLast() where self[index] == ":" && self[self.index(after: index)] == ":" {
      return index..<self.index(index, offsetBy: 2)
    }
    return nil
  }
}
