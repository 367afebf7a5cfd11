/// A digest that says which function made it, as STAC's `file:checksum` holds it.
///
/// Source: https://github.com/multiformats/multihash (function number and length as unsigned varints, then the digest)
/// and the STAC file extension, which writes it in hexadecimal.
public struct Multihash: Sendable, Hashable, CustomStringConvertible {
  /// The function.
  public let algorithm: DigestAlgorithm
  /// The digest, of the function's length.
  public let digest: [UInt8]

  /// A digest made elsewhere; throws `wrongLength` when it cannot be the function's.
  public init(algorithm: DigestAlgorithm, digest: [UInt8]) throws(DigestError) {
    guard digest.count == algorithm.byteCount else {
      throw .wrongLength(expected: algorithm.byteCount, found: digest.count)
    }
    self.algorithm = algorithm
    self.digest = digest
  }

  /// Reads `file:checksum`: hexadecimal of either case.
  public init(hexadecimal text: String) throws(DigestError) {
    guard let bytes = Hexadecimal.decode(text) else { throw .malformedMultihash }
    var rest = bytes[...]
    guard let multicodec = Self.takeVarint(&rest), let count = Self.takeVarint(&rest) else { throw .malformedMultihash }
    guard let algorithm = DigestAlgorithm.allCases.first(where: { $0.multicodec == multicodec }) else {
      throw .unknownFunction(multicodec: multicodec)
    }
    guard count == UInt64(rest.count) else { throw .malformedMultihash }
    try self.init(algorithm: algorithm, digest: Array(rest))
  }

  /// The SHA2-256 multihash of some bytes.
  public static func sha256(of bytes: some Sequence<UInt8>) throws(DigestError) -> Multihash {
    try Multihash(algorithm: .sha256, digest: SHA256.hash(bytes))
  }

  /// The SHA2-256 multihash of a file; blocks the calling thread.
  public static func sha256(ofFileAt path: String) throws(DigestError) -> Multihash {
    try Multihash(algorithm: .sha256, digest: SHA256.hash(fileAt: path))
  }

  /// Whether some bytes have this digest.
  public func matches(_ bytes: some Sequence<UInt8>) throws(DigestError) -> Bool {
    constantTimeEquals(digest, try Digest.hash(bytes, with: algorithm))
  }

  /// Whether a file has this digest; blocks the calling thread.
  public func matches(fileAt path: String) throws(DigestError) -> Bool {
    constantTimeEquals(digest, try Digest.hash(fileAt: path, with: algorithm))
  }

  /// The value of `file:checksum`: lower-case hexadecimal, such as `1220…` for SHA2-256.
  public var hexadecimal: String {
    Hexadecimal.encode(Self.varint(algorithm.multicodec) + Self.varint(UInt64(digest.count)) + digest)
  }

  /// The value of `file:checksum`.
  public var description: String { hexadecimal }

  private static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f) | 0x80] + varint(value >> 7)
  }

  /// Takes an unsigned varint of at most nine bytes off the front.
  private static func takeVarint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 56, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
