/// SHA2-256, incremental or at once.
///
/// Source: FIPS 180-4.
public struct SHA256: ~Copyable {
  private var digest: Digest

  /// Starts a digest.
  public init() throws(DigestError) { digest = try Digest(.sha256) }

  /// Takes in the next bytes.
  public mutating func update(_ bytes: some Sequence<UInt8>) throws(DigestError) { try digest.update(bytes) }

  /// The 32 bytes of the digest; ends the value's life.
  public consuming func finalize() throws(DigestError) -> [UInt8] { try digest.finalize() }

  /// The 32 bytes of the digest of some bytes.
  public static func hash(_ bytes: some Sequence<UInt8>) throws(DigestError) -> [UInt8] {
    try Digest.hash(bytes, with: .sha256)
  }

  /// The 32 bytes of the digest of a file; blocks the calling thread.
  public static func hash(fileAt path: String) throws(DigestError) -> [UInt8] {
    try Digest.hash(fileAt: path, with: .sha256)
  }
}
