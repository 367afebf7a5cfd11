import Digests
import Geo
import MLMExtension
import StacModel

extension PredictionDocument {
  /// An identifier that is the same for the same request: `prediction-` and 32 hexadecimal digits.
  ///
  /// It hashes the model file and the model's item, every item with its assets' checksums, the area and the options. Two
  /// requests of one identifier give the same map, so a result that is there already need not be made again.
  public static func identifier(for request: InferenceRequest) throws(InferenceError) -> String {
    guard let model = try? Multihash.sha256(of: request.modelBytes) else {
      throw InferenceError(.failed, "The model file's checksum cannot be computed.")
    }
    let layoutMembers = ["mlm:input", "mlm:output"].map { request.model.properties[$0] ?? .null }
    let items = request.items.map { source -> JSONValue in
      [
        .string(source.item.collectionID ?? ""), .string(source.item.id), source.item.document["assets"] ?? .null,
        source.itemAssets.map { .object($0) } ?? .null,
      ]
    }
    var hashed: [JSONValue] = [
      .string(request.model.collectionID ?? ""), .string(request.model.id), .string(model.hexadecimal),
      .array(layoutMembers), .array(items),
      request.boundingBox.map { .array($0.numbers.map { JSONValue($0) }) } ?? .null, request.area?.json ?? .null,
      try steps(request), .bool(request.confidence),
      .array(request.vectorFormats.map(\.rawValue).sorted().map { .string($0) }),
    ]
    hashed += resampling(request)
    guard let digest = try? Multihash.sha256(of: JSONSerializer.bytes(.array(hashed))) else {
      throw InferenceError(.failed, "The request's checksum cannot be computed.")
    }
    return "prediction-\(digest.hexadecimal.dropFirst(4).prefix(32))"
  }

  /// How bands are resampled that are not blended: who asks for nothing and has no such bands has the identifier of before.
  private static func resampling(_ request: InferenceRequest) -> [JSONValue] {
    let asked = request.resampling.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.rawValue)" }
    let items = request.items.flatMap { SourceBand.bands(of: $0.item, itemAssets: $0.itemAssets) }
    let signed = items.filter { $0.categoricalSign != nil }.compactMap(\.name).sorted()
    let names = [asked, CategoricalNames(of: request.model).names, signed]
    return names.allSatisfy(\.isEmpty) ? [] : [.array(names.map { .array($0.map { .string($0) }) })]
  }

  /// What is done with the map, whoever asked for it.
  private static func steps(_ request: InferenceRequest) throws(InferenceError) -> JSONValue {
    do {
      let plan = try PostProcessingPlan(of: request.model, override: request.postProcessing)
      return .object(plan.effective.document)
    } catch {
      throw InferenceError(error)
    }
  }
}
