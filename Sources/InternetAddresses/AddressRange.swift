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
    other.bytes.count == address.bytes.count && other.begins(with: address.bytes, bits: prefixLength)
  }
}

extension IPAddress {
  /// Whether the first bits of the address are those of a network, whose last bytes may be left out.
  func begins(with network: [UInt8], bits: Int) -> Bool {
    zip(bytes, network).enumerated().allSatisfy { index, pair in
      let mask = UInt8(truncatingIfNeeded: 0xFF00 >> min(8, max(0, bits - index * 8)))
      return pair.0 & mask == pair.1 & mask
    }
  }
}
