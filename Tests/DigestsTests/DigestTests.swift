import Digests
import Foundation
import Testing

@Suite("Digests")
struct DigestTests {
  @Test("The digests of FIPS 180 and RFC 1321's \"abc\" come out")
  func knownDigests() throws {
    let expected: [DigestAlgorithm: String] = [
      .md5: "900150983cd24fb0d6963f7d28e17f72",
      .sha1: "a9993e364706816aba3e25717850c26c9cd0d89d",
      .sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      .sha512: "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ]
    for algorithm in DigestAlgorithm.allCases {
      #expect(Hexadecimal.encode(try Digest.hash("abc".utf8, with: algorithm)) == expected[algorithm])
    }
  }

  @Test("An incremental digest equals the one made at once, whatever the pieces, empty ones included")
  func incremental() throws {
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var digest = try SHA256()
    try digest.update([])
    for start in stride(from: 0, to: bytes.count, by: 77) {
      try digest.update(bytes[start..<min(start + 77, bytes.count)])
    }
    try digest.update(AnySequence<UInt8>([]))
    #expect(try digest.finalize() == SHA256.hash(bytes))
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    #expect(Hexadecimal.encode(try SHA256.hash([])) == empty)
  }

  @Test("A file of more than one piece has the digest of its bytes; a missing file is named with the reason")
  func files() throws {
    let path = NSTemporaryDirectory() + "digests-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let bytes = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
    try Data(bytes).write(to: URL(filePath: path))
    #expect(try SHA256.hash(fileAt: path) == SHA256.hash(bytes))
    #expect(try Multihash.sha256(of: bytes).matches(fileAt: path))
    #expect(throws: DigestError.file(path: "/no/such", reason: "No such file or directory")) {
      try SHA256.hash(fileAt: "/no/such")
    }
    #expect(throws: DigestError.file(path: "/", reason: "Is a directory")) { try SHA256.hash(fileAt: "/") }
  }

  @Test("The message authentication codes of RFC 4231 come out")
  func authenticationCodes() throws {
    let first = try HMACSHA256.authenticationCode(
      for: Array("Hi There".utf8), key: [UInt8](repeating: 0x0b, count: 20))
    #expect(Hexadecimal.encode(first) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    let longKey = try HMACSHA256.authenticationCode(
      for: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      key: [UInt8](repeating: 0xaa, count: 131))
    #expect(Hexadecimal.encode(longKey) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    let empty = try HMACSHA256.authenticationCode(for: [], key: [])
    #expect(Hexadecimal.encode(empty) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
  }

  @Test("A message authentication code with one bit changed, or cut short, is not valid")
  func tampering() throws {
    let key = Array("key".utf8)
    let message = Array("token".utf8)
    var code = try HMACSHA256.authenticationCode(for: message, key: key)
    #expect(try HMACSHA256.isValid(code, for: message, key: key))
    #expect(try !HMACSHA256.isValid(Array(code.dropLast()), for: message, key: key))
    code[31] ^= 1
    #expect(try !HMACSHA256.isValid(code, for: message, key: key))
    #expect(constantTimeEquals([], []))
    #expect(!constantTimeEquals([1], [2]))
  }
}
