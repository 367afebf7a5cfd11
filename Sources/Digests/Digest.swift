internal import CCrypto
internal import Foundation

/// An incremental digest: bytes go in, in any pieces, and the digest comes out once.
///
/// Owns one OpenSSL `EVP_MD_CTX`, freed by `finalize()` or at the end of the value's life.
@safe public struct Digest: ~Copyable {
  /// The function that is computed.
  public let algorithm: DigestAlgorithm
  private let context: OpaquePointer

  /// Starts a digest.
  public init(_ algorithm: DigestAlgorithm) throws(DigestError) {
    guard let context = unsafe EVP_MD_CTX_new() else { throw .library(function: "EVP_MD_CTX_new") }
    // Without an implementation OpenSSL would go on with the former one, of which there is none.
    guard let implementation = unsafe algorithm.implementation,
      unsafe EVP_DigestInit_ex(context, implementation, nil) == 1
    else {
      unsafe EVP_MD_CTX_free(context)
      throw .library(function: "EVP_DigestInit_ex")
    }
    self.algorithm = algorithm
    unsafe self.context = context
  }

  deinit {
    unsafe EVP_MD_CTX_free(context)
  }

  /// Takes in the next bytes.
  public mutating func update(_ bytes: some Sequence<UInt8>) throws(DigestError) {
    let result: Int32
    if let fast = bytes.withContiguousStorageIfAvailable({ unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) })
    {
      result = fast
    } else {
      let copy = Array(bytes)
      result = unsafe EVP_DigestUpdate(context, copy, copy.count)
    }
    guard result == 1 else { throw .library(function: "EVP_DigestUpdate") }
  }

  /// The digest of all bytes taken in; ends the value's life.
  public consuming func finalize() throws(DigestError) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: algorithm.byteCount)
    guard unsafe EVP_DigestFinal_ex(context, &digest, nil) == 1 else { throw .library(function: "EVP_DigestFinal_ex") }
    return digest
  }

  /// The digest of some bytes.
  public static func hash(_ bytes: some Sequence<UInt8>, with algorithm: DigestAlgorithm) throws(DigestError) -> [UInt8]
  {
    var digest = try Digest(algorithm)
    try digest.update(bytes)
    return try digest.finalize()
  }

  /// The digest of a file, read in pieces of 1 MiB; blocks the calling thread.
  public static func hash(fileAt path: String, with algorithm: DigestAlgorithm) throws(DigestError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(path: path, reason: systemReason(errno)) }
    defer { close(descriptor) }
    var digest = try Digest(algorithm)
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      if count == 0 { return try digest.finalize() }
      if count < 0 {
        if errno == EINTR { continue }
        throw .file(path: path, reason: systemReason(errno))
      }
      try digest.update(buffer[..<count])
    }
  }
}

/// The operating system's sentence for an error number.
private func systemReason(_ number: Int32) -> String {
  var text = [CChar](repeating: 0, count: 256)
  let capacity = text.count
  guard unsafe strerror_r(number, &text, capacity) == 0 else { return "error \(number)" }
  return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
