import Foundation
import HTTPClient
import Testing

@Suite("Talking to a server", .timeLimit(.minutes(1)))
struct HTTPClientTests {
  private let server: LocalServer
  private let client = HTTPClient(maximumBytes: 1 << 20)

  init() throws { server = try LocalServer() }

  private struct Echo: Decodable {
    let method: String
    let path: String
    let body: String
    let client: Int
    let type: String?
  }

  @Test("Every method reaches the server with its body, over one connection, and redirects are not followed")
  func methods() async throws {
    var ports: Set<Int> = []
    for method in ["GET", "POST", "PUT", "DELETE"] {
      let body = method == "GET" ? nil : Array(#"{"é":1}"#.utf8)
      let headers = ["Content-Type": "application/json"]
      let response = try await client.send(
        HTTPRequest(method: method, url: server.root + "/a?b=1", headers: headers, body: body))
      let echo = try JSONDecoder().decode(Echo.self, from: Data(response.body))
      #expect(response.status == 200)
      #expect(echo.method == method)
      #expect(echo.path == "/a?b=1")
      #expect(echo.body == (body.map { String(decoding: $0, as: UTF8.self) } ?? ""))
      #expect(echo.type == "application/json")
      #expect(response.headers["location"] == "/elsewhere")
      ports.insert(echo.client)
    }
    #expect(ports.count == 1)
  }

  @Test("An answer that tells of an error is an answer; an empty body is sent as one")
  func refusal() async throws {
    let response = try await client.send(.json("POST", url: server.root + "/refuse", body: []))
    #expect(response.status == 422)
    #expect(try JSONDecoder().decode(Echo.self, from: Data(response.body)).body.isEmpty)
  }

  @Test("A header field with a line break, an unknown scheme and a malformed URL are refused")
  func malformed() async {
    for request in [
      HTTPRequest(url: server.root, headers: ["A": "b\r\nC: d"]), HTTPRequest(url: "file:///etc/passwd"),
      HTTPRequest(url: "http://"), HTTPRequest(method: "GET /x", url: server.root),
    ] {
      await #expect(throws: HTTPClientError.malformedRequest) { try await client.send(request) }
    }
  }

  @Test("A body over the limit and a server that is not there are told apart")
  func faults() async {
    await #expect(throws: HTTPClientError.tooLarge(limit: 1 << 20)) {
      try await client.send(HTTPRequest(url: server.root + "/endless"))
    }
    await #expect {
      try await client.send(HTTPRequest(url: "http://127.0.0.1:1/"))
    } throws: {
      if case HTTPClientError.unreachable(url: "http://127.0.0.1:1/", reason: _) = $0 { true } else { false }
    }
  }
}
