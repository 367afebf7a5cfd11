import StacModel
import Testing

@Suite struct PercentCodingTests {
  @Test(arguments: [
    ("", ""), ("AZaz09-._~", "AZaz09-._~"), ("a b/c%", "a%20b%2Fc%25"), ("é", "%C3%A9"), ("\n", "%0A"),
    (".", "%2E"), ("..", "%2E%2E"), ("...", "..."), ("a+b", "a%2Bb"), ("名", "%E5%90%8D"),
  ])
  func `A text becomes one segment of a path, and is read from it again`(text: String, encoded: String) {
    #expect(PercentCoding.encode(text) == encoded)
    #expect(PercentCoding.decode(encoded) == text)
  }

  @Test(arguments: ["%", "%4", "%4g", "%C3", "%00", "é", "%FF"])
  func `What is no encoded text is refused`(text: String) { #expect(PercentCoding.decode(text) == nil) }

  @Test func `Escapes are read once, and a plus where it is asked for`() {
    #expect(PercentCoding.decode("%2525") == "%25")
    #expect(PercentCoding.decode("a+b") == "a+b")
    #expect(PercentCoding.decode("a+b", plusIsSpace: true) == "a b")
    #expect(PercentCoding.decodeKeepingUnicode("é%20x") == "é x")
    #expect(PercentCoding.decodeKeepingUnicode("%FF") == nil)
  }
}
