/// How a model file was written, as far as it is known here.
///
/// Source: best practices of the MLM extension (framework-specific artifact types), and the names that XGBoost,
/// LightGBM, scikit-learn and ONNX give their functions.
struct ArtifactType {
  /// The framework in lower-case letters and digits, nil where any may write it.
  private let framework: String?

  private static let frameworks = [
    "torch": "pytorch", "tf": "tensorflow", "keras": "keras", "xgboost": "xgboost", "lightgbm": "lightgbm",
    "sklearn": "scikitlearn", "catboost": "catboost", "jax": "jax", "flax": "flax",
    "paddle": "paddle",
  ]

  static let examples = [
    "xgboost.Booster.save_model", "lightgbm.Booster.save_model", "onnx.save_model", "torch.jit.save",
    "torch.export.save", "tf.keras.Model.save", "safetensors.torch.save_file",
  ]

  init?(_ text: String) {
    let parts = text.split(separator: ".")
    guard parts.count > 1, !text.contains(" ") else { return nil }
    switch parts[0] {
    case "safetensors": framework = Self.frameworks[String(parts[1])]
    case "onnx", "pickle", "joblib", "cloudpickle", "dill": framework = nil
    default:
      guard let name = Self.frameworks[String(parts[0])] else { return nil }
      framework = name
    }
  }

  /// Whether a model of the framework may be written so; a framework that is not known here may.
  func fits(framework name: String) -> Bool {
    let letters = String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    guard let framework, Set(Self.frameworks.values).contains(letters) else { return true }
    let isKeras = Set([framework, letters]).isSubset(of: ["keras", "tensorflow"])
    return framework == letters || isKeras
  }
}
