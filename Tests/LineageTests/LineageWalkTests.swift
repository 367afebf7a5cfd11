import Foundation
import Lineage
import StacModel
import Testing

/// A catalog of documents in memory.
private struct Documents: LineageCatalog {
  var items: [String: JSONObject] = [:]
  var collections: [String: JSONObject] = [:]
  var files: [String: String] = [:]
  /// How many notes there are before others of items that were made of nothing.
  var staleNotes = 0
  var promotions: [String: JSONObject] = [:]

  func document(ofItem id: String, in collection: String) async throws -> JSONObject? { items["\(collection)/\(id)"] }
  func document(ofCollection id: String) async throws -> JSONObject? { collections[id] }
  /// `name@latest` means the item that is noted here.
  var latest: [String: String] = [:]
  func meant(by place: CatalogPlace) async throws -> CatalogPlace {
    CatalogPlace(collection: place.collection, item: latest[place.item ?? ""] ?? place.item)
  }
  func documents(derivedFrom place: CatalogPlace, limit: Int, offset: Int) async throws -> DerivedDocuments {
    let stale = (0..<staleNotes).map { number in
      DerivedDocument(.init(collection: "stale", item: "s\(number)"), document: ["links": .array([])])
    }
    let all = stale + derived(from: place)
    return DerivedDocuments(documents: Array(all.dropFirst(offset).prefix(limit)), isLast: offset + limit >= all.count)
  }
  func derivedCollections() async throws -> DerivedDocuments {
    let all = collections.sorted { $0.key < $1.key }.map { id, document in
      DerivedDocument(.init(collection: id, item: nil), document: document)
    }
    return DerivedDocuments(documents: all, isLast: true)
  }
  func promotions(ofItem id: String, in collection: String) async -> JSONObject? { promotions[id] }
  private func derived(from source: CatalogPlace) -> [DerivedDocument] {
    items.sorted { $0.key < $1.key }.compactMap { key, document in
      let parts = key.split(separator: "/").map(String.init)
      // As the index does: by the form of the address, and by every name that may mean the item.
      let names = document.links.contains { link in
        guard link.rel == "derived_from",
          let place = CatalogPlace(href: link.href, in: .item(collection: parts[0]))
        else { return false }
        return place.collection == source.collection && (place.item == source.item || latest[place.item ?? ""] != nil)
      }
      return names ? DerivedDocument(.init(collection: parts[0], item: parts[1]), document: document) : nil
    }
  }
  func file(at href: String) async -> [UInt8]? { files[href].map { Array($0.utf8) } }
  func isOwn(base: String) -> Bool { base == "https://here.example/stac" }
  func address(of place: CatalogPlace) -> String {
    "https://here.example/stac/collections/\(place.collection)" + (place.item.map { "/items/\($0)" } ?? "")
  }

  mutating func add(_ path: String, from sources: String..., extensions: String = "", assets: String = "{}") throws {
    let links = sources.map { #"{"rel":"derived_from","href":"\#($0)"}"# }.joined(separator: ",")
    let text = """
      {"type":"Feature","stac_extensions":[\(extensions)],"properties":{"title":"\(path)"},"links":[\(links)],\
      "assets":\(assets)}
      """
    items[path] = try JSONParser.parse(text).object
  }
}

@Suite struct LineageWalkTests {
  private static let model = #""https://stac-extensions.github.io/mlm/v1.5.2/schema.json""#

  private static func edges(_ graph: LineageGraph) -> Set<String> {
    func short(_ id: String) -> String { id.replacing("collections/", with: "").replacing("/items/", with: "/") }
    return Set(graph.edges.map { "\(short($0.from)) <- \(short($0.to))" })
  }

  @Test func `A prediction leads to its model, its image, the run, the container and the training data`() async throws {
    var catalog = Documents()
    try catalog.add("scenes/s")
    try catalog.add("labels/l")
    catalog.collections["training"] = ["title": "Training areas"]
    try catalog.add(
      "models/m", extensions: Self.model,
      assets:
        #"{"c":{"href":"r.example/m:1@sha256:aa","roles":["runtime"]},"p":{"href":"file:///p/MLproject","roles":["code"]},"d":{"href":"r.example/t:2","roles":["mlm:container"]}}"#
    )
    catalog.items["models/m"]?["links"] = .array(
      [
        ["rel": "derived_from", "href": "../../labels/items/l"], ["rel": "derived_from", "href": "../../training"],
        ["rel": "derived_from", "href": "data/t.csv.dvc"],
        ["rel": "mlflow:run", "href": "https://mlflow.example/#/runs/1", "mlflow:run_id": "1"],
      ])
    try catalog.add(
      "predictions/p", from: "https://here.example/stac/collections/models/items/m", "../../scenes/items/s")
    catalog.files["data/t.csv.dvc"] = "outs:\n- {md5: 22a1a2931c8370d3aeedd7183606fd7f, path: t.csv}"
    catalog.files["file:///p/MLproject"] = "name: n\nentry_points: {main: {command: run}}"
    let graph = try #require(
      try await LineageWalk.graph(of: .init(collection: "predictions", item: "p"), LineageRequest(), in: catalog))
    #expect(graph.root == "collections/predictions/items/p" && graph.nodes.first?.id == graph.root)
    #expect(
      Self.edges(graph) == [
        "predictions/p <- models/m", "predictions/p <- scenes/s", "models/m <- labels/l", "models/m <- training",
        "models/m <- data:data/t.csv.dvc", "models/m <- run:https://mlflow.example/#/runs/1",
        "models/m <- container:r.example/m:1@sha256:aa", "models/m <- container:r.example/t:2",
        "models/m <- code:file:///p/MLproject",
      ])
    #expect(graph.limits.isEmpty)
    let data = try #require(graph.nodes.first { $0.kind == .data })
    #expect(data.details["outs"]?.array?.first?.object?["path"] == "t.csv")
    let code = try #require(graph.nodes.first { $0.kind == .code })
    #expect(code.details["project"]?.object?["name"] == "n")
    let container = try #require(graph.nodes.first { $0.kind == .container })
    #expect(container.details["digest"] == "sha256:aa" && container.state == .remote)
  }

  @Test func `From a model one comes to what was made with it, and on to what was made of that`() async throws {
    var catalog = Documents()
    try catalog.add("models/m", extensions: Self.model)
    try catalog.add("predictions/p", from: "../../models/items/m")
    try catalog.add("reports/r", from: "../../predictions/items/p")
    try catalog.add("predictions/other", from: "../../models/items/n")
    let graph = try #require(
      try await LineageWalk.graph(of: .init(collection: "models", item: "m"), LineageRequest(), in: catalog))
    #expect(Self.edges(graph) == ["predictions/p <- models/m", "reports/r <- predictions/p"])
    let back = LineageRequest(direction: .sources)
    #expect(
      try await LineageWalk.graph(of: .init(collection: "models", item: "m"), back, in: catalog)?.nodes.count == 1)
    #expect(try await LineageWalk.graph(of: .init(collection: "models", item: "none"), back, in: catalog) == nil)
  }

  @Test func `Documents that name each other in a circle end the walk`() async throws {
    var catalog = Documents()
    try catalog.add("a/1", from: "2")
    try catalog.add("a/2", from: "3")
    try catalog.add("a/3", from: "1", "3")
    let graph = try #require(
      try await LineageWalk.graph(of: .init(collection: "a", item: "1"), LineageRequest(), in: catalog))
    #expect(Self.edges(graph) == ["a/1 <- a/2", "a/2 <- a/3", "a/3 <- a/1", "a/3 <- a/3"])
    #expect(graph.nodes.count == 3)
    #expect(graph.svg.contains("</svg>") && !graph.outline.isEmpty)
  }

  @Test func `Depth and the number of nodes end it, and are told`() async throws {
    var catalog = Documents()
    for number in 0..<50 { try catalog.add("a/\(number)", from: "\(number + 1)") }
    for number in 0..<50 { try catalog.add("b/\(number)", from: "../../a/items/0") }
    let deep = LineageRequest(direction: .sources, depth: 5)
    let graph = try #require(try await LineageWalk.graph(of: .init(collection: "a", item: "0"), deep, in: catalog))
    #expect(graph.nodes.count == 6 && graph.limits == ["there is more beyond 5 steps"])
    let wide = LineageRequest(direction: .results, limit: 10)
    let results = try #require(try await LineageWalk.graph(of: .init(collection: "a", item: "0"), wide, in: catalog))
    #expect(results.nodes.count == 10 && results.limits == ["there are more than 10 nodes"])
    let whole = LineageRequest(direction: .sources, depth: 32, limit: 1_000)
    let end = try #require(try await LineageWalk.graph(of: .init(collection: "a", item: "45"), whole, in: catalog))
    #expect(end.nodes.count == 6 && end.limits.isEmpty && end.nodes.last?.state == .missing)
  }

  @Test func `Notes that are no longer so do not count, however many there are`() async throws {
    var catalog = Documents()
    catalog.staleNotes = 700
    try catalog.add("a/0")
    for number in 0..<5 { try catalog.add("b/\(number)", from: "../../a/items/0") }
    let few = LineageRequest(direction: .results, limit: 10)
    let graph = try #require(try await LineageWalk.graph(of: .init(collection: "a", item: "0"), few, in: catalog))
    #expect(graph.nodes.count == 6 && graph.limits.isEmpty)
    // What lies beyond the last step is told, though what is noted first is stale.
    try catalog.add("c/1", from: "../../b/items/3")
    let near = LineageRequest(direction: .results, depth: 1)
    let cut = try #require(try await LineageWalk.graph(of: .init(collection: "a", item: "0"), near, in: catalog))
    #expect(cut.limits == ["there is more beyond 1 steps"])
    catalog.staleNotes = 20_000
    let endless = try #require(try await LineageWalk.graph(of: .init(collection: "a", item: "0"), few, in: catalog))
    #expect(endless.limits == ["of what may have been made of one thing, 10000 were looked at"])
  }

  @Test func `A collection is walked from and through, both ways`() async throws {
    var catalog = Documents()
    catalog.collections["labels"] = ["title": "Labels"]
    catalog.collections["cleaned"] = ["links": .array([["rel": "derived_from", "href": "./labels"]])]
    try catalog.add("models/m", from: "../../cleaned", extensions: Self.model)
    try catalog.add("predictions/p", from: "../../models/items/m")
    let whole: Set = ["cleaned <- labels", "models/m <- cleaned", "predictions/p <- models/m"]
    for place in [CatalogPlace(collection: "labels", item: nil), .init(collection: "predictions", item: "p")] {
      let graph = try #require(try await LineageWalk.graph(of: place, LineageRequest(), in: catalog))
      #expect(Self.edges(graph) == whole && graph.root == graph.nodes.first?.id)
    }
    let middle = CatalogPlace(collection: "cleaned", item: nil)
    let both = try #require(try await LineageWalk.graph(of: middle, LineageRequest(), in: catalog))
    #expect(Self.edges(both) == whole && both.outline.hasPrefix("collection: cleaned\n  made of:"))
    let none = CatalogPlace(collection: "none", item: nil)
    #expect(try await LineageWalk.graph(of: none, LineageRequest(), in: catalog) == nil)
  }

  @Test func `A link by a name with a version leads to the item that it means, and back`() async throws {
    var catalog = Documents()
    try catalog.add("models/m1", extensions: Self.model)
    try catalog.add("models/m2", from: "../../labels", extensions: Self.model)
    catalog.collections["labels"] = [:]
    try catalog.add("predictions/p", from: "../../models/items/crops@latest", "../../models/items/m2")
    try catalog.add("predictions/q", from: "../../models/items/crops@9")
    catalog.latest["crops@latest"] = "m2"
    func walk(_ place: CatalogPlace) async throws -> LineageGraph? {
      try await LineageWalk.graph(of: place, LineageRequest(), in: catalog)
    }
    let graph = try #require(try await walk(.init(collection: "predictions", item: "p")))
    #expect(Self.edges(graph) == ["predictions/p <- models/m2", "models/m2 <- labels"])
    #expect(graph.edges.map(\.name) == ["crops@latest", nil] && graph.nodes.allSatisfy { $0.state == .present })
    let back = try #require(try await walk(.init(collection: "models", item: "m2")))
    #expect(Self.edges(back) == ["predictions/p <- models/m2", "models/m2 <- labels"])
    // Names of another version lead to no other.
    #expect(try await walk(.init(collection: "models", item: "m1"))?.edges == [])
    let lost = try #require(try await walk(.init(collection: "predictions", item: "q")))
    #expect(lost.nodes.map(\.state) == [.present, .missing])
  }

  @Test func `What was decided about a model is told with it`() async throws {
    var catalog = Documents()
    try catalog.add("models/m", extensions: Self.model)
    try catalog.add("predictions/p", from: "../../models/items/m")
    catalog.promotions = ["m": ["gnomon:state": "production"], "p": ["gnomon:state": "never asked"]]
    let graph = try #require(
      try await LineageWalk.graph(of: .init(collection: "predictions", item: "p"), LineageRequest(), in: catalog))
    #expect(graph.nodes.map { $0.details["gnomon:state"] } == [nil, "production"])
    #expect(graph.outline.contains("model: models/m (production)") && graph.dot.contains("model, production"))
  }

  @Test func `What lies elsewhere is named; what is here under the same names is found, and says so`() async throws {
    var catalog = Documents()
    try catalog.add("scenes/s")
    try catalog.add(
      "predictions/p", from: "https://old.example/collections/scenes/items/s",
      "https://other.example/collections/x/items/y", "https://example.org/report.pdf", "s3://bucket/key")
    let graph = try #require(
      try await LineageWalk.graph(of: .init(collection: "predictions", item: "p"), LineageRequest(), in: catalog))
    #expect(graph.edges.filter(\.isByIdentifier).map(\.to) == ["collections/scenes/items/s"])
    let states = Dictionary(uniqueKeysWithValues: graph.nodes.map { ($0.href, $0.state) })
    #expect(states["https://other.example/collections/x/items/y"] == .remote)
    #expect(states["https://example.org/report.pdf"] == .remote && states["s3://bucket/key"] == .remote)
  }

  @Test(arguments: [(1, 200), (32, 2_400), (300, 2_100)])
  func `A drawing of many results is not much higher than a screen or wide`(count: Int, highest: Int) async throws {
    var catalog = Documents()
    try catalog.add("a/1")
    for number in 0..<count { try catalog.add("b/\(number)", from: "../../a/items/1") }
    let request = LineageRequest(limit: 1_000)
    let svg = try #require(try await LineageWalk.graph(of: .init(collection: "a", item: "1"), request, in: catalog)).svg
    let size = try #require(svg.firstMatch(of: /width="(\d+)" height="(\d+)"/))
    let (width, height) = (Int(size.output.1) ?? 0, Int(size.output.2) ?? 0)
    #expect(height <= highest && width <= 3 * max(highest, 1_000), "\(width) x \(height)")
    #expect(svg.matches(of: /<rect x="(\d+)" y="(\d+)" width="224"/).count == count + 1)
    // No two boxes at one place.
    let places = Set(svg.matches(of: /<rect x="(\d+)" y="(\d+)" width="224"/).map { "\($0.output.1),\($0.output.2)" })
    #expect(places.count == count + 1)
  }

  @Test func `Hostile text is escaped in every drawing`() async throws {
    var catalog = Documents()
    let evil = "</text><script>alert(1)</script>&\"'\u{202E}"
    try catalog.add("a/1", from: "javascript:alert(1)", "https://example.org/\\\"onload=x")
    catalog.items["a/1"]?["properties"] = ["title": .string(evil)]
    let graph = try #require(
      try await LineageWalk.graph(of: .init(collection: "a", item: "1"), LineageRequest(), in: catalog))
    #expect(!graph.svg.contains("<script") && !graph.svg.contains("href=\"javascript"))
    #expect(graph.svg.contains("&lt;/text&gt;&lt;script&gt;") && !graph.svg.unicodeScalars.contains("\u{202E}"))
    #expect(!graph.svg.contains("\"onload") && XMLReader.isWellFormed(graph.svg))
    #expect(graph.dot.contains("\\\"") && !graph.dot.contains("\n\n"))
  }
}

/// Whether every element of a text is closed, and every attribute quoted.
private enum XMLReader {
  static func isWellFormed(_ text: String) -> Bool {
    var open: [Substring] = []
    for match in text.matches(of: /<(\/?)([A-Za-z]+)((?:\s+[A-Za-z:-]+="[^"<]*")*)\s*(\/?)>/) {
      if match.output.1 == "/" {
        guard open.popLast() == match.output.2 else { return false }
      } else if match.output.4.isEmpty {
        open.append(match.output.2)
      }
    }
    let rest = text.replacing(/<(\/?)([A-Za-z]+)((?:\s+[A-Za-z:-]+="[^"<]*")*)\s*(\/?)>/, with: "")
    return open.isEmpty && !rest.contains("<")
  }
}
