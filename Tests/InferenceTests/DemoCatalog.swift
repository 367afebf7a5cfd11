import Foundation
import Inference
import StacModel

/// The demo models and imagery in `fixtures/catalog`, and a folder for results that goes away.
enum DemoCatalog {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "fixtures/catalog")

  static func item(_ path: String) throws -> Item {
    try Item(JSONParser.parse(bytes(path)))
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: path)))
  }

  static func scene() throws -> Item { try item("sentinel-2-amazon/s2-amazon.json") }

  /// The twelve dated items, by file name and therefore in order of time.
  static func series() throws -> [Item] {
    try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "modis-sinop").path).sorted()
      .filter { $0.hasPrefix("MOD13Q1") }.map { try item("modis-sinop/\($0)") }
  }

  /// A request to run a demo model on items.
  static func request(_ model: String, _ items: [Item], change: (inout JSONValue) -> Void = { _ in }) throws
    -> InferenceRequest
  {
    var json = try JSONParser.parse(bytes("models/\(model).json"))
    change(&json)
    return InferenceRequest(
      model: try Item(json), modelBytes: try bytes("models/\(model).ubj"), items: items.map { SourceItem($0) })
  }

  static func landCover() throws -> InferenceRequest { try request("amazon-land-cover", [scene()]) }

  /// A pipeline that finds the demo's files beside their items.
  static func pipeline(_ limits: InferenceLimits = InferenceLimits()) -> InferencePipeline {
    InferencePipeline(limits: limits) { asset, item in
      folder.appending(path: item.collectionID ?? "").appending(path: asset.href).standardizedFileURL.path
    }
  }

  /// Runs work with a folder that does not exist yet, below one that is removed afterwards.
  static func withFolder<Result>(_ work: (String) throws -> Result) throws -> Result {
    let parent = FileManager.default.temporaryDirectory.appending(path: "inference-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: parent) }
    return try work(parent.appending(path: "result").path)
  }

  static func json(_ folder: String, _ file: String) throws -> JSONValue {
    try JSONParser.parse([UInt8](Data(contentsOf: URL(filePath: folder).appending(path: file))))
  }
}
