import ArgumentParser
import Foundation
import Inference
import Logging
import StacAPI
import StacModel
import StacStore

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
        gnomon predict --model models/crops --item scenes/a --post-processing '{"fill_holes": 500}' --out map
        gnomon predict --model models/crops --item scenes/a --explain
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

  @Option(help: ArgumentHelp("Merge groups of fewer pixels into their neighbours; 0 merges none.", valueName: "pixels"))
  var sieve: Int?

  @Option(help: ArgumentHelp("Leave out polygons smaller than this.", valueName: "square metres"))
  var minArea: Double?

  @Option(help: ArgumentHelp("Simplify polygons by this tolerance.", valueName: "metres"))
  var simplify: Double?

  @Option(
    help: ArgumentHelp(
      "Steps instead of those that the model declares: JSON such as '{\"sieve\": 8, \"smooth\": null}', or a file of it.",
      valueName: "json|file"))
  var postProcessing: String?

  @Flag(help: "Do nothing of the post-processing that the model declares.")
  var noDeclaredPostProcessing = false

  @Option(
    help: ArgumentHelp(
      "How a band of another grid is read: nearest for classes and flags, bilinear for quantities; repeatable.",
      valueName: "band=nearest|bilinear"))
  var resampling: [String] = []

  @Flag(help: "Write the probability of the class too.")
  var confidence = false

  @Option(
    help: ArgumentHelp(
      "Write the polygons in this format too, beside GeoJSON; repeatable.", valueName: "flatgeobuf|geopackage"))
  var format: [String] = []

  @Option(help: ArgumentHelp("Folder for the files.", valueName: "folder"))
  var out: String?

  @Flag(help: "Show the plan and read no pixel: bands, grid, features, engine, tiles, memory, post-processing.")
  var explain = false

  @Flag(help: "Print the plan, or what the run took, as JSON.")
  var json = false

  @Option(
    help: "The instructions that classify; all draw the same map. By default the fastest the processor has.")
  var instructionSet: InstructionSetOption?

  @OptionGroup var database: DatabaseOptions

  @Option(help: ArgumentHelp("Address of a server that shall run the model.", valueName: "http://…"))
  var url: String?

  @OptionGroup var serverKey: ServerKeyOptions

  @Option(help: ArgumentHelp("Host that files may be fetched from; repeatable.", valueName: "host"))
  var allowHost: [String] = []

  @Option(
    name: .customLong("mlflow-tracking-uri"),
    help: ArgumentHelp(
      "MLflow server that has files of models; repeatable (GNOMON_MLFLOW_TRACKING_URI).", valueName: "http://…"))
  var trackingURI: [String] = []

  func run() async throws {
    let inputs = try inputs()
    let reference = try ItemName.reference(model)
    guard explain || out?.isEmpty == false else {
      throw CommandFailure("name a folder for the files with --out, or --explain")
    }
    let folder = out ?? ""
    if out != nil { try checkInputs(outsideOf: folder) }
    _ = try MLflowOptions.servers(trackingURI)
    if let url {
      try refuseOptionsOfRunsHere()
      let prediction = try RemotePrediction(url: url, key: serverKey.key, folder: folder)
      return try await Interruption.cancelling { try await prediction.run(model: reference, inputs: inputs) }
    }
    try await OpenCatalog.with(
      database, command: "predict",
      reading: { catalog in
        let resolved = try await CommandFailure.refusing { try await catalog.store.modelToRun(reference) }
        for doubt in resolved.doubts { Progress.write("warning  \(doubt.message)\n") }
        let model = resolved.reference
        let predictions = CatalogPredictions(
          store: catalog.store,
          access: .user(dataDirectory: database.dataDirectory, allowedHosts: allowHost, trackingURIs: trackingURI),
          gate: InferenceGate(capacity: 1), limits: InferenceLimits(instructionSet: instructionSet?.instructionSet))
        if !explain { try await Self.demandSound(model, predictions.access, catalog.store) }
        return try await LocalPrediction(
          Self.request(inputs, model: model), predictions: predictions, folder: folder, isJSON: json)
      },
      work: { prediction in
        try await Interruption.cancelling {
          if explain { try await prediction.explain() } else { try await prediction.run() }
        }
      })
  }

  /// Refuses a model whose files a server has found wrong, if they still are.
  private static func demandSound(
    _ model: ItemReference, _ access: AssetAccess, _ store: PostgresCatalogStore
  ) async throws {
    let proofs = ModelProofs(store: store, proof: ModelProof(access: access), logger: Logger(label: "predict"))
    try await proofs.demandSound(model, onlyKnown: true)
  }

  /// Refuses with --url what says how a run here is made or shown: the server decides that for its own.
  private func refuseOptionsOfRunsHere() throws {
    let given = [
      ("--explain", explain), ("--json", json), ("--instruction-set", instructionSet != nil),
      ("--allow-host", !allowHost.isEmpty), ("--mlflow-tracking-uri", !trackingURI.isEmpty),
    ]
    guard let option = given.first(where: \.1)?.0 else { return }
    throw CommandFailure("\(option) is about a run here, not one of --url")
  }

  /// Refuses a folder where the result would take the place of a file that an option names.
  private func checkInputs(outsideOf folder: String) throws {
    for (option, file) in [("--aoi", aoi), ("--post-processing", postProcessing)] {
      guard let file, OutputFolder.replaces(file, in: folder) else { continue }
      throw CommandFailure("\(option): \(file) would be replaced by the result; choose another folder for --out")
    }
  }

  /// The inputs as an execution over HTTP has them, so that both ways are checked by the same rules.
  private func inputs() throws -> JSONObject {
    guard !item.isEmpty else { throw CommandFailure("name an item with --item collection/id") }
    var inputs: JSONObject = [
      "items": .array(
        try item.map { text in
          let reference = try ItemName.reference(text, of: "an item", such: "sentinel-2-amazon/s2-amazon")
          return ["collection": .string(reference.collection), "id": .string(reference.id)]
        })
    ]
    if let bbox { inputs["bbox"] = try BoundingBoxOption.json(bbox) }
    if let aoi { inputs["aoi"] = try Self.area(aoi) }
    if let sieve { inputs["sieve"] = JSONValue(sieve) }
    if let minArea { inputs["min_area"] = try Self.number(minArea, of: "--min-area") }
    if let simplify { inputs["simplify"] = try Self.number(simplify, of: "--simplify") }
    if let steps = try steps() { inputs["post_processing"] = .object(steps) }
    if !resampling.isEmpty { inputs["resampling"] = .object(try Self.methods(resampling)) }
    if confidence { inputs["confidence"] = true }
    if !format.isEmpty { inputs["formats"] = .array(format.map { .string($0) }) }
    return inputs
  }

  /// A number as JSON has it, which knows neither infinity nor NaN.
  private static func number(_ value: Double, of option: String) throws -> JSONValue {
    guard value.isFinite else { throw CommandFailure("\(option) must be a finite number") }
    return JSONValue(value)
  }

  /// The methods of resampling by bands, whose names may hold an equals sign.
  private static func methods(_ options: [String]) throws -> JSONObject {
    var methods: JSONObject = [:]
    for option in options {
      guard let sign = option.lastIndex(of: "="), sign > option.startIndex else {
        throw CommandFailure("--resampling needs a band and how it is read, such as SCL=nearest")
      }
      let band = String(option[..<sign])
      guard methods[band] == nil else { throw CommandFailure("--resampling names the band '\(band)' twice") }
      methods[band] = .string(String(option[option.index(after: sign)...]))
    }
    return methods
  }

  /// The post-processing that the options ask for, nil where they say nothing of it.
  private func steps() throws -> JSONObject? {
    var steps = try postProcessing.map(Self.steps)
    if noDeclaredPostProcessing {
      steps = steps ?? [:]
      steps?["inherit"] = false
    }
    return steps
  }

  /// An object, as text or from a file.
  private static func steps(_ text: String) throws -> JSONObject {
    let isText = text.first { !$0.isWhitespace }.map { "{[\"".contains($0) } ?? false
    guard let bytes = isText ? Array(text.utf8) : FileManager.default.contents(atPath: text).map(Array.init) else {
      throw CommandFailure("--post-processing: \(text) cannot be read")
    }
    do {
      if let object = try JSONParser.parse(bytes).object { return object }
    } catch {
      throw CommandFailure("--post-processing: \(error)")
    }
    throw CommandFailure("--post-processing needs an object of JSON, such as {\"sieve\": 8}")
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

  private static func request(_ inputs: JSONObject, model: ItemReference) throws -> PredictionRequest {
    guard let base = BaseURL("http://localhost") else { throw CommandFailure("no address") }
    do {
      return try PredictionRequest(body: ["inputs": .object(inputs)], model: model, base: base)
    } catch {
      throw CommandFailure(PredictOptionNames.message(error))
    }
  }
}
