import StacAPI
import Testing

@Suite("Addresses of peers")
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
      "1::2::3",
    ])
  func refused(_ text: String) { #expect(IPAddress(text) == nil) }

  @Test("A range holds the addresses whose leading bits agree")
  func ranges() throws {
    let range = try #require(AddressRange("10.20.0.0/14"))
    #expect(range.contains(try #require(IPAddress("10.23.255.255"))))
    #expect(range.contains(try #require(IPAddress("10.24.0.0"))) == false)
    #expect(range.contains(try #require(IPAddress("::1"))) == false)
    #expect(try #require(AddressRange("0.0.0.0/0")).contains(try #require(IPAddress("203.0.113.9"))))
    #expect(AddressRange("10.0.0.0/33") == nil)
  }
}
