import HTTPClient
import Testing

@Suite("What may be fetched")
struct FetchPolicyTests {
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

  @Test("An address of version 4 in one of version 6 is what it holds")
  func mapped() throws {
    let hosts = FetchPolicy(allowedHosts: ["[::ffff:8.8.8.8]", "[::ffff:10.0.0.1]"])
    try hosts.check("https://[::ffff:8.8.8.8]/")
    #expect {
      try hosts.check("https://[::ffff:10.0.0.1]/")
    } throws: { error in
      if case FetchError.addressNotAllowed = error { true } else { false }
    }
  }

  private let policy = FetchPolicy(allowedHosts: [
    "Data.Example.com.", "bücher.example", "other.example:8443", "[2606:4700::1111]",
  ])
}
