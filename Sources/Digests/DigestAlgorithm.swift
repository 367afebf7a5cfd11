internal import CCrypto

/// A digest function that `file:checksum` values of STAC documents may name.
public enum DigestAlgorithm: Sendable, Hashable, CaseIterable {
  /// MD5: recognised for old catalogs; no protection against intent.
  case md5
  /// SHA-1: recognised for old catalogs; no protection against intent.
  case sha1
  /// SHA2-256: the one Gnomon writes.
  case sha256
  /// SHA2-512.
  case sha512

  /// The digest's length in bytes.
  public var byteCount: Int {
    switch self {
    case .md5: 16
    case .sha1: 20
    case .sha256: 32
    case .sha512: 64
    }
  }

  /// The function's number in the multicodec table.
  ///
  /// Source: https://github.com/multiformats/multicodec/blob/master/table.csv
  public var multicodec: UInt64 {
    switch self {
    case .md5: 0xd5
    case .sha1: 0x11
    case .sha256: 0x12
    case .sha512: 0x13
    }
  }

  /// OpenSSL's description of the function: a static object, never freed.
  var description: OpaquePointer? {
    switch self {
    case .md5: unsafe EVP_md5()
    case .sha1: unsafe EVP_sha1()
    case .sha256: unsafe EVP_sha256()
    case .sha512: unsafe EVP_sha512()
    }
  }
}
