import Foundation
import HTTPClient
import Inference
import StacAPI
import StacModel

/// A run of `gnomon predict` by a server: the execution, then its files.
struct RemotePrediction {
  let server: RemoteServer
  let folder: String

  private static let names = [
    "class": "class.tif", "confidence": "confidence.tif", "polygons": "polygons.geojson", "thumbnail": "thumbnail.png",
    "flatgeobuf": "polygons.fgb", "geopackage": "polygons.gpkg",
  ]

  init(url: String, key: ServerKey?, folder: String) throws {
    server = try RemoteServer(url: url, key: key, client: HTTPClient(maximumBytes: 8 << 30))
    self.folder = URL(fileURLWithPath: folder).standardizedFileURL.path
  }

  /// Runs the model there and leaves its files here, all of them or none.
  func run(model: ItemReference, inputs: JSONObject) async throws {
    let process = "\(PercentCoding.encode(model.collection)):\(PercentCoding.encode(model.id))"
    // Before the server works for a folder that nothing can be written to.
    let output = try Self.telling { () throws(InferenceError) in try OutputFolder(folder) }
    let answer = try await server.answer(
      "POST", "/processes/\(process)/execution", ["inputs": .object(inputs)])
    guard let item = RemoteServer.object(of: answer), 200..<300 ~= answer.status else {
      throw RemoteServer.refusal(answer, words: PredictOptionNames.message(of: RemoteServer.faults(of: answer)))
    }
    for asset in item.assets {
      guard let name = Self.names[asset.key] else { continue }
      try await fetch(asset.href, to: "\(output.folder)/\(name)")
      // Category names lie beside the map, where GDAL looks for them.
      if asset.key == "class" { try await fetch(asset.href + ".aux.xml", to: "\(output.folder)/\(name).aux.xml") }
    }
    try Self.write(answer.body, to: "\(output.folder)/item.json")
    if Task.isCancelled { throw HTTPClientError.cancelled }
    try Self.telling { () throws(InferenceError) in try output.publish() }
    tell(item, doubt: answer.headers["gnomon-warning"])
  }

  private func tell(_ item: JSONObject, doubt: String?) {
    if let doubt { Progress.write("warning  \(doubt)\n") }
    for warning in item["properties"]?.object?["gnomon:warnings"]?.array ?? [] {
      if let warning = warning.string { Progress.write("Warning: \(warning)\n") }
    }
    Progress.write("The map is in \(folder)\n")
  }

  private static func telling<Result: ~Copyable>(
    _ body: () throws(InferenceError) -> Result
  ) throws(CommandFailure) -> Result {
    do { return try body() } catch { throw CommandFailure(error.message) }
  }

  private func fetch(_ address: String, to file: String) async throws {
    let answer = try await server.fetch(address)
    guard answer.status == 200 else { throw CommandFailure("\(address) answers \(answer.status)") }
    try Self.write(answer.body, to: file)
  }

  private static func write(_ bytes: [UInt8], to file: String) throws(CommandFailure) {
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: file))
    } catch {
      throw CommandFailure("The result could not be written: \(error.localizedDescription)")
    }
  }
}
