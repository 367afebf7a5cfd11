public import StacModel
internal import YAMLValues

/// The file `MLmodel` of a logged model: which libraries read it, and what goes in and out.
///
/// Source: MLflow documentation, "MLflow Models", storage format.
public struct MLmodel: Sendable, Hashable {
  /// A library that the model was saved for.
  public struct Flavor: Sendable, Hashable {
    /// `xgboost`, `sklearn`, `python_function`, …
    public let name: String
    public let fields: JSONObject
  }

  public let flavors: [Flavor]
  public let runID: String?
  public let modelID: String?
  public let signature: ModelSignature?
  /// Bytes of all files, where MLflow tells.
  public let size: Int64?

  /// The largest file that is read, in bytes.
  public static let mostBytes = 1 << 20

  /// Reads the file.
  ///
  /// - Throws: ``MLflowError/unusable(_:)`` where it is no YAML mapping or too large, deep or entangled.
  public init(_ bytes: [UInt8]) throws(MLflowError) {
    let root: JSONValue
    do throws(YAMLError) {
      root = try YAMLText.parse(bytes, limits: YAMLLimits(bytes: Self.mostBytes, depth: 32, values: 100_000))
    } catch {
      throw .unusable("the MLmodel file cannot be used: \(error.description)")
    }
    guard let object = root.object else { throw .unusable("the MLmodel file is no YAML mapping") }
    flavors = object["flavors"]?.object?.members.map { Flavor(name: $0.name, fields: $0.value.object ?? [:]) } ?? []
    runID = object["run_id"]?.string
    modelID = object["model_id"]?.string
    size = object["model_size_bytes"]?.integer
    signature = object["signature"]?.object.map(ModelSignature.init)
  }

  /// The library that made the model: the flavor that is not the general one.
  public var framework: ModelFramework? {
    flavors.lazy.compactMap { ModelFramework(flavor: $0.name, fields: $0.fields) }.first
  }
}
