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

  /// What a source holds from a position on.
  private struct Found {
    var collections: [Collection] = []
    var items: [Item] = []
    var skipped = 0
    var refused: [RefusedDocument] = []
    var positions: [String] = []
    var counts: [Int] = []
  }

  private func withFolder<Result>(
    _ files: [String: String], _ body: (_ folder: String) async throws -> Result
  ) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
    return try await body(folder.path)
  }

  private func read(_ source: any DocumentSource, from position: String? = nil) async throws -> Found {
    var found = Found()
    try await source.begin(at: position)
    while let batch = try await source.next() {
      found.refused += batch.refused
      for document in batch.documents {
        let contents = document.contents()
        found.collections += contents.collections
        found.items += contents.items
        found.skipped += contents.skipped
        found.refused += contents.refused
      }
      found.positions.append(batch.position)
      found.counts.append(found.items.count)
    }
    return found
  }

  private func read(_ files: [String: String]) async throws -> Found {
    try await withFolder(files) { try await read(FileDocuments(FileList(paths: [$0]))) }
  }

  @Test("finds items and collections in every form")
  func forms() async throws {
    let found = try await read([
      "c.json": collection, "a.json": item("a"), "b.json": item("b", collection: nil), "notes.json": #"{"hello":1}"#,
      "many.json": "{\"type\":\"FeatureCollection\",\"features\":[\(item("d")),\(item("e"))]}",
      "lines.ndjson": item("f") + "\n\n" + item("g"), "catalog.json": #"{"type":"Catalog","stac_version":"1.0.0"}"#,
      "lines.json": item("h") + "\n" + item("i"), "list.json": "[\(item("j")),\n\(item("k"))]", "LICENCE.txt": "text",
    ])
    #expect(found.collections.map(\.id) == ["c"])
    #expect(found.items.map(\.id).sorted() == ["a", "b", "d", "e", "f", "g", "h", "i", "j", "k"])
    #expect(found.items.allSatisfy { $0.collectionID == "c" })
    #expect(found.skipped == 2)
    #expect(found.refused.isEmpty)
  }

  @Test("gives collections before items")
  func order() async throws {
    let files = ["a.ndjson": item("a"), "z.ndjson": collection + "\n" + item("z"), "y.json": collection]
    let first = try await withFolder(files) { folder in
      let source: any DocumentSource = FileDocuments(try FileList(paths: [folder]), limits: BatchLimits(documents: 3))
      try await source.begin(at: nil)
      return try await source.next()
    }
    #expect(first?.documents.flatMap { $0.contents().collections }.count == 2)
    #expect(first?.documents.flatMap { $0.contents().items }.isEmpty == true)
  }

  @Test("makes relative hrefs file URLs and leaves the others alone")
  func hrefs() async throws {
    let found = try await read(["c.json": collection, "a.json": item("a"), "LICENCE.txt": "text"])
    let hrefs = try #require(found.items.first).assets.map(\.href)
    #expect(hrefs[0].hasPrefix("file:///") && hrefs[0].hasSuffix("/a%20b.tif"))
    #expect(hrefs[1...] == ["https://example.com/x.tif", "ghcr.io/a/b:1"])
    #expect(try #require(found.collections.first).document.links.map(\.rel) == ["license"])
    #expect(try #require(found.collections.first).document.links[0].href.hasSuffix("/LICENCE.txt"))
  }

  @Test("leads a link to another STAC file to its place in the catalog")
  func catalogLinks() async throws {
    let linked = item("b").replacing(
      "\"links\":[", with: #""links":[{"rel":"derived_from","href":"./a.json"},{"rel":"via","href":"c.json"},"#)
    let found = try await read(["c.json": collection, "a.json": item("a"), "b.json": linked])
    let links = try #require(found.items.first { $0.id == "b" }).links
    #expect(links.map(\.href) == ["../../c/items/a", "../../c"])
  }

  @Test("reports what is faulty with its place and its pointer")
  func refused() async throws {
    let found = try await read(["x.ndjson": item("a") + "\n{\"a\":\n" + item("b", collection: nil)])
    #expect(found.items.map(\.id) == ["a"])
    #expect(found.refused.map { $0.place.split(separator: ":").last } == ["2", "3"])
    #expect(found.refused.map(\.pointer) == ["", "/collection"])
  }

  @Test("says which path does not exist")
  func missing() {
    #expect(throws: SourceFailure.self) { try FileList(paths: ["/nowhere/at/all"]) }
  }

  @Test("goes on behind every position, in lines and in whole files")
  func positions() async throws {
    let lines = (0..<40).map { item("line-\($0)") }.joined(separator: "\n\n")
    let files = ["c.json": collection, "a.json": item("a"), "b.ndjson": lines, "d.jsonl": lines, "e.json": item("e")]
    try await withFolder(files) { folder in
      let limits = BatchLimits(documents: 7)
      let list = try FileList(paths: [folder])
      let whole = try await read(FileDocuments(list, limits: limits))
      #expect(whole.items.count == 82)
      for (position, count) in zip(whole.positions, whole.counts) {
        let rest = try await read(FileDocuments(list, limits: limits), from: position)
        #expect(rest.items.map(\.id) == whole.items.dropFirst(count).map(\.id))
      }
    }
  }

  @Test("follows the links of a static catalog, and goes on behind every position")
  func walk() async throws {
    var files: [String: String] = [:]
    let items = (0..<30).map { #"{"rel":"item","href":"./i\#($0).json"}"# }.joined(separator: ",")
    for number in 0..<30 { files["i\(number).json"] = item("i\(number)", collection: nil) }
    files["c.json"] = collection.replacing(
      #""links":["#, with: #""links":[\#(items),{"rel":"root","href":"catalog.json"},"#)
    files["a.json"] = item("a")
    files["catalog.json"] = #"""
      {"type":"Catalog","stac_version":"1.0.0","id":"r","description":"d","links":[{"rel":"child","href":"./c.json"},
      {"rel":"child","href":"./c.json"},{"rel":"child","href":"./gone.json"},{"rel":"child","href":"./catalog.json"}]}
      """#
    try await withFolder(files) { folder in
      func source() throws -> CatalogWalk {
        try #require(WebSource.staticCatalog(atFile: folder + "/catalog.json", limits: BatchLimits(documents: 8)))
      }
      let whole = try await read(source())
      #expect(whole.items.map(\.id) == (0..<30).map { "i\($0)" } + ["a"])
      #expect(whole.items.allSatisfy { $0.collectionID == "c" })
      #expect(whole.collections.map(\.id) == ["c"])
      #expect(whole.refused.map(\.place).map { ($0 as NSString).lastPathComponent } == ["gone.json"])
      for (position, count) in zip(whole.positions, whole.counts) {
        let rest = try await read(source(), from: position)
        #expect(rest.items.map(\.id) == whole.items.dropFirst(count).map(\.id))
      }
      try Data(#"{"type":"Catalog","stac_version":"1.0.0","id":"r","links":[{"rel":"item","href":"a.json"}]}"#.utf8)
        .write(to: URL(fileURLWithPath: folder + "/catalog.json"))
      await #expect(throws: PositionLost.self) { try await source().begin(at: whole.positions.first) }
    }
  }
}
