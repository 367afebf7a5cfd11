import Foundation
import StacAPI
import StacModel
import TestSupport
import Testing

@Suite("Following links, children and languages over HTTP", .ownDatabases)
struct BrowseTests {
  @Test("Every item is reached from the landing page by child and item links")
  func walk() async throws {
    try await LiveServer.run { server in
      let client = server.client
      for id in ["a", "b/ü"] {
        _ = try await client.send("POST", "/collections", Documents.collection(id))
      }
      try await server.add(["2019-12-31T23:59:59Z", "2020-01-01T00:00:00Z", "0000-03-01T00:00:00Z"], to: "a")
      try await server.add(["9999-12-31T23:59:59Z", "2020-02-29T12:00:00Z", "2020-02-29T12:00:00Z"], to: "b%2F%C3%BC")
      let found = try await server.walk()
      #expect(found.items.count == 6)
      #expect(Set(found.items).count == 6)
      #expect(found.catalogs == 1 + 2 + 2 + (3 + 3) + (2 + 2))
    }
  }

  @Test("A month with more items than a catalog links to goes on by days, and a day by pages")
  func longMonth() async throws {
    try await LiveServer.run { server in
      let client = server.client
      _ = try await client.send("POST", "/collections", Documents.collection("a"))
      let times = (0..<2_100).map { "2020-05-17T00:\($0 % 60 < 10 ? "0" : "")\($0 % 60):00Z" }
      try await server.add(times + ["2020-05-31T23:59:59.999999Z", "2020-06-01T00:00:00Z"], to: "a")
      let month = try await client.get("/browse/a/2020/05")
      #expect(try month.links("item").isEmpty)
      #expect(
        try month.links("child").map { server.target($0.href) } == ["/browse/a/2020/05/17", "/browse/a/2020/05/31"])
      let days = try await client.get("/browse/a/2020/05/children").object()["children"]?.array
      #expect(days?.compactMap { $0.object?["id"]?.string } == ["a-2020-05-17", "a-2020-05-31"])
      let day = try await client.get("/browse/a/2020/05/17")
      #expect(try day.links("item").count == 1_000)
      let next = try #require(try day.links("child").first)
      let children = try await client.get(server.target(try #require(try day.links("children").first).href))
      let link = try #require(children.object()["children"]?.array?.first?.object?.links.first { $0.rel == "self" })
      #expect(link.href == next.href)
      let found = try await server.walk()
      #expect(found.items.count == 2_102)
      #expect(Set(found.items).count == 2_102)
    }
  }

  @Test("What is not there is 404 and what is no token is 400")
  func refusals() async throws {
    try await LiveServer.run { server in
      let client = server.client
      _ = try await client.send("POST", "/collections", Documents.collection("a"))
      try await server.add(["2020-01-01T00:00:00Z"], to: "a")
      for path in [
        "/browse/x", "/browse/a/2019", "/browse/a/2020/02", "/browse/a/2020/13", "/browse/a/20", "/browse/a/2020/1",
        "/browse/a/2020/02/30", "/browse/a/2020/01/02", "/browse/a/2020/01/1", "/browse/a/2020/01/01/1",
        "/browse/x/children", "/collections/x/children", "/browse/x/2020/01/01/children",
      ] {
        #expect(try await client.get(path).status == 404, "\(path)")
      }
      #expect(try await client.get("/browse/a/2020/01?token=0.a").status == 400)
      for query in ["token=x", "token=.", "token=1", "token=99999999999999999999.a", "x=1", "token=1.a&token=1.a"] {
        #expect(try await client.get("/browse/a/2020/01/01?" + query).status == 400, "\(query)")
      }
      #expect(try await client.get("/browse/a/2020/01/01?token=0.a").status == 200)
    }
  }

  @Test("Children are what the child links lead to, whole")
  func children() async throws {
    try await LiveServer.run { server in
      let client = server.client
      for id in ["a", "b", "c"] { _ = try await client.send("POST", "/collections", Documents.collection(id)) }
      try await server.add(["2019-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "2020-02-01T00:00:00Z"], to: "a")
      for path in ["/", "/collections/a", "/browse/a"] {
        let parent = try await client.get(path)
        let link = try #require(try parent.links("children").first)
        let children = try await client.get(server.target(link.href))
        #expect(children.headers["content-type"] == "application/json")
        #expect(try children.links("self").first?.href == link.href)
        #expect(try children.links("root").count == 1)
        #expect(try children.links("parent").count == 1)
        var linked: [JSONValue] = []
        for child in try parent.links("child") {
          linked.append(.object(try await client.get(server.target(child.href)).object()))
        }
        #expect(try children.object()["children"]?.array == linked, "\(path)")
      }
      let months = try await client.get("/browse/a/2020/children").object()["children"]?.array
      #expect(
        months?.compactMap { $0.object?["title"]?.string }.map { $0.suffix(13) }
          == ["January 2020", "February 2020"].map { Substring("A collection, \($0)".suffix(13)) })
    }
  }

  @Test("Children come in pages and by type")
  func childrenPages() async throws {
    try await LiveServer.run { server in
      let client = server.client
      for id in ["a", "b", "c"] { _ = try await client.send("POST", "/collections", Documents.collection(id)) }
      try await server.add(["2018-01-01T00:00:00Z", "2019-01-01T00:00:00Z", "2020-01-01T00:00:00Z"], to: "a")
      for path in ["/children", "/browse/a/children"] {
        var target: String? = path + "?limit=2"
        var seen: [String] = []
        while let page = target {
          let answer = try await client.get(page)
          #expect(try answer.object()["numberMatched"]?.integer == 3)
          seen += try answer.object()["children"]?.array?.compactMap { $0.object?["id"]?.string } ?? []
          target = try answer.links("next").first.map { server.target($0.href) }
        }
        #expect(seen == (path == "/children" ? ["a", "b", "c"] : ["a-2018", "a-2019", "a-2020"]))
      }
      let catalogs = try await client.get("/children?type=Catalog").object()
      #expect(catalogs["children"] == [])
      #expect(try await client.get("/children?type=Collection").object()["children"]?.array?.count == 3)
      #expect(try await client.get("/browse/a/children?type=Collection").object()["children"] == [])
      #expect(try await client.get("/children?type=Item").status == 400)
    }
  }

  @Test("The landing page speaks the language that is asked for, and says which others there are")
  func languages() async throws {
    try await LiveServer.run { server in
      let client = server.client
      _ = try await client.send("POST", "/collections", Documents.collection("a"))
      let cases: [(target: String, header: String?, language: String)] = [
        ("/", nil, "en"), ("/", "pt-BR", "pt"), ("/", "de, fr;q=0.5, es;q=0.9", "es"), ("/", "de", "en"),
        ("/", "*", "en"), ("/", "fr;q=0", "en"), ("/", ";;;", "en"), ("/?language=fr", "pt", "fr"),
        ("/?language=de-DE,es;q=0.1", nil, "es"),
      ]
      for (target, header, language) in cases {
        let answer = try await client.get(target, headers: header.map { [("Accept-Language", $0)] } ?? [])
        #expect(answer.headers["content-language"] == language, "\(target) \(header ?? "")")
        #expect(answer.headers["vary"]?.contains("Accept-Language") == true)
        let page = try answer.object()
        #expect(page["language"]?.object?["code"]?.string == language)
        let others = page["languages"]?.array?.compactMap { $0.object?["code"]?.string } ?? []
        #expect(Set(others + [language]) == ["en", "pt", "es", "fr"])
        let alternates = try answer.links("alternate").compactMap { $0.json["hreflang"]?.string }
        #expect(alternates == others)
      }
      let french = try await client.get("/?language=fr").object()
      let english = try await client.get("/").object()
      #expect(french["description"] != english["description"])
      for bad in [
        "/?language=", "/?language=123456789", "/?language=fr;q=2", "/search?language=a_b", "/?language=fr&language=en",
      ] {
        #expect(try await client.get(bad).status == 400, "\(bad)")
      }
      #expect(try await client.get("/search?language=pt").status == 200)
    }
  }
}

/// What following links has found.
struct Walk {
  /// The hrefs of the items.
  var items: [String] = []
  /// How many catalogs and collections there are.
  var catalogs = 0
}

extension LiveServer {
  /// Adds items with the given times, identifiers `0`, `1`, ….
  func add(_ times: [String], to collection: String) async throws {
    let items = times.enumerated().map { index, time in
      Documents.item(String(index)).with("properties", .object(["datetime": .string(time)]))
    }
    let answer = try await client.send(
      "POST", "/collections/\(collection)/items", ["type": "FeatureCollection", "features": .array(items)])
    #expect(answer.status == 201)
  }

  /// The request target of a URL of this server.
  func target(_ url: String) -> String {
    url.replacingOccurrences(of: "http://127.0.0.1:\(client.port)", with: "")
  }

  /// Follows `child` and `item` links from the landing page, and reads a few of the items.
  func walk() async throws -> Walk {
    var walk = Walk()
    var open = ["/"]
    while let next = open.popLast() {
      let answer = try await client.get(next)
      #expect(answer.status == 200, "\(next)")
      #expect(["Catalog", "Collection"].contains(try answer.object()["type"]?.string))
      #expect(try answer.links("self").count == 1)
      #expect(try answer.links("root").count == 1)
      walk.catalogs += 1
      open += try answer.links("child").map { target($0.href) }
      walk.items += try answer.links("item").map(\.href)
    }
    for item in walk.items.prefix(10) { #expect(try await client.get(target(item)).status == 200) }
    return walk
  }
}
