extension IPAddress {
  /// Whether the address is in 127.0.0.0/8 or is ::1.
  public var isLoopback: Bool {
    bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
  }

  /// Whether the address may be one of the public Internet: not private, loopback, link-local, shared, multicast,
  /// reserved or for documentation, nor a version 6 form of such an address.
  ///
  /// Source: IANA's special-purpose address registries (RFC 6890), RFC 4291, RFC 6052 (NAT64), RFC 3056 (6to4).
  public var isPublic: Bool {
    if bytes.count == 4 { return !isIn(Self.closed4) }
    if let inner { return inner.isPublic }
    return begins(with: [0x20], bits: 3) && !isIn(Self.closed6)
  }

  /// The address of version 4 that one of NAT64 or 6to4 leads to.
  private var inner: IPAddress? {
    if bytes.starts(with: [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]) {
      return IPAddress(bytes: Array(bytes[12...]))
    }
    return bytes.starts(with: [0x20, 0x02]) ? IPAddress(bytes: Array(bytes[2..<6])) : nil
  }

  private func isIn(_ networks: [(network: [UInt8], bits: Int)]) -> Bool {
    networks.contains { begins(with: $0.network, bits: $0.bits) }
  }

  private static let closed4: [(network: [UInt8], bits: Int)] = [
    ([0, 0, 0, 0], 8), ([10, 0, 0, 0], 8), ([100, 64, 0, 0], 10), ([127, 0, 0, 0], 8), ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12), ([192, 0, 0, 0], 24), ([192, 0, 2, 0], 24), ([192, 88, 99, 0], 24), ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15), ([198, 51, 100, 0], 24), ([203, 0, 113, 0], 24), ([224, 0, 0, 0], 4), ([240, 0, 0, 0], 4),
  ]

  private static let closed6: [(network: [UInt8], bits: Int)] = [
    ([0x20, 0x01, 0x00], 23), ([0x20, 0x01, 0x0d, 0xb8], 32), ([0x3f, 0xff, 0x00], 20),
  ]
}
