import Foundation
import InternetAddresses
import SeededRandom
import Testing

@Suite("Addresses of the Internet Protocol")
struct IPAddressTests {
  @Test(
    "Loopback is 127.0.0.0/8 and ::1, mapped or not",
    arguments: ["127.0.0.1", "127.255.1.2", "::1", "::ffff:127.0.0.1", "0:0:0:0:0:0:0:1"])
  func loopback(_ text: String) throws { #expect(try #require(IPAddress(text)).isLoopback) }

  @Test("Other addresses are not loopback", arguments: ["128.0.0.1", "10.0.0.1", "::2", "::", "fe80::1%eth0", "1::1"])
  func elsewhere(_ text: String) throws { #expect(try #require(IPAddress(text)).isLoopback == false) }

  @Test(
    "What is no address is refused",
    arguments: [
      "", "localhost", "127.1", "127.0.0.1.1", "256.0.0.1", ":::", "1:2:3:4:5:6:7:8:9", "::12345", "+1.0.0.0",
      "1::2::3", "127.0.0.01", "010.0.0.1", "::1.2.3.04", "1::2.3.4", "１.1.1.1",
    ])
  func refused(_ text: String) { #expect(IPAddress(text) == nil) }

  @Test("Texts are read as the system reads them")
  func system() throws {
    var random = SeededGenerator(seed: 4)
    let pieces = [
      "0", "1", "9", "10", "255", "256", "01", "f", "ffff", "fFfF", "10000", ".", ".", ":", ":", "::", "g", "",
    ]
    var addresses = 0
    for _ in 0..<50_000 {
      let text = (0..<Int.random(in: 1...15, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
        .joined()
      let expected = Self.systemBytes(text)
      #expect(IPAddress(text)?.bytes == expected, "\(text)")
      if expected != nil { addresses += 1 }
    }
    #expect(addresses > 100)
  }

  /// What inet_pton reads, with the mapped addresses as those of version 4.
  private static func systemBytes(_ text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
    guard inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
    let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    return isMapped ? Array(bytes.suffix(4)) : bytes
  }

  @Test("Only four or sixteen bytes are an address")
  func bytes() {
    #expect(IPAddress(bytes: [10, 0, 0]) == nil && IPAddress(bytes: []) == nil)
    #expect(IPAddress(bytes: [10, 0, 0, 1]) == IPAddress("::ffff:10.0.0.1"))
  }

  @Test("A range holds the addresses whose leading bits agree")
  func ranges() throws {
    let range = try #require(AddressRange("10.20.0.0/14"))
    #expect(range.contains(try #require(IPAddress("10.23.255.255"))))
    #expect(range.contains(try #require(IPAddress("10.24.0.0"))) == false)
    #expect(range.contains(try #require(IPAddress("::1"))) == false)
    #expect(try #require(AddressRange("0.0.0.0/0")).contains(try #require(IPAddress("203.0.113.9"))))
    #expect(AddressRange("10.0.0.0/33") == nil)
  }

  @Test(
    "An address that is not public is told in every version",
    arguments: [
      "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1",
      "172.31.255.255", "192.0.0.8", "192.168.1.1", "198.18.0.1", "198.19.255.255", "224.0.0.1", "255.255.255.255",
      "::",
      "::1", "fe80::1", "fc00::1", "fdff::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe",
      "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "::127.0.0.1", "3fff::1",
    ])
  func closedAddresses(text: String) throws { #expect(try #require(IPAddress(text)).isPublic == false) }

  @Test(
    "A public address is told in every version",
    arguments: [
      "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "198.20.0.1",
      "223.255.255.255",
      "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2a00:1450::1",
    ])
  func publicAddresses(text: String) throws { #expect(try #require(IPAddress(text)).isPublic) }
}
