import Foundation
import StacAPI
import StacModel
import TestSupport
import Testing

@Suite("The interface described", .ownDatabases)
struct DescriptionTests {
  @Test("Either version of OpenAPI is had by parameter and by Accept, and both describe the same operations")
  func versions() async throws {
    try await LiveServer.run { server in
      let type = "application/vnd.oai.openapi+json"
      let cases: [(target: String, accept: String?, version: String)] = [
        ("/api", nil, "3.0"), ("/api", "*/*", "3.0"), ("/api", "\(type);version=3.1", "3.1"),
        ("/api", "\(type);version=\"3.1\";q=0.9, \(type);version=3.0", "3.1"), ("/api", "text/html", "3.0"),
        ("/api", "\(type);version=3.1;q=0", "3.0"), ("/api?version=3.1", nil, "3.1"),
        ("/api?version=3.0", "\(type);version=3.1", "3.0"),
      ]
      var operations: Set<[String]> = []
      for (target, accept, version) in cases {
        let answer = try await server.client.get(target, headers: accept.map { [("Accept", $0)] } ?? [])
        #expect(answer.headers["content-type"] == "\(type);version=\(version)", "\(target) \(accept ?? "")")
        #expect(answer.headers["vary"]?.contains("Accept,") == true)
        let document = try answer.object()
        #expect(document["openapi"]?.string?.hasPrefix(version + ".") == true)
        let paths = try #require(document["paths"]?.object)
        operations.insert(
          paths.members.flatMap { path in (path.value.object?.names ?? []).map { "\($0) \(path.name)" } })
      }
      #expect(operations.count == 1)
      #expect(try await server.client.get("/api?version=2").status == 400)
    }
  }

  @Test("Every reference of a description leads somewhere, and every parameter of a path is described")
  func references() async throws {
    try await LiveServer.run { server in
      for version in ["3.0", "3.1"] {
        let document = JSONValue.object(try await server.client.get("/api?version=\(version)").object())
        let references = document.strings(under: "$ref")
        #expect(references.count > 100)
        for reference in Set(references) {
          var place: JSONValue? = document
          for name in reference.dropFirst(2).split(separator: "/") { place = place?.object?[String(name)] }
          #expect(place != nil, "\(reference)")
        }
        let parameters = try #require(document.object?["components"]?.object?["parameters"]?.object)
        for path in document.object?["paths"]?.object?.members ?? [] {
          let named = Set(path.name.matches(of: /\{(\w+)\}/).map { String($0.output.1) })
          for operation in path.value.object?.members ?? [] {
            let described = (operation.value.object?["parameters"]?.array ?? []).compactMap { reference in
              reference.object?["$ref"]?.string?.split(separator: "/").last.flatMap { parameters[String($0)]?.object }
            }
            let inPath = described.filter { $0["in"] == "path" }.compactMap { $0["name"]?.string }
            #expect(Set(inPath) == named, "\(operation.name) \(path.name)")
          }
        }
      }
    }
  }

  @Test("OpenAPI 3.0 has no list of types and no const, and its schemas say the same")
  func dialects() async throws {
    try await LiveServer.run { server in
      let old = JSONValue.object(try await server.client.get("/api?version=3.0").object())
      let new = JSONValue.object(try await server.client.get("/api?version=3.1").object())
      #expect(old.objects.allSatisfy { $0["type"]?.array == nil && $0["const"] == nil })
      #expect(new.objects.contains { $0["type"]?.array != nil } && new.objects.contains { $0["const"] != nil })
      #expect(new.objects.allSatisfy { $0["nullable"] == nil })
      let search = old.object?["components"]?.object?["schemas"]?.object?["search"]?.object?["properties"]?.object
      #expect(search?["bbox"]?.object?["nullable"] == true)
      #expect(search?["filter"]?.object?["anyOf"]?.array?.count == 3)
    }
  }

  @Test("The schemas of documents say which versions of STAC are taken, and what may be left to the path")
  func documents() async throws {
    try await LiveServer.run { server in
      let description = try await server.client.get("/api?version=3.1").object()
      let components = try #require(description["components"]?.object)
      let schemas = try #require(components["schemas"]?.object)
      let versions = (schemas["stacVersion"]?.object?["enum"]?.array ?? []).compactMap(\.string)
      #expect(versions.contains("1.0.0") && versions.contains("1.1.0"))
      for version in versions + ["0.9.0", "1.0.0-rc.1", "1.0.9", "1.1.0-beta.1", "1.1.1", "1.2.0"] {
        let item: JSONValue = [
          "type": "Feature", "stac_version": .string(version), "id": "a", "geometry": nil,
          "properties": ["datetime": "2020-01-01T00:00:00Z"], "assets": [:],
        ]
        #expect(((try? Item(item)) != nil) == versions.contains(version), "\(version)")
      }
      let whole = try #require(schemas["item"]?.object)
      let placed = try #require(schemas["itemWithoutPlace"]?.object)
      #expect(placed["properties"] == whole["properties"])
      let names = (whole["required"]?.array ?? []).compactMap(\.string)
      #expect((placed["required"]?.array ?? []).compactMap(\.string) == names.filter { $0 != "id" })
      #expect(names.contains("id"))
    }
  }

  @Test("What is described is served, and what is served is described")
  func paths() async throws {
    try await LiveServer.run { server in
      let client = server.client
      try await server.fill(count: 1)
      let paths = try #require(try await client.get("/api").object()["paths"]?.object)
      for path in paths.members {
        let target = path.name.replacing("{collectionId}", with: "a").replacing("{itemId}", with: "item-1")
          .replacing("{year}", with: "2020").replacing("{month}", with: "01").replacing("{day}", with: "01").replacing(
            "{key}", with: "none"
          )
          .replacing("{processId}", with: "a:none").replacing("{modelId}", with: "none")
        let options = try await client.send("OPTIONS", target)
        #expect(options.status == 204, "\(path.name)")
        let allowed = Set((options.headers["allow"] ?? "").components(separatedBy: ", ")).subtracting([
          "HEAD", "OPTIONS",
        ])
        #expect(allowed == Set((path.value.object?.names ?? []).map { $0.uppercased() }), "\(path.name)")
        guard allowed.contains("GET") else { continue }
        let query = path.name == "/models/match" ? "?bands=B1" : ""
        let status = try await client.get(target + query).status
        #expect(status == (target.contains("none") ? 404 : 200), "\(target)")
      }
    }
  }

  @Test("What health and readiness answer is what is described of them, no more and no less")
  func health() async throws {
    var answered: [String: [String: Set<String>]] = [:]
    var states: [Readiness] = [.ready]
    for isServing in [true, false] {
      for isWritable in [true, false] {
        states.append(.readyWithReplicas(isServing: isServing, isWritable: isWritable))
      }
    }
    for state in states {
      try await LiveServer.run(readiness: state) { server in
        for path in ["/healthz", "/readyz"] {
          for member in try await server.client.get(path).object().members {
            answered[path, default: [:]][member.name, default: []].insert(member.value.string ?? "")
          }
        }
      }
    }
    try await LiveServer.run { [answered] server in
      let description = JSONValue.object(try await server.client.get("/api?version=3.0").object())
      for (path, members) in answered {
        let answers = description["paths"]?[path]?["get"]?["responses"]?["200"]
        let reference = answers?["content"]?["application/json"]?["schema"]?["$ref"]?.string
        let name = try #require(reference?.split(separator: "/").last)
        let schema = try #require(description["components"]?["schemas"]?[String(name)]?.object)
        let described = (schema["properties"]?.object?.members ?? []).map { property in
          (property.name, Set((property.value["enum"]?.array ?? []).compactMap(\.string)))
        }
        #expect(Dictionary(uniqueKeysWithValues: described) == members)
        #expect(schema["required"] == ["status"])
      }
    }
  }

  @Test("The page holds every operation, asks for nothing else, and runs no script")
  func page() async throws {
    try await LiveServer.run { server in
      try await server.fill(count: 1)
      let answer = try await server.client.get("/api.html")
      #expect(answer.status == 200)
      #expect(answer.headers["content-type"] == "text/html; charset=utf-8")
      #expect(answer.headers["content-security-policy"]?.contains("default-src 'none'") == true)
      let text = answer.text
      for word in ["<script", "<link", "<img", "@import", "url("] { #expect(!text.contains(word), "\(word)") }
      let paths = try #require(try await server.client.get("/api").object()["paths"]?.object)
      for operation in paths.members.flatMap({ $0.value.object?.members ?? [] }) {
        let id = try #require(operation.value.object?["operationId"]?.string)
        #expect(text.contains("id=\"\(id)\""), "\(id)")
      }
      // Links within the page lead somewhere, and links that try something out are answered.
      for match in text.matches(of: /href="#([^"]+)"/) {
        #expect(text.contains("id=\"\(match.output.1)\""), "\(match.output.1)")
      }
      let attempts = text.matches(of: /class="try"><a href="([^"]+)"/).map { String($0.output.1) }
      #expect(attempts.count > 20)
      for attempt in attempts {
        let target = server.target(attempt.replacing("&amp;", with: "&"))
        #expect(try await server.client.get(target).status == 200, "\(target)")
      }
    }
  }

  @Test("Each conformance class is listed once, with the ones that clients look for")
  func conformance() async throws {
    try await LiveServer.run { server in
      let classes =
        try await server.client.get("/conformance").object()["conformsTo"]?.array?.compactMap(\.string) ?? []
      #expect(Set(classes).count == classes.count)
      #expect(classes.count(where: { $0.hasPrefix("http://www.opengis.net/spec/cql2/1.0/conf/") }) == 14)
      for uri in [
        "https://api.stacspec.org/v1.0.0/item-search#sort", "https://api.stacspec.org/v1.1.0/item-search#sort",
        "https://api.stacspec.org/v1.0.0/item-search#filter", "https://api.stacspec.org/v1.0.0-rc.1/collection-search",
        "https://api.stacspec.org/v0.3.0/aggregation", "https://api.stacspec.org/v1.0.0-rc.2/language",
      ] {
        #expect(classes.contains(uri), "\(uri)")
      }
    }
  }
}

extension JSONValue {
  /// The member of an object.
  fileprivate subscript(name: String) -> JSONValue? { object?[name] }

  /// Every object within, itself first.
  fileprivate var objects: [JSONObject] {
    switch self {
    case .array(let elements): elements.flatMap(\.objects)
    case .object(let object): [object] + object.members.flatMap(\.value.objects)
    default: []
    }
  }

  /// The strings that members of a name have, wherever they are.
  fileprivate func strings(under name: String) -> [String] { objects.compactMap { $0[name]?.string } }
}
