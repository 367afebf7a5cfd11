public import Digests

/// A place in the order of a search: the sort keys of a row, whether or not the row still exists.
///
/// As text it is opaque, versioned and signed: base64url of the version, the direction, what tells the order from
/// others, how many rows are before it and how many are known, the keys, and sixteen bytes of HMAC-SHA-256. Version 2,
/// without the two numbers, is still read.
public struct PageToken: Sendable, Hashable {
  /// Which side of the place a page lies on.
  public enum Direction: UInt8, Sendable {
    /// Rows behind the place.
    case forward = 1
    /// Rows before the place.
    case backward = 2
  }

  public var direction: Direction
  /// The order that the place is in, as `SearchOrder` tells it.
  public let order: String
  /// The row's keys as text in the order's sequence, nil where the row has none.
  public let values: [String?]
  /// Whether the row at the place is part of the page, as it is when a page that turned out empty leads back.
  public var includesPlace: Bool
  /// How many rows lie before the page that a token forward leads to, or up to the end of the page that one backward
  /// leads to, as far as the pages on the way told.
  public var seen: Int
  /// How many rows the pages on the way have shown or met at least, on whichever side of the place.
  public var known: Int

  public init(
    direction: Direction, order: String, values: [String?], includesPlace: Bool = false, seen: Int = 0, known: Int = 0
  ) {
    self.direction = direction
    self.order = order
    self.values = values
    self.includesPlace = includesPlace
    self.seen = seen
    self.known = known
  }

  private static let version: UInt8 = 3
  /// The version that does not tell how many rows there are.
  private static let versionWithoutNumbers: UInt8 = 2
  /// The bit beside the direction.
  private static let inclusion: UInt8 = 0x80
  private static let signatureLength = 16
  /// Bytes of the order's digest.
  private static let orderLength = 8
  /// Bytes of a number of rows.
  private static let numberLength = 4

  /// The token's text, signed with the key.
  public func text(signedWith key: [UInt8]) throws(DigestError) -> String {
    var bytes: [UInt8] = [Self.version, direction.rawValue | (includesPlace ? Self.inclusion : 0)]
    bytes += try Self.digest(order)
    for number in [seen, known] {
      let number = UInt32(clamping: number)
      bytes += stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }
    for value in values {
      guard let value else {
        bytes.append(0)
        continue
      }
      let text = Array(value.utf8)
      bytes.append(1)
      bytes += [UInt8(truncatingIfNeeded: text.count >> 16), UInt8(truncatingIfNeeded: text.count >> 8)]
      bytes.append(UInt8(truncatingIfNeeded: text.count))
      bytes += text
    }
    let signature = try HMACSHA256.authenticationCode(for: bytes, key: key)
    return Base64URL.encode(bytes + signature.prefix(Self.signatureLength))
  }

  /// Reads a token; nil for a text that this catalog has not signed, or not for this order.
  ///
  /// - Parameter count: how many keys the order has.
  public init?(_ text: String, signedWith key: [UInt8], order: String, count: Int) {
    guard let bytes = Base64URL.decode(text), bytes.count >= 2 + Self.orderLength + Self.signatureLength else {
      return nil
    }
    let payload = Array(bytes.dropLast(Self.signatureLength))
    guard let signature = try? HMACSHA256.authenticationCode(for: payload, key: key),
      constantTimeEquals(Array(signature.prefix(Self.signatureLength)), Array(bytes.suffix(Self.signatureLength))),
      let direction = Direction(rawValue: payload[1] & ~Self.inclusion),
      let digest = try? Self.digest(order), digest == Array(payload[2..<2 + Self.orderLength]),
      let (numbers, keys) = Self.numbers(payload[(2 + Self.orderLength)...], version: payload[0]),
      let values = Self.values(keys), values.count == count
    else { return nil }
    self.direction = direction
    self.order = order
    self.values = values
    includesPlace = payload[1] & Self.inclusion != 0
    (seen, known) = numbers
  }

  /// The numbers of rows that a version has before the keys, and the bytes of the keys; nil for an unknown version.
  private static func numbers(
    _ bytes: ArraySlice<UInt8>, version: UInt8
  ) -> (numbers: (seen: Int, known: Int), keys: ArraySlice<UInt8>)? {
    if version == versionWithoutNumbers { return ((0, 0), bytes) }
    guard version == Self.version, bytes.count >= 2 * numberLength else { return nil }
    func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.prefix(numberLength).reduce(0) { $0 << 8 | Int($1) } }
    return ((number(bytes), number(bytes.dropFirst(numberLength))), bytes.dropFirst(2 * numberLength))
  }

  private static func digest(_ order: String) throws(DigestError) -> [UInt8] {
    Array(try Digest.hash(order.utf8, with: .sha256).prefix(orderLength))
  }

  private static func values(_ bytes: ArraySlice<UInt8>) -> [String?]? {
    var rest = bytes
    var values: [String?] = []
    while let tag = rest.popFirst() {
      guard tag == 1 else {
        values.append(nil)
        continue
      }
      let length = rest.prefix(3).reduce(0) { $0 << 8 | Int($1) }
      let text = rest.dropFirst(3).prefix(length)
      guard text.count == length, let value = String(validating: text, as: UTF8.self) else { return nil }
      values.append(value)
      rest = rest.dropFirst(3 + length)
    }
    return values
  }
}
