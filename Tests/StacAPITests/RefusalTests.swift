import Foundation
import StacAPI
import StacModel
import TestSupport
import Testing

@Suite("Refusals", .ownDatabases)
struct RefusalTests {
  @Test("docs/errors.md lists every code with its status, and no other")
  func documented() throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../docs/errors.md").standardizedFileURL
    let rows = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| `") }
    let documented = rows.map { row in
      row.split(separator: "|").prefix(2).map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
    }
    #expect(documented == ErrorCode.allCases.map { [$0.rawValue, String($0.status)] }.sorted { order($0) < order($1) })
  }

  /// The place of a code in the document: by status, then as the enumeration has it.
  private func order(_ row: [String]) -> Int {
    let index = ErrorCode.allCases.firstIndex { $0.rawValue == row[0] } ?? 0
    return (Int(row[1]) ?? 0) * 100 + index
  }

  @Test("Wrong targets are 400, 404 or 414, each with a code")
  func targets() async throws {
    try await LiveServer.run { server in
      try await server.fill(count: 1)
      let cases: [(String, Int)] = [
        ("/absent", 404), ("/collections/absent", 404), ("/collections/absent/items", 404), ("/.git/config", 404),
        ("/collections/a/items/absent", 404), ("/collections/a%2Fb", 404), ("/collections/%2e%2e", 404),
        ("/collections/%00", 400), ("/collections/%ff", 400), ("/collections/%zz", 400), ("/collections/%e", 400),
        ("/search?limit=0", 400), ("/search?limit=1&limit=1", 400), ("/search?nonsense=1", 400),
        ("/search?ids=%C3%28", 400), ("/search?ids=%00", 400), ("/search?bbox=0,0,1", 400), ("/search?token=x", 400),
        ("/search?datetime=../..", 400), ("/collections/a?x=1", 400), ("/collections/a/items?no=a", 400),
        ("/processes/a", 404), ("/processes/a%3Aitem-1", 404), ("/processes/a:item-1", 404), ("//", 404),
        ("/" + String(repeating: "x", count: 40_000), 414), ("/SEARCH", 404),
      ]
      for (target, status) in cases {
        let answer = try await server.client.get(target)
        #expect(answer.status == status, "\(target.prefix(60))")
        let body = try answer.object()
        #expect(body["code"]?.string != nil && body["description"]?.string != nil, "\(target.prefix(60))")
        #expect(answer.headers["x-request-id"] != nil)
      }
    }
  }

  @Test("A plus in a date-time's offset may be bare, and stands for a space elsewhere")
  func plus() async throws {
    try await LiveServer.run { server in
      #expect(try await server.client.get("/search?datetime=2020-01-01T00:00:00+02:00").status == 200)
      let page = try await server.client.get("/search?ids=a+b")
      #expect(try page.links("self").first?.href.hasSuffix("ids=a%20b") == true)
    }
  }

  @Test("A method that is not known is 405 with what is")
  func methods() async throws {
    try await LiveServer.run { server in
      for (method, target) in [("DELETE", "/"), ("PUT", "/search"), ("BREW", "/search"), ("POST", "/collections/a")] {
        let answer = try await server.client.send(method, target)
        #expect(answer.status == 405)
        let allowed = answer.headers["allow"]?.components(separatedBy: ", ") ?? []
        #expect(allowed.contains("OPTIONS") && !allowed.contains(method))
      }
    }
  }

  @Test("Bodies of another type, coding or size are refused, and so are those that are no strict JSON")
  func bodies() async throws {
    try await LiveServer.run { server in
      let client = server.client
      let json = [("Content-Type", "application/json")]
      let cases: [([(String, String)], [UInt8], Int)] = [
        ([], Array("{}".utf8), 415), ([("Content-Type", "text/plain")], Array("{}".utf8), 415),
        ([("Content-Type", "application/x-www-form-urlencoded")], Array("{}".utf8), 415),
        (json + [("Content-Encoding", "br")], Array("{}".utf8), 415),
        (json + [("Content-Encoding", "gzip")], Array("{}".utf8), 400),
        (json, [], 400), (json, Array("{".utf8), 400), (json, Array("{\"limit\":1,\"limit\":1}".utf8), 400),
        (json, Array("{\"ids\":[\"\\u0000\"]}".utf8), 400), (json, Array("{\"ids\":[\"\\ud800\"]}".utf8), 400),
        (json, [UInt8](repeating: UInt8(ascii: "["), count: 100_000), 400),
        (json, [UInt8](repeating: UInt8(ascii: " "), count: 2 << 20), 413),
      ]
      for (headers, body, status) in cases {
        let answer = try await client.send("POST", "/search", headers: headers, body: body)
        #expect(answer.status == status, "\(headers) \(String(decoding: body.prefix(40), as: UTF8.self))")
        #expect(try answer.code() != nil)
      }
    }
  }

  @Test(
    "What is no HTTP is refused in the same form",
    arguments: [
      ("BREW /search HTTP/1.1\r\nHost: a\r\n\r\n", 405), ("NONSENSE\r\n\r\n", 400),
      ("GET relative HTTP/1.1\r\nHost: a\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: a\r\nX-Flood: " + String(repeating: "a", count: 200_000) + "\r\n\r\n", 431),
      ("GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X-Flood: a\r\n", count: 500) + "\r\n", 431),
    ])
  func malformed(text: String, status: Int) async throws {
    try await LiveServer.run { server in
      let answer = try WireClient.parse(await server.client.exchange(Array(text.utf8)))
      #expect(answer.status == status)
      #expect(try answer.code() != nil)
      #expect(try await server.client.get("/healthz").status == 200)
    }
  }

  @Test("A path that ends with a slash deletes nothing")
  func slashAtTheEnd() async throws {
    try await LiveServer.run { server in
      try await server.fill(count: 1)
      #expect(try await server.client.send("DELETE", "/collections/a/").status == 404)
      #expect(try await server.client.get("/collections/a/").status == 200)
    }
  }

  @Test("A body that is chunked and too large is refused")
  func chunked() async throws {
    try await LiveServer.configured { $0.limits.queryBody = 1_000 }.run { server in
      let chunk = "400\r\n" + String(repeating: " ", count: 1_024) + "\r\n"
      let text =
        "POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk + "0\r\n\r\n"
      let answer = try await server.client.exchange(Array(text.utf8))
      #expect(String(decoding: answer.prefix(12), as: UTF8.self) == "HTTP/1.1 413")
    }
  }

  @Test("A body that does not arrive in time, or stops arriving, is refused", arguments: [1, 120])
  func slow(seconds: Int) async throws {
    let setup = LiveServer.configured { configuration in
      configuration.limits.bodyTimeout = .seconds(seconds)
      configuration.limits.idleTimeout = .seconds(12)
    }
    try await setup.run { server in
      let text =
        "POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
        + "Content-Length: 10\r\n\r\n{"
      let answer = try await server.client.exchange(Array(text.utf8))
      #expect(String(decoding: answer.prefix(12), as: UTF8.self) == "HTTP/1.1 408")
    }
  }
}
