/// Why a digest could not be made or compared.
public enum DigestError: Error, Sendable, Hashable, CustomStringConvertible {
  /// libcrypto refused, by the name of its function: it ran out of memory, or its policy forbids the algorithm.
  case library(function: String)
  /// A file could not be opened or read; `reason` is the operating system's word for it.
  case file(path: String, reason: String)
  /// The text is no multihash in hexadecimal.
  case malformedMultihash
  /// The multihash names a digest function that is not known here, by its multicodec number.
  case unknownFunction(multicodec: UInt64)
  /// The multihash's length is not the length of its function's digest.
  case wrongLength(expected: Int, found: Int)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .library(let function): "libcrypto's \(function) failed"
    case .file(let path, let reason): "cannot read \(path): \(reason)"
    case .malformedMultihash: "the checksum is not a multihash in hexadecimal"
    case .unknownFunction(let multicodec):
      "the checksum's function 0x\(String(multicodec, radix: 16)) is not supported (md5, sha1, sha2-256 and sha2-512 are)"
    case .wrongLength(let expected, let found): "the checksum holds \(found) bytes of digest where \(expected) belong"
    }
  }
}
