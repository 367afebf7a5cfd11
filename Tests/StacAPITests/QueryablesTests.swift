import Foundation
import StacAPI
import StacModel
import TestSupport
import Testing

@Suite("Queryables, sortables and functions over HTTP", .ownDatabases)
struct QueryablesTests {
  @Test("Queryables are a JSON schema of what items always have and of what occurs in them")
  func queryables() async throws {
    try await LiveServer.run { server in
      let client = server.client
      for id in ["a", "b"] { _ = try await client.send("POST", "/collections", Documents.collection(id)) }
      _ = try await client.send(
        "POST", "/collections/a/items", Documents.item("one").with("properties", Self.properties("eo:cloud_cover", 5)))
      _ = try await client.send(
        "POST", "/collections/b/items", Documents.item("one").with("properties", Self.properties("own:word", "x")))
      for path in ["/queryables", "/collections/a/queryables"] {
        let answer = try await client.get(path)
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "application/schema+json")
        let schema = try answer.object()
        #expect(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema")
        #expect(schema["$id"]?.string == "http://127.0.0.1:\(client.port)\(path)")
        #expect(schema["type"] == "object")
        #expect(schema["additionalProperties"] == true)
        let properties = try #require(schema["properties"]?.object)
        for name in ["id", "collection", "geometry", "datetime"] { #expect(properties[name] != nil) }
        #expect(properties["geometry"]?.object?["format"] == "geometry-any")
        #expect(properties["geometry"]?.object?["type"] == nil)
        #expect(properties["datetime"]?.object?["format"] == "date-time")
        #expect(properties["eo:cloud_cover"]?.object?["maximum"]?.integer == 100)
        #expect(properties["own:word"]?.object?["type"]?.string == (path == "/queryables" ? "string" : nil))
      }
      #expect(try await client.get("/collections/x/queryables").status == 404)
      #expect(try await client.get("/queryables?x=1").status == 400)
    }
  }

  @Test("A strict server takes every name that its queryables list, and no other")
  func strict() async throws {
    try await LiveServer.strict.run { server in
      let client = server.client
      _ = try await client.send("POST", "/collections", Documents.collection("a"))
      _ = try await client.send(
        "POST", "/collections/a/items", Documents.item("one").with("properties", Self.properties("own:word", "x")))
      for (document, target) in [
        ("/queryables", "/search"), ("/collections/a/queryables", "/collections/a/items"),
        ("/collections-queryables", "/collections"),
      ] {
        let schema = try await client.get(document).object()
        #expect(schema["additionalProperties"] == false)
        let names = try #require(schema["properties"]?.object?.names)
        #expect(names.count > 150)
        // Many at a time: a filter is bounded, and so is the patience of who runs tests.
        for start in stride(from: 0, to: names.count, by: 40) {
          let filter = names[start..<min(start + 40, names.count)].map { "\"\($0)\" IS NULL" }.joined(separator: " OR ")
          let query = filter.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
          #expect(try await client.get("\(target)?filter=\(query)").status == 200, "\(filter)")
        }
        #expect(try await client.get("\(target)?filter=%22own:none%22%20IS%20NULL").status == 400)
      }
    }
  }

  @Test("Every queryable of a plain type is a parameter of its own, and matches what has the value")
  func parameters() async throws {
    try await LiveServer.run { server in
      let client = server.client
      _ = try await client.send("POST", "/collections", Documents.collection("a"))
      for (id, value) in [("one", "x"), ("two", "y")] {
        _ = try await client.send(
          "POST", "/collections/a/items",
          Documents.item(id).with(
            "properties",
            [
              "datetime": "2020-01-01T00:00:00Z", "own:word": .string(value), "gsd": 10, "deprecated": false,
              "mlm:name": .string(value),
            ]))
      }
      let properties = try #require(try await client.get("/collections/a/queryables").object()["properties"]?.object)
      for member in properties.members {
        let value: String? =
          switch member.value.object?["type"]?.string {
          case "number", "integer": "10"
          case "boolean": "true"
          case "string": member.value.object?["format"] == nil ? "x" : "2020-01-01T00:00:00Z"
          default: nil
          }
        guard let value else { continue }
        let answer = try await client.get("/collections/a/items?\(member.name)=\(value)")
        #expect(answer.status == 200, "\(member.name)")
      }
      for (query, expected) in [("own:word=x", ["one"]), ("gsd=10&mlm:name=y", ["two"]), ("gsd=11", [])] {
        let page = try await client.get("/collections/a/items?" + query).object()
        #expect(page["features"]?.array?.compactMap { $0.object?["id"]?.string } == expected, "\(query)")
      }
      #expect(try await client.get("/collections/a/items?gsd=x").status == 400)
      #expect(try await client.get("/collections/a/items?own:none=x").status == 400)
    }
  }

  @Test("Everything that sortables list can be sorted by")
  func sorting() async throws {
    try await LiveServer.run { server in
      let client = server.client
      _ = try await client.send("POST", "/collections", Documents.collection("a").with("own:score", 3))
      _ = try await client.send(
        "POST", "/collections/a/items", Documents.item("one").with("properties", Self.properties("own:word", "x")))
      for (document, target) in [
        ("/sortables", "/search"), ("/collections/a/sortables", "/collections/a/items"),
        ("/collections-sortables", "/collections"),
      ] {
        let names = try #require(try await client.get(document).object()["properties"]?.object?.names)
        #expect(names.count > 5)
        for name in names { #expect(try await client.get("\(target)?sortby=-\(name)").status == 200, "\(name)") }
        #expect(try await client.get("\(target)?sortby=own:none").status == 400)
      }
    }
  }

  @Test("Sortables are scalar, and nothing else can be sorted by")
  func sortables() async throws {
    try await LiveServer.run { server in
      let client = server.client
      _ = try await client.send("POST", "/collections", Documents.collection("a"))
      _ = try await client.send(
        "POST", "/collections/a/items", Documents.item("one").with("properties", Self.properties("own:list", [1, 2])))
      for path in ["/sortables", "/collections/a/sortables", "/collections-sortables"] {
        let answer = try await client.get(path)
        #expect(answer.headers["content-type"] == "application/schema+json")
        let schema = try answer.object()
        #expect(schema["additionalProperties"] == false)
        let properties = try #require(schema["properties"]?.object)
        #expect(properties["id"] != nil)
        for member in properties.members {
          let type = member.value.object?["type"]
          let types = type?.array?.compactMap(\.string) ?? [type?.string].compactMap(\.self)
          #expect(!types.isEmpty && !types.contains("object") && !types.contains("array"), "\(path) \(member.name)")
        }
        #expect(properties["own:list"] == nil)
      }
    }
  }

  @Test("Collections have queryables of their own")
  func collectionQueryables() async throws {
    try await LiveServer.run { server in
      let client = server.client
      let document = Documents.collection("a").with("own:score", 3)
      _ = try await client.send("POST", "/collections", document)
      let schema = try await client.get("/collections-queryables").object()
      let properties = try #require(schema["properties"]?.object)
      for name in ["id", "title", "description", "keywords", "license", "geometry"] {
        #expect(properties[name] != nil, "\(name)")
      }
      #expect(properties["own:score"]?.object?["type"] == "number")
    }
  }

  @Test("Functions are listed with their arguments")
  func functions() async throws {
    try await LiveServer.run { server in
      let functions = try await server.client.get("/functions").object()["functions"]?.array ?? []
      #expect(functions.count > 5)
      let known: Set<String> = ["string", "number", "integer", "datetime", "geometry", "boolean"]
      for function in functions {
        #expect(function.object?["name"]?.string?.isEmpty == false)
        let lists = (function.object?["args"]?.array ?? []).map { $0.object?["type"] } + [function.object?["returns"]]
        for list in lists {
          let types = try #require(list?.array).compactMap(\.string)
          #expect(Set(types).isSubset(of: known))
        }
      }
    }
  }

  private static func properties(_ name: String, _ value: JSONValue) -> JSONValue {
    .object(["datetime": "2020-01-01T00:00:00Z", name: value])
  }
}
