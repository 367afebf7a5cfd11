internal import CCrypto

/// The keyed message authentication code HMAC over SHA2-256.
///
/// Source: RFC 2104; test vectors in RFC 4231.
public enum HMACSHA256 {
  /// The 32 bytes of the code of a message; key and message may have any length.
  public static func authenticationCode(for message: [UInt8], key: [UInt8]) throws(DigestError) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: 32)
    // OpenSSL takes a null key for "the former key": an empty one still needs an address.
    let address = key.isEmpty ? [0] : key
    let result = unsafe HMAC(EVP_sha256(), address, Int32(clamping: key.count), message, message.count, &code, nil)
    guard unsafe result != nil, key.count <= Int32.max else { throw .library(function: "HMAC") }
    return code
  }

  /// Whether a code belongs to a message, told in time that does not depend on the code.
  public static func isValid(_ code: [UInt8], for message: [UInt8], key: [UInt8]) throws(DigestError) -> Bool {
    constantTimeEquals(try authenticationCode(for: message, key: key), code)
  }
}
