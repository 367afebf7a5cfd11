import Foundation
import StacAPI
import StacModel
import TestSupport
import Testing

@Suite("The catalog over HTTP", .ownDatabases)
struct CatalogTests {
  @Test("The landing page is a catalog that leads to everything")
  func landing() async throws {
    try await LiveServer.run { server in
      _ = try await server.client.send("POST", "/collections", Documents.collection("a"))
      let answer = try await server.client.get("/")
      let page = try answer.object()
      #expect(answer.status == 200)
      #expect(page["type"] == "Catalog")
      for rel in ["self", "root", "data", "conformance", "service-desc", "search", "child"] {
        #expect(try answer.links(rel).isEmpty == false, "no link \(rel)")
      }
      #expect(try answer.links("search").compactMap { $0.json["method"]?.string } == ["GET", "POST"])
      #expect(try answer.links("child").first?.title == "A collection")
      let classes = page["conformsTo"]?.array?.compactMap(\.string) ?? []
      #expect(classes.contains("https://api.stacspec.org/v1.0.0/item-search"))
      #expect(try await server.client.get("/conformance").object()["conformsTo"]?.array?.count == classes.count)
    }
  }

  @Test("An item goes in and comes out with nothing lost and with our links")
  func roundTrip() async throws {
    try await LiveServer.run { server in
      let client = server.client
      let created = try await client.send("POST", "/collections", Documents.collection("a b/c"))
      #expect(created.status == 201)
      #expect(created.headers["location"] == "http://127.0.0.1:\(client.port)/collections/a%20b%2Fc")
      let text = """
        {"type":"Feature","stac_version":"1.0.0","id":"i:1","geometry":null,"properties":{"datetime":\
        "2020-01-01T00:00:00Z","x":1.0,"y":1e2,"z":"é"},"links":[{"rel":"self","href":"http://elsewhere"},\
        {"rel":"about","href":"http://a"}],"assets":{},"odd":{"b":1,"a":[true,null]}}
        """
      let posted = try await client.send(
        "POST", "/collections/a%20b%2Fc/items", headers: [("Content-Type", "application/geo+json; charset=utf-8")],
        body: Array(text.utf8))
      #expect(posted.status == 201)
      #expect(posted.headers["location"]?.hasSuffix("/collections/a%20b%2Fc/items/i%3A1") == true)
      let answer = try await client.get("/collections/a%20b%2Fc/items/i:1")
      #expect(answer.status == 200)
      #expect(answer.headers["content-type"] == "application/geo+json")
      for part in ["\"x\":1.0,\"y\":1e2,\"z\":\"é\"", "\"odd\":{\"b\":1,\"a\":[true,null]}", "\"geometry\":null"] {
        #expect(answer.text.contains(part))
      }
      #expect(try answer.object().links.map(\.rel) == ["self", "parent", "collection", "root", "about"])
      #expect(try answer.object()["collection"] == "a b/c")
    }
  }

  @Test("Pages follow one another by GET and by POST without loss or repetition")
  func paging() async throws {
    try await LiveServer.run { server in
      try await server.fill(count: 7)
      for method in ["GET", "POST"] {
        var seen: [String] = []
        var answer =
          method == "GET"
          ? try await server.client.get("/search?limit=3&collections=a")
          : try await server.client.send("POST", "/search", ["limit": 3, "collections": ["a"]])
        #expect(try answer.object()["numberMatched"]?.integer == 7)
        while true {
          seen += try answer.object()["features"]?.array?.compactMap { $0.object?["id"]?.string } ?? []
          guard let next = try answer.links("next").first else { break }
          #expect(next.json["method"]?.string == method)
          let target = next.href.replacingOccurrences(of: "http://127.0.0.1:\(server.client.port)", with: "")
          if method == "POST" { #expect(next.json["merge"] == false) }
          answer =
            method == "GET"
            ? try await server.client.get(target)
            : try await server.client.send("POST", target, next.json["body"] ?? .null)
        }
        #expect(seen == (1...7).reversed().map { "item-\($0)" })
        #expect(try answer.links("prev").count == 1)
      }
    }
  }

  @Test("An item collection goes in whole or not at all, and each fault has its pointer")
  func allOrNothing() async throws {
    try await LiveServer.run { server in
      let client = server.client
      _ = try await client.send("POST", "/collections", Documents.collection("a"))
      let bad = Documents.item("bad").with("type", "Thing")
      let refused = try await client.send(
        "POST", "/collections/a/items",
        ["type": "FeatureCollection", "features": [Documents.item("good"), bad]])
      #expect(refused.status == 400)
      let faults = try refused.object()["errors"]?.array ?? []
      #expect(faults.first?.object?["pointer"] == "/features/1/type")
      #expect(try await client.get("/collections/a/items").object()["numberMatched"]?.integer == 0)
      let taken = try await client.send(
        "POST", "/collections/a/items",
        ["type": "FeatureCollection", "features": [Documents.item("good"), Documents.item("good")]])
      #expect(taken.status == 409)
      let many = try await client.send(
        "POST", "/collections/a/items",
        ["type": "FeatureCollection", "features": [Documents.item("one"), Documents.item("two")]])
      #expect(many.status == 201)
      #expect(try await client.get("/collections/a/items").object()["numberMatched"]?.integer == 2)
    }
  }

  @Test("Replacing and removing answer what the transaction extension asks for")
  func transactions() async throws {
    try await LiveServer.run { server in
      let client = server.client
      try await server.fill(count: 1)
      let path = "/collections/a/items/item-1"
      let changed = Documents.item("item-1", day: 9)
      #expect(try await client.send("PUT", path, changed).status == 200)
      #expect(try await client.get(path).text.contains("2020-01-09"))
      #expect(try await client.send("PUT", path, Documents.item("other")).status == 400)
      #expect(try await client.send("PUT", path, changed.with("collection", "b")).status == 400)
      #expect(try await client.send("PUT", "/collections/a/items/x", Documents.item("x")).status == 404)
      #expect(try await client.send("DELETE", path).status == 204)
      #expect(try await client.send("DELETE", path).status == 404)
      #expect(try await client.send("POST", "/collections", Documents.collection("a")).status == 409)
      let renamed = Documents.collection("a", title: "New")
      #expect(try await client.send("PUT", "/collections/a", renamed).status == 200)
      #expect(try await client.get("/collections/a").object()["title"] == "New")
      #expect(try await client.send("DELETE", "/collections/a").status == 204)
      #expect(try await client.get("/collections/a/items").status == 404)
    }
  }

  @Test("Identifiers that differ in the spelling of letters alone are of different documents")
  func spelling() async throws {
    try await LiveServer.run { server in
      let client = server.client
      // The same letter as one code point, and with a combining mark.
      let spellings = [(id: "\u{e9}", inPath: "%C3%A9"), (id: "e\u{301}", inPath: "e%CC%81")]
      for (id, path) in spellings {
        #expect(try await client.send("POST", "/collections", Documents.collection(id, title: path)).status == 201)
        for (item, itemPath) in spellings {
          let document = Documents.item(item).with("title", .string(itemPath))
          #expect(try await client.send("POST", "/collections/\(path)/items", document).status == 201)
        }
      }
      let (here, there) = (spellings[0], spellings[1])
      let item = "/collections/\(here.inPath)/items/\(here.inPath)"
      let wrong: [(method: String, target: String, body: JSONValue, pointer: JSONValue)] = [
        ("PUT", "/collections/\(here.inPath)", Documents.collection(there.id), "/id"),
        ("PATCH", "/collections/\(here.inPath)", ["id": .string(there.id)], "/id"),
        ("PUT", item, Documents.item(there.id), "/id"), ("PATCH", item, ["id": .string(there.id)], "/id"),
        ("PUT", item, Documents.item(here.id).with("collection", .string(there.id)), "/collection"),
        ("PATCH", item, ["collection": .string(there.id)], "/collection"),
        (
          "POST", "/collections/\(here.inPath)/items",
          Documents.item("new").with("collection", .string(there.id)), "/collection"
        ),
      ]
      for (method, target, body, pointer) in wrong {
        let answer = try await client.send(method, target, body)
        #expect(answer.status == 400, "\(method) \(target)")
        #expect(try answer.object()["errors"]?.array?.first?.object?["pointer"] == pointer, "\(method) \(target)")
      }
      for (_, path) in spellings {
        #expect(try await client.get("/collections/\(path)").object()["title"] == .string(path))
        for (_, itemPath) in spellings {
          let found = try await client.get("/collections/\(path)/items/\(itemPath)").object()
          #expect(found["title"] == .string(itemPath))
        }
      }
      let replaced = Documents.item(here.id).with("collection", .string(here.id))
      #expect(try await client.send("PUT", item, replaced).status == 200)
    }
  }

  @Test("Collections come in pages")
  func collectionPages() async throws {
    try await LiveServer.run { server in
      for id in ["c", "a", "b"] { _ = try await server.client.send("POST", "/collections", Documents.collection(id)) }
      let first = try await server.client.get("/collections?limit=2")
      #expect(try first.object()["numberMatched"]?.integer == 3)
      let next = try #require(try first.links("next").first).href
      let target = next.replacingOccurrences(of: "http://127.0.0.1:\(server.client.port)", with: "")
      let second = try await server.client.get(target)
      let ids = try second.object()["collections"]?.array?.compactMap { $0.object?["id"]?.string }
      #expect(ids == ["c"])
      #expect(try second.links("next").isEmpty)
    }
  }

  @Test("The description names every operation that is served")
  func description() async throws {
    try await LiveServer.run { server in
      let answer = try await server.client.get("/api")
      #expect(answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0")
      let paths = try answer.object()["paths"]?.object
      #expect(paths?["/search"]?.object?.names == ["get", "post"])
      #expect(paths?["/collections/{collectionId}/items/{itemId}"]?.object?.names == ["get", "put", "patch", "delete"])
    }
  }

  @Test("Readiness tells why not")
  func readiness() async throws {
    try await LiveServer.run(readiness: .notReady("The database cannot be reached")) { server in
      #expect(try await server.client.get("/healthz").status == 200)
      let answer = try await server.client.get("/readyz")
      #expect(answer.status == 503)
      #expect(try answer.object()["description"] == "The database cannot be reached")
      #expect(answer.headers["retry-after"] != nil)
    }
  }
}

extension LiveServer {
  /// Makes collection `a` with items `item-1`, `item-2`, …, a day apart.
  func fill(count: Int) async throws {
    _ = try await client.send("POST", "/collections", Documents.collection("a"))
    let items = (1...count).map { Documents.item("item-\($0)", day: $0) }
    let answer = try await client.send(
      "POST", "/collections/a/items", ["type": "FeatureCollection", "features": .array(items)])
    #expect(answer.status == 201)
  }
}
