import CatalogFiles
import Foundation
import StacModel
import Testing

@Suite("Reading a catalog from files")
struct CatalogReaderTests {
  private let collection = """
    {"type":"Collection","stac_version":"1.0.0","id":"c","description":"d","license":"other",\
    "links":[{"rel":"item","href":"./a.json"},{"rel":"license","href":"LICENCE.txt"}],\
    "extent":{"spatial":{"bbox":[[-180,-90,180,90]]},"temporal":{"interval":[[null,null]]}}}
    """

  private func item(_ id: String, collection: String? = "c") -> String {
    """
    {"type":"Feature","stac_version":"1.1.0","id":"\(id)",\(collection.map { "\"collection\":\"\($0)\"," } ?? "")\
    "geometry":null,"properties":{"datetime":"2020-01-01T00:00:00Z"},"links":[{"rel":"collection","href":"./c.json"}],\
    "assets":{"near":{"href":"./a b.tif"},"far":{"href":"https://example.com/x.tif"},"image":{"href":"ghcr.io/a/b:1"}}}
    """
  }

  private func read(_ files: [String: String]) async throws -> ([Collection], [Item], CatalogReport) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
    let reader = CatalogReader(try CatalogSource(paths: [folder.path]))
    var collections: [Collection] = []
    var items: [Item] = []
    try await reader.collections { collections.append($0) }
    let report = try await reader.items { item, _ in items.append(item) }
    return (collections, items, report)
  }

  @Test("finds items and collections in every form")
  func forms() async throws {
    let (collections, items, report) = try await read([
      "c.json": collection, "a.json": item("a"), "b.json": item("b", collection: nil), "notes.json": #"{"hello":1}"#,
      "many.json": "{\"type\":\"FeatureCollection\",\"features\":[\(item("d")),\(item("e"))]}",
      "lines.ndjson": item("f") + "\n\n" + item("g"), "catalog.json": #"{"type":"Catalog","stac_version":"1.0.0"}"#,
      "LICENCE.txt": "text",
    ])
    #expect(collections.map(\.id) == ["c"])
    #expect(items.map(\.id).sorted() == ["a", "b", "d", "e", "f", "g"])
    #expect(items.allSatisfy { $0.collectionID == "c" })
    #expect(report.skipped == 2)
    #expect(report.refused.isEmpty)
  }

  @Test("makes relative hrefs file URLs and leaves the others alone")
  func hrefs() async throws {
    let (collections, items, _) = try await read(["c.json": collection, "a.json": item("a"), "LICENCE.txt": "text"])
    let hrefs = try #require(items.first).assets.map(\.href)
    #expect(hrefs[0].hasPrefix("file:///") && hrefs[0].hasSuffix("/a%20b.tif"))
    #expect(hrefs[1...] == ["https://example.com/x.tif", "ghcr.io/a/b:1"])
    #expect(try #require(collections.first).document.links.map(\.rel) == ["license"])
    #expect(try #require(collections.first).document.links[0].href.hasSuffix("/LICENCE.txt"))
  }

  @Test("leads a link to another STAC file to its place in the catalog")
  func catalogLinks() async throws {
    let linked = item("b").replacing(
      "\"links\":[", with: #""links":[{"rel":"derived_from","href":"./a.json"},{"rel":"via","href":"c.json"},"#)
    let (_, items, _) = try await read(["c.json": collection, "a.json": item("a"), "b.json": linked])
    let links = try #require(items.first { $0.id == "b" }).links
    #expect(links.map(\.href) == ["../../c/items/a", "../../c"])
  }

  @Test("reports what is faulty with its place")
  func refused() async throws {
    let (_, items, report) = try await read(["x.ndjson": item("a") + "\n{\"a\":\n" + item("b", collection: nil)])
    #expect(items.map(\.id) == ["a"])
    #expect(report.refused.map { $0.place.split(separator: ":").last } == ["2", "3"])
  }

  @Test("says which path does not exist")
  func missing() {
    #expect(throws: CatalogSource.Unreadable.self) { try CatalogSource(paths: ["/nowhere/at/all"]) }
  }
}
