/// The keyed message authentication code HMAC over SHA2-256.
///
/// Made of two digests here: finding its implementation anew for each code, as OpenSSL's own does, takes ten times as long.
///
/// Source: RFC 2104; test vectors in RFC 4231.
public enum HMACSHA256 {
  /// Bytes that SHA2-256 takes in at once.
  private static let blockLength = 64

  /// The 32 bytes of the code of a message; key and message may have any length.
  public static func authenticationCode(for message: [UInt8], key: [UInt8]) throws(DigestError) -> [UInt8] {
    let short = key.count > blockLength ? try SHA256.hash(key) : key
    let padded = short + [UInt8](repeating: 0, count: blockLength - short.count)
    let inner = try SHA256.hash(padded.map { $0 ^ 0x36 } + message)
    return try SHA256.hash(padded.map { $0 ^ 0x5c } + inner)
  }

  /// Whether a code belongs to a message, told in time that does not depend on the code.
  public static func isValid(_ code: [UInt8], for message: [UInt8], key: [UInt8]) throws(DigestError) -> Bool {
    constantTimeEquals(try authenticationCode(for: message, key: key), code)
  }
}
