import Foundation
import StacAPI
import StacModel
import TestSupport
import Testing

@Suite("Connections", .ownDatabases)
struct ConnectionTests {
  /// The answers that came over one connection, each with a known length.
  private static func answers(_ bytes: [UInt8]) throws -> [Answer] {
    var answers: [Answer] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let first = try WireClient.parse(Array(rest))
      guard let length = first.headers["content-length"].flatMap({ Int($0) }) else { break }
      answers.append(Answer(status: first.status, headers: first.headers, body: Array(first.body.prefix(length))))
      rest = rest.dropFirst(rest.count - first.body.count + length)
    }
    return answers
  }

  @Test("Requests that are sent ahead are answered in their order")
  func pipelined() async throws {
    try await LiveServer.run { server in
      try await server.fill(count: 3)
      let body = "{\"limit\":2}"
      let search =
        "POST /search HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
      var text = ""
      for _ in 1...10 {
        text += "GET /collections/a/items/item-1 HTTP/1.1\r\nHost: a\r\n\r\n" + search + body
        text += "GET /absent HTTP/1.1\r\nHost: a\r\n\r\nGET /conformance HTTP/1.1\r\nHost: a\r\n\r\n"
      }
      text += "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
      let answers = try Self.answers(await server.client.exchange(Array(text.utf8)))
      #expect(answers.map(\.status) == (1...10).flatMap { _ in [200, 200, 404, 200] } + [200])
      for start in stride(from: 0, to: 40, by: 4) {
        #expect(try answers[start].object()["id"]?.string == "item-1")
        #expect(try answers[start + 1].object()["features"]?.array?.count == 2)
        #expect(try answers[start + 3].object()["conformsTo"] != nil)
      }
      #expect(Set(answers.compactMap { $0.headers["x-request-id"] }).count == 41)
    }
  }

  @Test("What is no HTTP behind a request is refused after its answer")
  func nonsenseBehind() async throws {
    try await LiveServer.run { server in
      try await server.fill(count: 1)
      let text = "GET /collections/a/items HTTP/1.1\r\nHost: a\r\n\r\nNONSENSE\r\n\r\n"
      let answers = try Self.answers(await server.client.exchange(Array(text.utf8)))
      #expect(answers.count == 2 && answers.first?.status == 200)
      #expect(answers.last.map { [400, 405].contains($0.status) } == true)
    }
  }

  @Test("A client of HTTP/1.0 sees the end of the connection")
  func oldVersion() async throws {
    try await LiveServer.run { server in
      let answer = try WireClient.parse(await server.client.exchange(Array("GET / HTTP/1.0\r\nHost: a\r\n\r\n".utf8)))
      #expect(answer.status == 200)
      #expect(try answer.object()["id"]?.string == "gnomon")
    }
  }

  @Test("A connection that is silent is closed")
  func silent() async throws {
    try await LiveServer.configured { $0.limits.idleTimeout = .seconds(1) }.run { server in
      #expect(try await server.client.exchange([]).isEmpty)
      #expect(try await server.client.exchange(Array("GET / HT".utf8)).isEmpty)
      let answered = try await server.client.exchange(Array("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
      #expect(try WireClient.parse(answered).status == 200)
    }
  }

  @Test("A body in pieces is read, and the rest of a refused one does not disturb what follows")
  func pieces() async throws {
    try await LiveServer.configured { $0.limits.queryBody = 1_000_000 }.run { server in
      try await server.fill(count: 1)
      let padding = String(repeating: " ", count: 900_000)
      let head = "POST /search HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
      let large = "{\"limit\":1}" + padding
      let tooLarge = padding + padding
      let text =
        head + "Content-Length: \(large.utf8.count)\r\n\r\n" + large + head
        + "Content-Length: \(tooLarge.utf8.count)\r\n\r\n" + tooLarge
        + "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
      let answers = try Self.answers(await server.client.exchange(Array(text.utf8)))
      #expect(answers.map(\.status) == [200, 413, 200])
    }
  }

  @Test("A small body that does not come is not waited for where the head is refused, nor for ever where it is not")
  func missingBody() async throws {
    try await LiveServer.configured { $0.limits.bodyTimeout = .milliseconds(300) }.run { server in
      let head = "POST /search HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\nConnection: close\r\n"
      let foreign = try await server.client.exchange(Array((head + "Content-Type: text/plain\r\n\r\n").utf8))
      #expect(try WireClient.parse(foreign).status == 415)
      let late = try await server.client.exchange(Array((head + "Content-Type: application/json\r\n\r\n{").utf8))
      #expect(try WireClient.parse(late).status == 408)
      let expecting = head + "Content-Type: text/plain\r\nExpect: 100-continue\r\n\r\n"
      #expect(try WireClient.parse(await server.client.exchange(Array(expecting.utf8))).status == 415)
    }
  }

  @Test("Whoever has written sees it on the landing page and among the collections at once")
  func fresh() async throws {
    try await LiveServer.run { server in
      for round in 1...20 {
        let id = "fresh-\(round)"
        for target in ["/", "/collections"] {
          let before = try await server.client.get(target)
          #expect(!before.text.contains(id))
        }
        #expect(try await server.client.send("POST", "/collections", Documents.collection(id)).status == 201)
        for target in ["/", "/collections"] {
          let after = try await server.client.get(target)
          #expect(after.text.contains(id))
        }
        let changed = Documents.collection(id, title: "Changed \(round)")
        #expect(try await server.client.send("PUT", "/collections/\(id)", changed).status == 200)
        #expect(try await server.client.get("/collections/\(id)").text.contains("Changed \(round)"))
      }
    }
  }

  @Test("Answers that are kept differ by host, language, coding and query")
  func keptApart() async throws {
    try await LiveServer.run { server in
      for _ in 1...2 {
        #expect(
          try await server.client.get("/", headers: [("Host", "one.example")]).text.contains("http://one.example/"))
        let other = try await server.client.get("/", headers: [("Host", "two.example")])
        #expect(!other.text.contains("one.example"))
        #expect(try await server.client.get("/?language=pt").headers["content-language"] == "pt")
        #expect(
          try await server.client.get("/", headers: [("Accept-Language", "fr")]).headers["content-language"] == "fr")
        #expect(try await server.client.get("/").headers["content-language"] == "en")
        let packed = try await server.client.get("/", headers: [("Accept-Encoding", "gzip")])
        #expect(packed.headers["content-encoding"] == "gzip" && packed.body.starts(with: [0x1F, 0x8B]))
        #expect(try await server.client.get("/").headers["content-encoding"] == nil)
        #expect(try await server.client.get("/api").headers["content-type"]?.contains("3.0") == true)
        #expect(try await server.client.get("/api?version=3.1").headers["content-type"]?.contains("3.1") == true)
        #expect(try await server.client.send("HEAD", "/").body.isEmpty)
        #expect(try await server.client.get("/collections?limit=0").status == 400)
      }
    }
  }

  @Test("Many clients may ask for large pages at once, and each gets the whole of its page")
  func largePages() async throws {
    try await LiveServer.run { server in
      try await server.fill(count: 1)
      let items: JSONValue = [
        "type": "FeatureCollection", "features": .array((1...399).map { Documents.item("large-\($0)") }),
      ]
      #expect(try await server.client.send("POST", "/collections/a/items", items).status == 201)
      let pages = try await withThrowingTaskGroup(of: Answer.self) { group in
        for _ in 1...24 { group.addTask { try await server.client.get("/search?limit=1000") } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      for page in pages {
        #expect(page.headers["content-length"] == String(page.body.count))
        #expect(try page.object()["features"]?.array?.count == 400)
      }
    }
  }

  @Test("The Date of an answer is the time in the form of HTTP")
  func date() async throws {
    try await LiveServer.run { server in
      let text = try #require(try await server.client.get("/healthz").headers["date"])
      let formatter = DateFormatter()
      formatter.locale = Locale(identifier: "en_US_POSIX")
      formatter.timeZone = TimeZone(identifier: "GMT")
      formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
      let date = try #require(formatter.date(from: text))
      #expect(formatter.string(from: date) == text)
      #expect(abs(date.timeIntervalSinceNow) < 30)
    }
  }
}
