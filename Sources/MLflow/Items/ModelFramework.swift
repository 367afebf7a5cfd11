import StacModel

/// The library that a flavor of MLflow stands for, in the words of the MLM extension.
public struct ModelFramework: Sendable, Hashable {
  /// `mlm:framework`.
  public let name: String
  /// `mlm:framework_version`: major, minor and patch; nil where the file tells none.
  public let version: String?
  /// `mlm:artifact_type` of the file.
  public let artifactType: String?
  /// The media type of the file.
  public let mediaType: String
  /// The file of the model, relative to the folder of `MLmodel`.
  public let file: String?

  /// How a flavor is called elsewhere.
  private struct Words {
    let name: String
    let versionField: String
    let artifactType: String?
    let mediaType: String
  }

  private static let known: [String: Words] = [
    "xgboost": .init(
      name: "XGBoost", versionField: "xgb_version", artifactType: "xgboost.Booster.save_model",
      mediaType: "application/octet-stream; framework=xgboost"),
    "lightgbm": .init(
      name: "LightGBM", versionField: "lgb_version", artifactType: "lightgbm.Booster.save_model",
      mediaType: "text/plain; framework=lightgbm"),
    "onnx": .init(
      name: "ONNX", versionField: "onnx_version", artifactType: "onnx.save_model",
      mediaType: "application/octet-stream; framework=onnx"),
    "sklearn": .init(
      name: "scikit-learn", versionField: "sklearn_version", artifactType: "sklearn.cloudpickle",
      mediaType: "application/octet-stream; framework=scikit-learn"),
    "pytorch": .init(
      name: "PyTorch", versionField: "pytorch_version", artifactType: "torch.save",
      mediaType: "application/octet-stream; framework=pytorch"),
    "tensorflow": .init(
      name: "TensorFlow", versionField: "tensorflow_version", artifactType: "tf.keras.Model.save",
      mediaType: "application/octet-stream; framework=tensorflow"),
    "keras": .init(
      name: "Keras", versionField: "keras_version", artifactType: "keras.Model.save",
      mediaType: "application/octet-stream; framework=keras"),
    "catboost": .init(
      name: "CatBoost", versionField: "catboost_version", artifactType: "catboost.CatBoost.save_model",
      mediaType: "application/octet-stream; framework=catboost"),
  ]

  /// Nil for `python_function`, which wraps the others, and for flavors that are not known.
  init?(flavor: String, fields: JSONObject) {
    guard let words = Self.known[flavor] else { return nil }
    name = words.name
    version = (fields[words.versionField]?.string ?? fields[words.versionField]?.double.map { "\($0)" })
      .flatMap(Self.semantic)
    artifactType = words.artifactType
    let data = fields["data"]?.string ?? fields["model_data"]?.string ?? fields["pickled_model"]?.string
    file = data.flatMap { !$0.isEmpty && ModelURI.isPlain($0) ? $0 : nil }
    mediaType = file?.hasSuffix(".json") == true ? "application/json; framework=\(flavor)" : words.mediaType
  }

  /// The version with major, minor and patch, as MLM wants it: "2.1" becomes "2.1.0", "2.1.0+cu121" "2.1.0".
  static func semantic(_ text: String) -> String? {
    let numbers = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }.split(separator: ".").prefix(3)
    guard let first = numbers.first, first.count <= 6 else { return nil }
    return (numbers.map(String.init) + ["0", "0"]).prefix(3).joined(separator: ".")
  }
}
