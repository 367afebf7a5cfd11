import Foundation
import StacAPI
import StacModel
import TestSupport
import Testing

@Suite("Models as processes", .ownDatabases)
struct ProcessTests {
  @Test("A model of the catalog is listed and described; an item that is no model is not")
  func described() async throws {
    try await LiveServer.run { server in
      try await server.registerModel(collection: "a:b", id: "m/1")
      _ = try await server.client.send("POST", "/collections/a%3Ab/items", Documents.item("image"))
      let list = try await server.client.get("/processes").object()["processes"]?.array ?? []
      #expect(list.compactMap { $0.object?["id"]?.string } == ["a%3Ab:m%2F1"])
      let process = try await server.client.get("/processes/a%3Ab:m%2F1").object()
      #expect(process["jobControlOptions"] == ["sync-execute"])
      #expect(
        process["inputs"]?.object?.names
          == [
            "items", "bbox", "aoi", "sieve", "min_area", "simplify", "post_processing", "resampling", "confidence",
            "formats",
          ])
      let schema = process["inputs"]?.object?["post_processing"]?.object?["schema"]?.object?["properties"]?.object
      #expect(schema?["sieve"]?.object?["default"] == 0)
      #expect(process["inputs"]?.object?["items"]?.object?["minOccurs"]?.integer == 1)
      #expect(process["outputs"]?.object?["item"]?.object?["schema"] != nil)
      for absent in ["a%3Ab:image", "a%3Ab:x", "a:b:m%2F1", "a%3Ab%3Am%2F1"] {
        let answer = try await server.client.get("/processes/\(absent)")
        #expect(answer.status == 404, "\(absent)")
        #expect(try answer.object()["status"]?.integer ?? 404 == 404)
      }
      let missing = try await server.client.get("/processes/a%3Ab:x").object()
      #expect(missing["type"] == "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-process")
    }
  }

  @Test("The colon of a process may be encoded where it is the only one")
  func quoted() async throws {
    try await LiveServer.run { server in
      try await server.registerModel(collection: "models", id: "m")
      for quoted in ["models%3Am", "models%3am"] {
        let process = try await server.client.get("/processes/\(quoted)")
        #expect(process.status == 200)
        #expect(try process.object()["id"] == "models:m")
      }
      let run = try await server.client.send("POST", "/processes/models%3Am/execution", ["inputs": [:]])
      #expect(run.status == 400)
      for absent in ["%3Am", "models%3A", "models%3A%3Am", "models%253Am"] {
        #expect(try await server.client.get("/processes/\(absent)").status == 404, "\(absent)")
      }
    }
  }

  @Test("A process has the version that its model's document names, else 1.0.0")
  func version() async throws {
    try await LiveServer.run { server in
      try await server.registerModel(collection: "models", id: "m")
      let path = "/collections/models/items/m"
      let plain = try Documents.model().with("id", "m").with("collection", nil)
      for (version, expected) in [("2.1", "2.1"), (nil, "1.0.0")] as [(JSONValue?, String)] {
        let properties = (plain.object?["properties"] ?? [:]).with("version", version)
        let answer = try await server.client.send("PUT", path, plain.with("properties", properties))
        #expect(answer.status == 200, "\(answer.text)")
        let process = try await server.client.get("/processes/models:m").object()
        #expect(process["version"]?.string == expected)
      }
    }
  }

  @Test("Inputs that are not understood are refused with a pointer each")
  func inputs() async throws {
    try await LiveServer.run { server in
      try await server.registerModel(collection: "models", id: "m")
      let item: JSONValue = ["collection": "a", "id": "b"]
      let cases: [(JSONValue, String)] = [
        ([:], "/inputs/items"), (["items": []], "/inputs/items"), (["items": ["a"]], "/inputs/items"),
        (["items": [item, item]], "/inputs/items"), (["items": [item], "bbox": [1, 2, 3]], "/inputs/bbox"),
        (["items": [item], "bbox": ["1", "2", "3", "4"]], "/inputs/bbox"),
        (["items": [item], "sieve": -1], "/inputs/sieve"),
        (["items": [item], "sieve": JSONValue(1e300)], "/inputs/sieve"),
        (["items": [item], "sieve": JSONValue(1.5)], "/inputs/sieve"),
        (["items": [item], "min_area": "x"], "/inputs/min_area"),
        (["items": [item], "post_processing": ["sieve": -1]], "/inputs/post_processing/sieve"),
        (["items": [item], "post_processing": ["sieve": 1], "sieve": 1], "/inputs/sieve"),
        (["items": [item], "confidence": 1], "/inputs/confidence"),
        (["items": [item], "resampling": "nearest"], "/inputs/resampling"),
        (["items": [item], "resampling": ["SCL": "cubic"]], "/inputs/resampling/SCL"),
        (["items": [item], "formats": ["shapefile"]], "/inputs/formats"),
        (["items": [item], "formats": "geopackage"], "/inputs/formats"),
        (["items": [item], "formats": ["geopackage", "geopackage"]], "/inputs/formats"),
        (["items": [item], "nonsense": 1], "/inputs/nonsense"),
        (["items": [item], "aoi": ["type": "Point", "coordinates": [0, 0]]], "/inputs/aoi"),
        (["items": [item], "aoi": "POLYGON EMPTY"], "/inputs/aoi"),
        (["items": [item.with("asset", "x")]], "/inputs/items/0/asset"),
      ]
      for (inputs, pointer) in cases {
        let answer = try await server.client.send("POST", "/processes/models:m/execution", ["inputs": inputs])
        #expect(answer.status == 400)
        #expect(try answer.code() == "invalid-input")
        let pointers = try answer.object()["errors"]?.array?.compactMap { $0.object?["pointer"]?.string } ?? []
        #expect(pointers.contains(pointer), "\(inputs) \(pointers)")
      }
      #expect(try await server.client.send("POST", "/processes/models:m/execution", ["input": 1]).status == 400)
      #expect(
        try await server.client.send("POST", "/processes/models:x/execution", ["inputs": ["items": [item]]]).status
          == 404)
    }
  }

  @Test("An area is one polygonal geometry, alone, as a feature or as the only feature of a collection")
  func areas() throws {
    let polygon: JSONValue = ["type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]]
    let feature: JSONValue = ["type": "Feature", "properties": nil, "geometry": polygon]
    func collection(_ features: JSONValue) -> JSONValue { ["type": "FeatureCollection", "features": features] }
    func read(_ area: JSONValue) throws -> PredictionRequest {
      let base = try #require(BaseURL("http://a"))
      return try PredictionRequest(
        body: ["inputs": ["items": [["collection": "a", "id": "b"]], "aoi": area]],
        model: ItemReference(collection: "models", id: "m"), base: base)
    }
    for area in [polygon, feature, collection([feature])] { #expect(try read(area).area == read(polygon).area) }
    #expect(try read(polygon).area != nil)
    let wrong: [JSONValue] = [
      collection([]), collection([feature, feature]), ["type": "FeatureCollection"],
      collection([collection([feature])]),
      ["type": "GeometryCollection", "geometries": [polygon]], ["type": "Feature", "geometry": nil],
    ]
    for area in wrong {
      let error = #expect(throws: APIError.self) { try read(area) }
      #expect(error?.code == .invalidInput)
      #expect(error?.description.contains("FeatureCollection of exactly one") == true, "\(area)")
    }
  }

  @Test("A model that breaks the rules of its extension is refused with pointers")
  func registration() async throws {
    let model = try Documents.model(tasks: ["guessing"])
    try await LiveServer.run { server in
      _ = try await server.client.send("POST", "/collections", Documents.collection("models"))
      let answer = try await server.client.send("POST", "/collections/models/items", model)
      #expect(answer.status == 400)
      #expect(answer.text.contains("/properties/mlm:tasks"))
    }
  }
}

extension Documents {
  /// The demo model of land cover.
  static func model() throws -> JSONValue {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../fixtures/catalog/models/amazon-land-cover.json").standardizedFileURL
    return try JSONParser.parse(Array(Data(contentsOf: url)))
  }

  /// The demo model with other tasks.
  static func model(tasks: JSONValue) throws -> JSONValue {
    var document = try model().object ?? [:]
    var properties = document["properties"]?.object ?? [:]
    properties["mlm:tasks"] = tasks
    document["properties"] = .object(properties)
    return .object(document)
  }
}

extension LiveServer {
  fileprivate func registerModel(collection: String, id: String) async throws {
    _ = try await client.send("POST", "/collections", Documents.collection(collection))
    let model = try Documents.model().with("id", .string(id)).with("collection", nil)
    let path = BaseURL("http://a")?.url("collections", collection, "items").dropFirst("http://a".count) ?? ""
    let answer = try await client.send("POST", String(path), model)
    #expect(answer.status == 201, "\(answer.text)")
  }
}
