/// How a model file was written, as far as it is known here.
///
/// Source: README and JSON schema of the MLM extension, 1.0.0 to 1.5.2, and the functions that libraries write models with.
struct ArtifactType {
  /// The framework in lower-case letters and digits, empty where any may write it.
  private let framework: String

  static let examples = [
    "xgboost.Booster.save_model", "lightgbm.Booster.save_model", "onnx.save_model", "torch.jit.save",
    "torch.export.save", "tf.keras.Model.save", "safetensors.torch.save_file",
  ]

  private static let keras = [
    "Model.save", "Model.save_weights", "Model.export", "models.save_model", "saving.save_model",
  ]

  private static let boosters = [
    "Booster.save_model", "Booster.save_raw", "XGBModel.save_model", "XGBClassifier.save_model",
    "XGBRegressor.save_model",
    "XGBRanker.save_model", "XGBRFClassifier.save_model", "XGBRFRegressor.save_model",
  ]

  /// The whole names, by framework: another function of the same library reads models, or does not exist.
  private static let names: [String: [String]] = [
    "pytorch": [
      "torch.save", "torch.jit.save", "torch.jit.script", "torch.jit.trace", "torch.export", "torch.export.save",
      "torch.compile", "torch.onnx.export", "safetensors.torch.save_file", "safetensors.torch.save_model",
    ],
    "tensorflow": ["saved_model.save", "train.Checkpoint.save"].map { "tf." + $0 } + keras.map { "tf.keras." + $0 },
    "keras": keras.map { "keras." + $0 },
    "xgboost": boosters.map { "xgboost." + $0 },
    "lightgbm": ["lightgbm.Booster.save_model", "lightgbm.Booster.model_to_string"],
    "catboost": [
      "catboost.CatBoost.save_model", "catboost.CatBoostClassifier.save_model", "catboost.CatBoostRegressor.save_model",
    ],
    "scikitlearn": ["sklearn.cloudpickle"],
    "jax": ["jax.export.export"],
    "flax": [
      "flax.serialization.to_bytes", "flax.serialization.msgpack_serialize",
      "flax.training.checkpoints.save_checkpoint",
      "safetensors.flax.save_file",
    ],
    "paddle": [
      "paddle.save", "paddle.jit.save", "paddle.static.save", "paddle.static.save_inference_model",
      "safetensors.paddle.save_file",
    ],
    "": [
      "onnx.save", "onnx.save_model", "pickle.dump", "joblib.dump", "cloudpickle.dump", "dill.dump",
      "safetensors.tensorflow.save_file", "safetensors.numpy.save_file",
    ],
  ]

  private static let known = Dictionary(
    names.flatMap { framework, names in names.map { ($0, framework) } }, uniquingKeysWith: { first, _ in first })

  /// Nil where the name is not known, as it is written.
  init?(_ text: String) {
    guard let framework = Self.known[text] else { return nil }
    self.framework = framework
  }

  /// Whether a model of the framework may be written so; a framework that is not known here may.
  func fits(framework name: String) -> Bool {
    let letters = String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    guard !framework.isEmpty, Self.names[letters] != nil else { return true }
    let isKeras = Set([framework, letters]).isSubset(of: ["keras", "tensorflow"])
    return framework == letters || isKeras
  }
}
