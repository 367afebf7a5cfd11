import Foundation
import HTTPClient
import StacAPI
import StacModel

/// A run of `gnomon predict` by a server: the execution, then its files.
struct RemotePrediction {
  let url: String
  let folder: String
  private let key: ServerKey?
  private let client = HTTPClient(maximumBytes: 8 << 30)

  private static let names = [
    "class": "class.tif", "confidence": "confidence.tif", "polygons": "polygons.geojson", "thumbnail": "thumbnail.png",
  ]

  init(url: String, key: ServerKey?, folder: String) {
    self.key = key
    self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
    self.folder = folder
  }

  func run(model: ItemReference, inputs: JSONObject) async throws {
    let process = "\(PercentCoding.encode(model.collection)):\(PercentCoding.encode(model.id))"
    let answer = try await send(
      .json(
        "POST", url: "\(url)/processes/\(process)/execution",
        body: JSONSerializer.bytes(["inputs": .object(inputs)])))
    guard let item = (try? JSONParser.parse(answer.body))?.object, 200..<300 ~= answer.status else {
      let description = (try? JSONParser.parse(answer.body))?.object?["description"]?.string
      throw CommandFailure("the server answers \(answer.status): \(description ?? "no reason given")")
    }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for asset in item.assets {
      guard let name = Self.names[asset.key] else { continue }
      try await fetch(asset.href, to: name)
      // Category names lie beside the map, where GDAL looks for them.
      if asset.key == "class" { try await fetch(asset.href + ".aux.xml", to: name + ".aux.xml") }
    }
    try write(answer.body, to: "item.json")
    Progress.write("The map is in \(folder)\n")
  }

  /// The key goes to the server alone, and not where its answers lead.
  private func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    try await client.send(key?.signing(request, to: url) ?? request)
  }

  private func fetch(_ address: String, to name: String) async throws {
    let answer = try await send(HTTPRequest(url: address))
    guard answer.status == 200 else { throw CommandFailure("\(address) answers \(answer.status)") }
    try write(answer.body, to: name)
  }

  private func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"), options: .atomic)
  }
}
