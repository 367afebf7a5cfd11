import Digests
import Testing

@Suite("Codings of bytes")
struct CodingTests {
  @Test("The base64 texts of RFC 4648 come out without padding and go back in")
  func base64() {
    let vectors = [
      "": "", "f": "Zg", "fo": "Zm8", "foo": "Zm9v", "foob": "Zm9vYg", "fooba": "Zm9vYmE", "foobar": "Zm9vYmFy",
    ]
    for (plain, text) in vectors {
      #expect(Base64URL.encode(plain.utf8) == text)
      #expect(Base64URL.decode(text) == Array(plain.utf8))
    }
    #expect(Base64URL.encode([0xfb, 0xff, 0xfe]) == "-__-")
    let all = (0...255).map { UInt8($0) }
    #expect(Base64URL.decode(Base64URL.encode(all)) == all)
  }

  @Test(
    "A base64 text with padding, foreign characters, an impossible length or stray bits is refused",
    arguments: ["Zg==", "Z", "Zm9v+", "Zm9/", "Zh", "Zm9", "Zm 9", "Zm9vé"])
  func refusedBase64(text: String) {
    #expect(Base64URL.decode(text) == nil)
  }

  @Test("Hexadecimal is read in both cases, written in lower case, and refused when odd or foreign")
  func hexadecimal() {
    #expect(Hexadecimal.decode("00fFA9") == [0, 255, 169])
    #expect(Hexadecimal.encode([0, 255, 169]) == "00ffa9")
    #expect(Hexadecimal.decode("0") == nil)
    #expect(Hexadecimal.decode("0g") == nil)
    #expect(Hexadecimal.decode("") == [])
  }

  @Test("A checksum is written as multihash and read back, for every function")
  func multihash() throws {
    let prefixes: [DigestAlgorithm: String] = [.md5: "d50110", .sha1: "1114", .sha256: "1220", .sha512: "1340"]
    for algorithm in DigestAlgorithm.allCases {
      let checksum = try Multihash(algorithm: algorithm, digest: Digest.hash("abc".utf8, with: algorithm))
      #expect(checksum.hexadecimal.hasPrefix(try #require(prefixes[algorithm])))
      #expect(try Multihash(hexadecimal: checksum.hexadecimal.uppercased()) == checksum)
      #expect(try checksum.matches("abc".utf8))
      #expect(try !checksum.matches("abd".utf8))
    }
  }

  @Test("A checksum that is cut, too long, unknown or no hexadecimal is refused with its reason")
  func refusedMultihash() throws {
    let good = try Multihash.sha256(of: []).hexadecimal
    for text in ["", "12", "1220", String(good.dropLast(2)), good + "00", "xx", String(repeating: "ff", count: 12)] {
      #expect(throws: DigestError.malformedMultihash) { try Multihash(hexadecimal: text) }
    }
    #expect(throws: DigestError.unknownFunction(multicodec: 0x16)) { try Multihash(hexadecimal: "1601aa") }
    #expect(throws: DigestError.wrongLength(expected: 32, found: 1)) { try Multihash(hexadecimal: "1201aa") }
  }
}
