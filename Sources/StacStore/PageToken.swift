public import Digests
public import StacModel

/// A place in the order of a search: the sort key of an item, whether or not the item still exists.
///
/// As text it is opaque, versioned and signed: base64url of the version, the direction, the key and sixteen bytes of
/// HMAC-SHA-256.
public struct PageToken: Sendable, Hashable {
  /// Which side of the place a page lies on.
  public enum Direction: UInt8, Sendable {
    /// Items behind the place, older ones.
    case forward = 1
    /// Items before the place, newer ones.
    case backward = 2
  }

  public let direction: Direction
  public let datetime: Timestamp
  public let collectionKey: Int64
  public let id: String
  /// Whether the item at the place is part of the page, as it is when a page that turned out empty leads back.
  public let includesPlace: Bool

  public init(
    direction: Direction, datetime: Timestamp, collectionKey: Int64, id: String, includesPlace: Bool = false
  ) {
    self.includesPlace = includesPlace
    self.direction = direction
    self.datetime = datetime
    self.collectionKey = collectionKey
    self.id = id
  }

  private static let version: UInt8 = 1
  /// The bit beside the direction.
  private static let inclusion: UInt8 = 0x80
  private static let signatureLength = 16
  private static let headerLength = 2 + 8 + 8

  /// The token's text, signed with the key.
  public func text(signedWith key: [UInt8]) throws(DigestError) -> String {
    var bytes: [UInt8] = [Self.version, direction.rawValue | (includesPlace ? Self.inclusion : 0)]
    bytes.append(contentsOf: Self.bigEndian(datetime.microseconds))
    bytes.append(contentsOf: Self.bigEndian(collectionKey))
    bytes.append(contentsOf: id.utf8)
    let signature = try HMACSHA256.authenticationCode(for: bytes, key: key)
    return Base64URL.encode(bytes + signature.prefix(Self.signatureLength))
  }

  /// Reads a token; nil for a text that this catalog has not signed.
  public init?(_ text: String, signedWith key: [UInt8]) {
    guard let bytes = Base64URL.decode(text), bytes.count >= Self.headerLength + Self.signatureLength else {
      return nil
    }
    let payload = Array(bytes.dropLast(Self.signatureLength))
    guard let signature = try? HMACSHA256.authenticationCode(for: payload, key: key),
      constantTimeEquals(Array(signature.prefix(Self.signatureLength)), Array(bytes.suffix(Self.signatureLength))),
      payload[0] == Self.version, let direction = Direction(rawValue: payload[1] & ~Self.inclusion),
      let id = String(validating: payload[Self.headerLength...], as: UTF8.self)
    else { return nil }
    self.direction = direction
    includesPlace = payload[1] & Self.inclusion != 0
    datetime = Timestamp(microseconds: Self.integer(payload[2..<10]))
    collectionKey = Self.integer(payload[10..<18])
    self.id = id
  }

  private static func bigEndian(_ value: Int64) -> [UInt8] {
    stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> Int64($0)) }
  }

  private static func integer(_ bytes: ArraySlice<UInt8>) -> Int64 { bytes.reduce(0) { $0 << 8 | Int64($1) } }
}
