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

  /// OpenSSL's implementation of the function, never freed; nil where there is none.
  var implementation: OpaquePointer? {
    switch self {
    case .md5: unsafe Self.md5Implementation
    case .sha1: unsafe Self.sha1Implementation
    case .sha256: unsafe Self.sha256Implementation
    case .sha512: unsafe Self.sha512Implementation
    }
  }

  // Fetched once: looking one up takes longer than a digest of a hundred bytes. What EVP_MD_fetch gives is never changed,
  // and may be used by many threads at once.
  nonisolated(unsafe) private static let md5Implementation = unsafe EVP_MD_fetch(nil, "MD5", nil)
  nonisolated(unsafe) private static let sha1Implementation = unsafe EVP_MD_fetch(nil, "SHA1", nil)
  nonisolated(unsafe) private static let sha256Implementation = unsafe EVP_MD_fetch(nil, "SHA2-256", nil)
  nonisolated(unsafe) private static let sha512Implementation = unsafe EVP_MD_fetch(nil, "SHA2-512", nil)
}
