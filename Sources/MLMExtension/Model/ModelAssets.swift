public import StacModel

/// The files and links of a model item, by what they are for.
extension Item {
  /// The model file that is run: the first of ``modelFiles``.
  public var modelAsset: Asset? { modelFiles.first }

  /// The other files of models.
  public var otherModelAssets: [Asset] { Array(modelFiles.dropFirst()) }

  /// The assets with the role `mlm:model` that are files of models.
  ///
  /// The schemas of 1.0.0 and 1.1.0 demand the role of every asset, images, code, golden vectors and pictures too. Where no
  /// asset is plainly a model's file, it is the first that is neither an image nor a golden vector.
  var modelFiles: [Asset] {
    let all = assets.filter { $0.roles.contains("mlm:model") && !$0.isContainer && !$0.roles.contains("test-vector") }
    let plain = all.filter(\.isPlainlyModelFile)
    return plain.isEmpty ? Array(all.prefix(1)) : plain
  }

  /// Container images that run or train the model.
  public var containerAssets: [Asset] { assets.filter(\.isContainer) }

  /// The golden vector that is predicted before every run: the first asset with role `test-vector`.
  public var testVectorAsset: Asset? { testVectorAssets.first }

  /// All golden vectors: the assets with role `test-vector`.
  public var testVectorAssets: [Asset] { assets.filter { $0.roles.contains("test-vector") } }

  /// The runs of MLflow that made the model: links with rel `mlflow:run`.
  public var mlflowRunLinks: [Link] { links.filter { $0.rel == LinkRelation.mlflowRun.rawValue } }
}

extension Asset {
  private static let weightRoles: Set = ["mlm:weights", "mlm:checkpoint", "mlm:compiled", "weights", "checkpoint"]
  private static let codeRoles: Set = ["code", "mlm:source_code", "mlm:training-code", "mlm:inference-code"]
  private static let otherRoles: Set = ["metadata", "thumbnail", "overview"]

  /// Whether an asset with the role `mlm:model` is the model itself by its other roles.
  fileprivate var isPlainlyModelFile: Bool {
    let roles = Set(roles)
    guard roles.isDisjoint(with: Self.codeRoles) else { return false }
    return !roles.isDisjoint(with: Self.weightRoles) || roles.isDisjoint(with: Self.otherRoles) && !isRuntime
  }

  /// `mlm:artifact_type`: how the file was written, for example `xgboost.Booster.save_model`.
  public var artifactType: String? { json["mlm:artifact_type"]?.string }

  /// What to do about a model file that can run code when it is loaded (pickle, joblib, torch.save); nil for others.
  public var executableFormatAdvice: String? {
    let path = href.split(whereSeparator: { "?#".contains($0) }).first.map { $0.lowercased() } ?? ""
    let described = "\(artifactType ?? "") \(type ?? "")".lowercased()
    let endings = [".pkl", ".pickle", ".joblib", ".sav", ".pt", ".pth"]
    let words = ["pickle", "joblib", "torch.save", "cloudpickle", "dill"]
    guard endings.contains(where: path.hasSuffix) || words.contains(where: described.contains) else { return nil }
    return "a pickle, joblib or torch.save file can run any code when it is loaded, and is never run here; for XGBoost "
      + "save it with booster.save_model(\"model.ubj\"), of another library export it as ONNX or safetensors"
  }
}
