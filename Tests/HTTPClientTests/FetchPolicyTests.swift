import HTTPClient
import Testing

@Suite("What may be fetched")
struct FetchPolicyTests {
  @Test(
    "An address that is not public is told in every version",
    arguments: [
      "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1",
      "172.31.255.255", "192.0.0.8", "192.168.1.1", "198.18.0.1", "198.19.255.255", "224.0.0.1", "255.255.255.255",
      "::",
      "::1", "fe80::1", "fc00::1", "fdff::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe",
      "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "::127.0.0.1", "3fff::1",
    ])
  func closedAddresses(text: String) throws {
    #expect(try #require(IPAddress(text)).isPublic == false)
  }

  @Test(
    "A public address is told in every version",
    arguments: [
      "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "198.20.0.1",
      "223.255.255.255",
      "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2a00:1450::1",
    ])
  func publicAddresses(text: String) throws {
    #expect(try #require(IPAddress(text)).isPublic)
  }

  @Test("Nothing is allowed by default")
  func nothing() {
    #expect(throws: FetchError.hostNotAllowed("example.com")) { try FetchPolicy().check("https://example.com/a.tif") }
  }

  @Test(
    "An allowed host is known without regard to case, trailing dot and the spelling of its own port",
    arguments: [
      "https://data.example.com/a", "HTTPS://DATA.example.COM/a", "https://data.example.com./a",
      "https://data.example.com:443/a", "http://data.example.com/a", "https://xn--bcher-kva.example/",
      "https://BÜCHER.example/",
      "https://other.example:8443/x", "https://[2606:4700::1111]/",
    ])
  func allowed(url: String) throws {
    try policy.check(url)
  }

  @Test(
    "A host that only resembles an allowed one is refused",
    arguments: [
      "https://example.com/", "https://evil-data.example.com/", "https://data.example.com.evil.org/",
      "https://data.example.com:8443/", "https://other.example/", "http://data.example.com:443/",
    ])
  func resembling(url: String) {
    #expect { try policy.check(url) } throws: { error in
      if case FetchError.hostNotAllowed = error { true } else { false }
    }
  }

  @Test("Schemes other than http and https, credentials, and malformed URLs are refused by name")
  func malformed() {
    for url in ["file:///etc/passwd", "FILE:///etc/passwd", "ftp://data.example.com/", "gopher://data.example.com/"] {
      #expect { try policy.check(url) } throws: { error in
        if case FetchError.schemeNotAllowed = error { true } else { false }
      }
    }
    for url in [
      "https://user@data.example.com/", "https://user:word@data.example.com/", "https://data.example.com@evil.org/",
    ] {
      #expect(throws: FetchError.credentialsInURL) { try policy.check(url) }
    }
    for url in [
      "", "data.example.com/a", "/a", "https://", "https://data.example.com\\@evil.org/", "https://a b/",
      "https://a/\n",
    ] {
      #expect(throws: FetchError.malformedURL) { try policy.check(url) }
    }
  }

  @Test(
    "Addresses written to be overlooked are refused even where their host is allowed",
    arguments: [
      "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/",
      "http://%31%32%37.0.0.1/", "http://999999999999/",
    ])
  func obscured(url: String) {
    let open = FetchPolicy(allowedHosts: ["127.0.0.1"], addressCheck: .any)
    #expect(throws: (any Error).self) { try open.check(url) }
  }

  private let policy = FetchPolicy(allowedHosts: [
    "Data.Example.com.", "bücher.example", "other.example:8443", "[2606:4700::1111]",
  ])
}
