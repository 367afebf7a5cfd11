internal import CCurl
internal import Foundation

/// An address of the Internet Protocol, version 4 or 6.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
  /// Four or sixteen bytes in network order.
  public let bytes: [UInt8]

  /// An address from four or sixteen bytes in network order; nil for another count.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  /// Reads the canonical text of an address: four decimal numbers, or version 6 without brackets and zone.
  public init?(_ text: String) {
    var version4 = in_addr()
    var version6 = in6_addr()
    if unsafe inet_pton(AF_INET, text, &version4) == 1 {
      bytes = unsafe withUnsafeBytes(of: version4) { unsafe Array($0) }
    } else if unsafe inet_pton(AF_INET6, text, &version6) == 1 {
      bytes = unsafe withUnsafeBytes(of: version6) { unsafe Array($0) }
    } else {
      return nil
    }
  }

  /// Whether the address may be one of the public Internet: not private, loopback, link-local, shared, multicast,
  /// reserved or for documentation, nor a version 6 form of such an address.
  ///
  /// Source: IANA's special-purpose address registries (RFC 6890), RFC 4291, RFC 6052 (NAT64), RFC 3056 (6to4).
  public var isPublic: Bool { bytes.count == 4 ? Self.isPublic4(bytes) : Self.isPublic6(bytes) }

  /// The usual text.
  public var description: String {
    if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
    var text = [CChar](repeating: 0, count: 46)
    let capacity = socklen_t(text.count)
    guard unsafe inet_ntop(AF_INET6, bytes, &text, capacity) != nil else { return "::" }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static let closed4: [(network: [UInt8], bits: Int)] = [
    ([0, 0, 0, 0], 8), ([10, 0, 0, 0], 8), ([100, 64, 0, 0], 10), ([127, 0, 0, 0], 8), ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12), ([192, 0, 0, 0], 24), ([192, 0, 2, 0], 24), ([192, 88, 99, 0], 24), ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15), ([198, 51, 100, 0], 24), ([203, 0, 113, 0], 24), ([224, 0, 0, 0], 4), ([240, 0, 0, 0], 4),
  ]

  private static func isPublic4(_ bytes: [UInt8]) -> Bool {
    !closed4.contains { hasPrefix(bytes, $0.network, bits: $0.bits) }
  }

  private static func isPublic6(_ bytes: [UInt8]) -> Bool {
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
    let translated: [UInt8] = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]
    if bytes.starts(with: mapped) || bytes.starts(with: translated) { return isPublic4(Array(bytes[12...])) }
    if bytes.starts(with: [0x20, 0x02]) { return isPublic4(Array(bytes[2..<6])) }
    let closed: [(network: [UInt8], bits: Int)] = [
      ([0x20, 0x01, 0x00], 23), ([0x20, 0x01, 0x0d, 0xb8], 32), ([0x3f, 0xff, 0x00], 20),
    ]
    return hasPrefix(bytes, [0x20], bits: 3) && !closed.contains { hasPrefix(bytes, $0.network, bits: $0.bits) }
  }

  /// Whether the first bits of an address are those of a network.
  private static func hasPrefix(_ bytes: [UInt8], _ network: [UInt8], bits: Int) -> Bool {
    for (index, byte) in network.enumerated() where index * 8 < bits {
      let mask = UInt8(truncatingIfNeeded: 0xff00 >> min(8, bits - index * 8))
      guard bytes[index] & mask == byte & mask else { return false }
    }
    return true
  }
}

extension IPAddress {
  /// The address that libcurl is about to connect to; nil for families other than IP.
  init?(_ address: UnsafePointer<curl_sockaddr>) {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = unsafe gnomon_curl_address_bytes(address, &bytes)
    self.init(bytes: Array(bytes.prefix(Int(count))))
  }
}
