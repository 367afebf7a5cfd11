public import StacModel

/// The files and links of a model item, by what they are for.
extension Item {
  /// The model file that is run: the first asset with role `mlm:model`.
  public var modelAsset: Asset? { assets.first { $0.roles.contains("mlm:model") } }

  /// The other assets with that role that are files of models; version 1.0.0 demands it of code and images too.
  public var otherModelAssets: [Asset] {
    assets.filter { asset in
      asset.roles.contains("mlm:model") && asset.key != modelAsset?.key && !asset.isContainer
        && Set(asset.roles).isDisjoint(with: ["code", "mlm:source_code", "test-vector"])
    }
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
