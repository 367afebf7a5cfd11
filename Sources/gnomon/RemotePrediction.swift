import Foundation
import HTTPClient
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
    self.folder = folder
  }

  func run(model: ItemReference, inputs: JSONObject) async throws {
    let process = "\(PercentCoding.encode(model.collection)):\(PercentCoding.encode(model.id))"
    let answer = try await server.answer(
      "POST", "/processes/\(process)/execution", ["inputs": .object(inputs)])
    guard let item = RemoteServer.object(of: answer), 200..<300 ~= answer.status else {
      throw RemoteServer.refusal(answer)
    }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for asset in item.assets {
      guard let name = Self.names[asset.key] else { continue }
      try await fetch(asset.href, to: name)
      // Category names lie beside the map, where GDAL looks for them.
      if asset.key == "class" { try await fetch(asset.href + ".aux.xml", to: name + ".aux.xml") }
    }
    try write(answer.body, to: "item.json")
    for warning in item["properties"]?.object?["gnomon:warnings"]?.array ?? [] {
      if let warning = warning.string { Progress.write("Warning: \(warning)\n") }
    }
    Progress.write("The map is in \(folder)\n")
  }

  private func fetch(_ address: String, to name: String) async throws {
    let answer = try await server.fetch(address)
    guard answer.status == 200 else { throw CommandFailure("\(address) answers \(answer.status)") }
    try write(answer.body, to: name)
  }

  private func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"), options: .atomic)
  }
}
