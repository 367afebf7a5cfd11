import StacAPI
import StacModel
import StacStore
import TestSupport
import Testing

@Suite("Keys and roles", .ownDatabases)
struct KeyTests {
  @Test("Once there is a key, whoever writes shows one, and reading stays free")
  func writing() async throws {
    try await LiveServer.run { server in
      let registrar = try await server.key("ana", .registrar)
      let reader = try await server.key("eve", .reader)
      try await server.untilKeysCount()
      let bare = try await server.client.send("POST", "/collections", Documents.collection("a"))
      #expect(bare.status == 401)
      #expect(try bare.code() == "unauthorized")
      #expect(bare.headers["www-authenticate"] == "Bearer realm=\"gnomon\"")
      let low = try await server.client.send("POST", "/collections", Documents.collection("a"), headers: [reader])
      #expect(low.status == 403)
      #expect(try low.code() == "forbidden")
      #expect(try low.object()["description"]?.string?.contains("role registrar") == true)
      let answer = try await server.client.send("POST", "/collections", Documents.collection("a"), headers: [registrar])
      #expect(answer.status == 201)
      #expect(try await server.client.get("/collections/a").status == 200)
      #expect(try await server.client.get("/collections/a", headers: [reader]).status == 200)
      #expect(try await server.client.send("POST", "/search", [:]).status == 200)
      let run = try await server.client.send("POST", "/processes/a:b/execution", ["inputs": [:]], headers: [registrar])
      #expect(run.status == 403)
      #expect(try run.object()["status"]?.integer == 403)
    }
  }

  @Test("A key works from anywhere, and through a proxy")
  func anywhere() async throws {
    try await LiveServer.run { server in
      let key = try await server.key("ana", .registrar)
      try await server.untilKeysCount()
      let foreign = [
        ("Origin", "https://example.org"), ("X-Forwarded-For", "203.0.113.7"), ("Host", "example.org"), key,
      ]
      let answer = try await server.client.send("POST", "/collections", Documents.collection("a"), headers: foreign)
      #expect(answer.status == 201)
      #expect(answer.headers["access-control-allow-origin"] == "*")
      let preflight = try await server.client.send("OPTIONS", "/collections/a/items/b")
      #expect(preflight.headers["access-control-allow-methods"]?.contains("DELETE") == true)
      #expect(preflight.headers["access-control-allow-headers"]?.contains("Authorization") == true)
    }
  }

  @Test(
    "A key that is not known, has expired or was revoked is refused wherever it is shown, and all alike",
    arguments: ["GET", "DELETE"])
  func refused(method: String) async throws {
    try await LiveServer.run { server in
      _ = try await server.key("root", .admin)
      let old = try await server.key("old", .admin, expires: Timestamp(microseconds: 1))
      let gone = try await server.key("gone", .admin)
      _ = try await server.store.revokeAPIKeys("gone", by: "tests")
      let other = ("Authorization", "Bearer \(APIKeyToken().text)")
      try await server.untilKeysCount()
      var answers: Set<String> = []
      for header in [old, gone, other, ("Authorization", "Bearer x"), ("Authorization", "Bearer")] {
        let answer = try await server.client.send(method, "/collections/a", headers: [header])
        #expect(answer.status == 401)
        #expect(answer.headers["www-authenticate"]?.contains("error=\"invalid_token\"") == true)
        answers.insert(answer.text)
      }
      #expect(answers.count == 1)
      let basic = try await server.client.send(method, "/collections/a", headers: [("Authorization", "Basic YTpi")])
      #expect(basic.status == (method == "GET" ? 404 : 401))
    }
  }

  @Test("A key that is revoked stops working, and when the last is, it is as before")
  func revoking() async throws {
    try await LiveServer.run { server in
      let key = try await server.key("ana", .registrar)
      try await server.untilKeysCount()
      #expect(try await server.client.send("DELETE", "/collections/a", headers: [key]).status == 404)
      let start = ContinuousClock.now
      _ = try await server.store.revokeAPIKeys("ana", by: "tests")
      // Without a key there is nothing to show, and what is shown does not matter.
      try await eventually { try await server.client.send("DELETE", "/collections/a").status == 404 }
      #expect(ContinuousClock.now - start < .seconds(20))
      #expect(try await server.client.send("DELETE", "/collections/a", headers: [key]).status == 404)
    }
  }

  @Test("Where an expired key is the only one, nothing opens")
  func expired() async throws {
    try await LiveServer.run { server in
      _ = try await server.key("old", .admin, expires: Timestamp(microseconds: 1))
      try await server.untilKeysCount()
      #expect(try await server.client.send("DELETE", "/collections/a").status == 401)
    }
  }

  @Test("Where reading needs a key, nothing is read without one, not even what is kept ready")
  func reading() async throws {
    try await LiveServer.configured { $0.reads = .key }.run { server in
      // While there is no key, this machine reads.
      #expect(try await server.client.get("/").status == 200)
      #expect(try await server.client.get("/", headers: [("X-Forwarded-For", "203.0.113.7")]).status == 403)
      let key = try await server.key("eve", .reader)
      try await eventually { try await server.client.get("/").status == 401 }
      let places = ["/", "/conformance", "/api", "/collections", "/search", "/queryables", "/processes", "/browse"]
      for place in places {
        #expect(try await server.client.get(place, headers: [key]).status == 200, "\(place)")
        let bare = try await server.client.get(place)
        #expect(bare.status == 401, "\(place)")
        #expect(try await server.client.send("HEAD", place).status == 401, "\(place)")
        #expect(bare.headers["access-control-allow-origin"] == "*")
      }
      #expect(try await server.client.get("/healthz").status == 200)
      #expect(try await server.client.get("/readyz").status == 200)
      #expect(try await server.client.send("OPTIONS", "/search").status == 204)
    }
  }

  @Test("Without a key a header that a proxy has left does not matter")
  func noKeys() async throws {
    try await LiveServer.run { server in
      for value in ["Bearer \(APIKeyToken().text)", "Bearer x", "Basic YTpi", "x"] {
        let headers = [("Authorization", value)]
        let read = try await server.client.get("/collections", headers: headers)
        let write = try await server.client.send("DELETE", "/collections/a", headers: headers)
        #expect(read.status == 200 && write.status == 404)
      }
    }
  }
}

extension LiveServer {
  /// Makes a key, and gives the header field that shows it.
  func key(
    _ name: String, _ role: Role, isPerson: Bool = true, expires: Timestamp? = nil
  ) async throws -> (String, String) {
    let request = APIKeyRequest(name: name, role: role, isPerson: isPerson, expires: expires, creator: "tests")
    return ("Authorization", "Bearer \(try await store.makeAPIKey(request).text)")
  }

  /// Waits until the server knows that there are keys.
  func untilKeysCount() async throws {
    try await eventually { try await client.send("DELETE", "/collections/absent").status == 401 }
  }
}
