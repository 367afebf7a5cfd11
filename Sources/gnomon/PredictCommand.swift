import ArgumentParser
import Foundation
import StacAPI
import StacModel

/// `gnomon predict`: a map as files.
struct PredictCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Run a model on items of the catalog and write the map as files.",
    discussion: """
      Writes class.tif (a cloud-optimized GeoTIFF), polygons.geojson, thumbnail.png, item.json (the trail back to the \
      model and the images) and, with --confidence, confidence.tif.

      EXAMPLES
        gnomon predict --model models/amazon-land-cover --item sentinel-2-amazon/s2-amazon --confidence --out map
        gnomon predict --model models/crops --item scenes/a --bbox=-55.3,-11.8,-55.1,-11.6 --sieve 8 --out map
      """)

  @Option(
    help: ArgumentHelp(
      "The model, as collection/id, or collection/name@latest, @production or @version.", valueName: "collection/id"))
  var model: String

  @Option(
    help: ArgumentHelp("An item to read, as collection/id; repeat it for a time series.", valueName: "collection/id"))
  var item: [String]

  @Option(help: ArgumentHelp("Where to predict: west,south,east,north in degrees.", valueName: "numbers"))
  var bbox: String?

  @Option(help: ArgumentHelp("Where to predict: a GeoJSON file with a polygon.", valueName: "file"))
  var aoi: String?

  @Option(help: ArgumentHelp("Merge groups of fewer pixels into their neighbours.", valueName: "pixels"))
  var sieve: Int = 0

  @Option(help: ArgumentHelp("Leave out polygons smaller than this.", valueName: "square metres"))
  var minArea: Double = 0

  @Option(help: ArgumentHelp("Simplify polygons by this tolerance.", valueName: "metres"))
  var simplify: Double = 0

  @Flag(help: "Write the probability of the class too.")
  var confidence = false

  @Option(help: ArgumentHelp("Folder for the files.", valueName: "folder"))
  var out: String

  @OptionGroup var database: DatabaseOptions

  @Option(help: ArgumentHelp("Address of a server that shall run the model.", valueName: "http://…"))
  var url: String?

  @OptionGroup var serverKey: ServerKeyOptions

  @Option(help: ArgumentHelp("Host that files may be fetched from; repeatable.", valueName: "host"))
  var allowHost: [String] = []

  func run() async throws {
    let inputs = try inputs()
    let reference = try ModelName.reference(model)
    if let url {
      return try await RemotePrediction(url: url, key: serverKey.key, folder: out).run(model: reference, inputs: inputs)
    }
    try await OpenCatalog.with(database, command: "predict") { catalog in
      let model = try await PromotionsCommand.refusing { try await catalog.store.model(reference) }
      let request = try Self.request(inputs, model: model)
      try await LocalPrediction(
        catalog: catalog, folder: out,
        access: .user(dataDirectory: database.dataDirectory, allowedHosts: allowHost)
      ).run(request)
    }
  }

  /// The inputs as an execution over HTTP has them, so that both ways are checked by the same rules.
  private func inputs() throws -> JSONObject {
    guard !item.isEmpty else { throw CommandFailure("name an item with --item collection/id") }
    var inputs: JSONObject = [
      "items": .array(
        try item.map { text in
          let reference = try Self.reference(text, option: "--item")
          return ["collection": .string(reference.collection), "id": .string(reference.id)]
        })
    ]
    if let bbox {
      let numbers = bbox.split(separator: ",").map { Double($0.trimmingCharacters(in: .whitespaces)) }
      guard !numbers.isEmpty, numbers.allSatisfy({ $0?.isFinite == true }) else {
        throw CommandFailure("--bbox needs four numbers: west,south,east,north")
      }
      inputs["bbox"] = .array(numbers.map { JSONValue($0 ?? 0) })
    }
    if let aoi { inputs["aoi"] = try Self.area(aoi) }
    if sieve != 0 { inputs["sieve"] = JSONValue(sieve) }
    if minArea != 0 { inputs["min_area"] = JSONValue(minArea) }
    if simplify != 0 { inputs["simplify"] = JSONValue(simplify) }
    if confidence { inputs["confidence"] = true }
    return inputs
  }

  /// The geometry of a GeoJSON file: of itself, of a feature, or of a collection's only feature.
  private static func area(_ path: String) throws -> JSONValue {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure("--aoi: \(path) cannot be read")
    }
    let json: JSONValue
    do {
      json = try JSONParser.parse(Array(data))
    } catch {
      throw CommandFailure("--aoi: \(path): \(error)")
    }
    guard let features = json.object?["features"]?.array else { return json }
    guard features.count == 1 else {
      throw CommandFailure("--aoi: \(path) holds \(features.count) features; one was expected")
    }
    return features[0]
  }

  private static func reference(_ text: String, option: String) throws -> ItemReference {
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw CommandFailure("\(option) needs collection/id, such as models/amazon-land-cover, not '\(text)'")
    }
    return ItemReference(collection: parts[0], id: parts[1])
  }

  private static func request(_ inputs: JSONObject, model: ItemReference) throws -> PredictionRequest {
    guard let base = BaseURL("http://localhost") else { throw CommandFailure("no address") }
    do {
      return try PredictionRequest(body: ["inputs": .object(inputs)], model: model, base: base)
    } catch {
      throw CommandFailure(error.description)
    }
  }
}
