/// An IPv4 or IPv6 address as its bytes; an IPv4 address mapped into IPv6 counts as the IPv4 address.
public struct IPAddress: Sendable, Hashable {
  /// Four or sixteen bytes in network order.
  public let bytes: [UInt8]

  /// Reads the usual text forms; a zone (`%eth0`) is dropped; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let plain = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)[0]
    guard let bytes = plain.contains(":") ? Self.version6(String(plain)) : Self.version4(String(plain)) else {
      return nil
    }
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    self.bytes = bytes.starts(with: mapped) ? Array(bytes.dropFirst(12)) : bytes
  }

  /// Whether the address is in 127.0.0.0/8 or is ::1.
  public var isLoopback: Bool {
    bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
  }

  private static func version4(_ text: String) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    let bytes = parts.compactMap { part -> UInt8? in
      part.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) ? UInt8(part) : nil
    }
    return bytes.count == 4 ? bytes : nil
  }

  private static func version6(_ text: String) -> [UInt8]? {
    var text = text
    if text.contains("."), let colon = text.lastIndex(of: ":") {
      guard let tail = version4(String(text[text.index(after: colon)...])) else { return nil }
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

/// An address, or a network in CIDR notation.
public struct AddressRange: Sendable, Hashable {
  public let address: IPAddress
  /// How many leading bits count.
  public let prefixLength: Int

  /// Reads `10.0.0.0/8`, `::1` and the like; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let address = IPAddress(parts[0]) else { return nil }
    let bits = address.bytes.count * 8
    guard let length = parts.count == 2 ? Int(parts[1]) : bits, 0...bits ~= length else { return nil }
    self.address = address
    prefixLength = length
  }

  /// Whether the address lies in the range.
  public func contains(_ other: IPAddress) -> Bool {
    guard other.bytes.count == address.bytes.count else { return false }
    return zip(address.bytes, other.bytes).enumerated().allSatisfy { index, pair in
      let bits = min(8, max(0, prefixLength - index * 8))
      let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
      return pair.0 & mask == pair.1 & mask
    }
  }
}
