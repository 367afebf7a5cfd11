public import StacModel
internal import Yams

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
    guard bytes.count <= Self.mostBytes, let text = String(validating: bytes, as: UTF8.self) else {
      throw .unusable("the MLmodel file is larger than \(Self.mostBytes) bytes or no UTF-8")
    }
    guard let object = try YAMLReader.object(text) else { throw .unusable("the MLmodel file is no YAML mapping") }
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

/// YAML as JSON values, within limits.
enum YAMLReader {
  private static let mostValues = 100_000
  private static let mostDepth = 32

  static func object(_ text: String) throws(MLflowError) -> JSONObject? {
    // An anchor that others lead back to makes a short file a large tree; files of MLflow have none.
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch {
      throw .unusable("the MLmodel file is no YAML: \(String("\(error)".prefix(200)))")
    }
    guard let node else { return nil }
    var count = 0
    return try value(node, depth: 0, count: &count).object
  }

  private static func value(_ node: Node, depth: Int, count: inout Int) throws(MLflowError) -> JSONValue {
    count += 1
    guard depth < mostDepth, count < mostValues else { throw .unusable("the MLmodel file is too deep or too large") }
    switch node {
    case .scalar(let scalar): return self.scalar(node, scalar)
    case .sequence(let sequence):
      var values: [JSONValue] = []
      for element in sequence { values.append(try value(element, depth: depth + 1, count: &count)) }
      return .array(values)
    case .mapping(let mapping):
      var members: [JSONObject.Member] = []
      for pair in mapping {
        guard let name = pair.key.string else { continue }
        members.append(.init(name: name, value: try value(pair.value, depth: depth + 1, count: &count)))
      }
      return .object(JSONObject(members))
    case .alias: throw .unusable("the MLmodel file has aliases, which are not followed")
    }
  }

  private static func scalar(_ node: Node, _ scalar: Node.Scalar) -> JSONValue {
    guard scalar.style == .plain else { return .string(scalar.string) }
    if node.null != nil { return .null }
    if let flag = node.bool { return .bool(flag) }
    if let whole = node.int { return .init(whole) }
    if let number = node.float, number.isFinite { return .init(number) }
    return .string(scalar.string)
  }
}
