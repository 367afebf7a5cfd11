import InternetAddresses
import StacAPI
import StacModel
import TestSupport
import Testing

@Suite("Who may write, and what links begin with", .ownDatabases)
struct PolicyTests {
  @Test("A program on this machine may write")
  func own() async throws {
    try await LiveServer.run { server in
      let port = server.client.port
      for (index, headers) in [
        [("Host", "localhost:\(port)")], [("Host", "[::1]:\(port)")], [("Host", "localhost")],
        [("Origin", "http://127.0.0.1:\(port)")], [("Sec-Fetch-Site", "same-origin")],
      ].enumerated() {
        let answer = try await server.client.send(
          "POST", "/collections", Documents.collection("c\(index)"), headers: headers)
        #expect(answer.status == 201, "\(headers)")
      }
    }
  }

  @Test(
    "What came through a proxy, from a foreign page or under a foreign name may read but not write",
    arguments: [
      ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Host", "example.org"), ("Forwarded", "for=203.0.113.7"),
      ("Via", "1.1 proxy"), ("X-Real-IP", "203.0.113.7"), ("Origin", "https://example.org"), ("Origin", "null"),
      ("Origin", "http://localhost:1"), ("Origin", "http://127.0.0.1.example.org"), ("Host", "example.org"),
      ("Host", "127.0.0.1.example.org"), ("Sec-Fetch-Site", "cross-site"),
    ])
  func foreign(name: String, value: String) async throws {
    try await LiveServer.run { server in
      let answer = try await server.client.send(
        "POST", "/collections", Documents.collection("c"), headers: [(name, value)])
      #expect(answer.status == 403)
      #expect(try answer.code() == "forbidden")
      #expect(answer.headers["access-control-allow-origin"] == nil)
      let run = try await server.client.send(
        "POST", "/processes/a:b/execution", ["inputs": [:]], headers: [(name, value)])
      #expect(run.status == 403)
      #expect(try await server.client.send("POST", "/search", [:], headers: [(name, value)]).status == 200)
      #expect(try await server.client.get("/collections", headers: [(name, value)]).status == 200)
    }
  }

  @Test("The authority of an absolute target counts instead of Host")
  func absoluteTarget() async throws {
    try await LiveServer.run { server in
      let client = server.client
      let own = try await client.send(
        "POST", "http://localhost:\(client.port)/collections", Documents.collection("c"),
        headers: [("Host", "example.org")])
      #expect(own.status == 201)
      for authority in ["evil.org", "127.0.0.1@evil.org", "", "evil.org:\(client.port)"] {
        let answer = try await client.send("DELETE", "http://\(authority)/collections/c")
        #expect(answer.status == 403, "\(authority)")
      }
      #expect(try await client.send("DELETE", "ftp://localhost/collections/c").status == 400)
      #expect(try await client.get("/collections/c").status == 200)
      let page = try await client.get("HTTP://stac.example.org?x")
      #expect(try page.status == 400 && page.code() == "invalid-parameter")
      let landing = try await client.get("http://stac.example.org")
      #expect(try landing.links("data").first?.href == "http://stac.example.org/collections")
    }
  }

  @Test("More than one Host header is refused, also with an absolute target", arguments: ["/", "http://localhost/"])
  func twoHosts(target: String) async throws {
    try await LiveServer.run { server in
      let headers = [("Host", "localhost"), ("Host", "localhost")]
      let answer = try await server.client.get(target, headers: headers)
      #expect(answer.status == 400)
      #expect(try answer.code() == "invalid-request")
      #expect(try await server.client.get("/healthz", headers: headers).status == 400)
      #expect(try await server.client.get(target, headers: [("Host", "localhost")]).status == 200)
    }
  }

  @Test("With authorization open everybody may write")
  func open() async throws {
    try await LiveServer.configured { $0.authorization = .open }.run { server in
      let answer = try await server.client.send(
        "POST", "/collections", Documents.collection("c"),
        headers: [("Origin", "https://example.org"), ("X-Forwarded-For", "203.0.113.7"), ("Host", "example.org")])
      #expect(answer.status == 201)
      #expect(answer.headers["access-control-allow-origin"] == "*")
    }
  }

  @Test("Pages of other origins may read, and a preflight for a write is not granted")
  func crossOrigin() async throws {
    try await LiveServer.run { server in
      let read = try await server.client.get("/collections", headers: [("Origin", "https://example.org")])
      #expect(read.headers["access-control-allow-origin"] == "*")
      let search = try await server.client.send("OPTIONS", "/search", headers: [("Origin", "https://example.org")])
      #expect(search.status == 204)
      #expect(search.headers["access-control-allow-methods"]?.contains("POST") == true)
      let write = try await server.client.send("OPTIONS", "/collections/a/items/b")
      #expect(write.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS")
      #expect(write.headers["allow"] == "GET, HEAD, PUT, PATCH, DELETE, OPTIONS")
    }
  }

  @Test("Links follow the Host header; forwarding headers count only from a trusted proxy")
  func links() async throws {
    let forwarded = [
      ("X-Forwarded-Host", "maps.example.org"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Prefix", "/stac"),
    ]
    try await LiveServer.run { server in
      let plain = try await server.client.get("/", headers: [("Host", "stac.example.org:81")] + forwarded)
      #expect(try plain.links("data").first?.href == "http://stac.example.org:81/collections")
      #expect(try await server.client.get("/", headers: [("Host", "a b")]).status == 400)
      #expect(try await server.client.get("/", headers: [("Host", "a/b")]).status == 400)
    }
    try await LiveServer.configured { $0.trustedProxies = [AddressRange("127.0.0.0/8")].compactMap { $0 } }.run {
      server in
      let page = try await server.client.get("/", headers: forwarded)
      #expect(try page.links("data").first?.href == "https://maps.example.org/stac/collections")
      let standard = try await server.client.get(
        "/", headers: [("Forwarded", "for=10.0.0.1;proto=https;host=\"a.example.org\", for=10.0.0.2")])
      #expect(try standard.links("data").first?.href == "https://a.example.org/collections")
    }
    try await LiveServer.configured { $0.publicURL = BaseURL("https://example.org/api/") }.run { server in
      let page = try await server.client.get("/", headers: forwarded)
      #expect(try page.links("data").first?.href == "https://example.org/api/collections")
    }
  }

  @Test(
    "What is no URL of a landing page is refused",
    arguments: [
      "", "example.org", "ftp://a", "http://", "http://a b", "http://a/?q", "http://é.example", "http://[::1]\u{301}",
      "http://[\u{301}::1]", "http://a:\u{301}80", "http://a:99999", "http://a:", "http://[::1",
    ])
  func malformed(_ text: String) { #expect(BaseURL(text) == nil) }
}
