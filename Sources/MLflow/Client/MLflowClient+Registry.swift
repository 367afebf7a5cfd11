import StacModel

extension MLflowClient {
  /// A registered model with its aliases (`registered-models/get`).
  public func registeredModel(name: String) async throws(MLflowError) -> RegisteredModel {
    let answer = try await get("registered-models/get", ["name": name])
    guard let model = answer["registered_model"]?.object.flatMap(RegisteredModel.init) else {
      throw .unreadable("registered-models/get gives no model")
    }
    return model
  }

  /// A version of a registered model (`model-versions/get`).
  public func version(_ version: String, ofModel name: String) async throws(MLflowError) -> RegisteredModelVersion {
    try Self.version(in: try await get("model-versions/get", ["name": name, "version": version]))
  }

  /// The version that an alias leads to (`registered-models/alias`).
  ///
  /// - Throws: ``MLflowError/notFound(_:)`` also where the model has no such alias, of which MLflow says that a parameter is
  ///   invalid.
  public func version(withAlias alias: String, ofModel name: String) async throws(MLflowError) -> RegisteredModelVersion
  {
    do throws(MLflowError) {
      return try Self.version(in: try await get("registered-models/alias", ["name": name, "alias": alias]))
    } catch {
      guard case .failed(_, "INVALID_PARAMETER_VALUE", let message) = error else { throw error }
      throw .notFound(message)
    }
  }

  /// The latest version, of all or of a stage (`registered-models/get-latest-versions`), as MLflow's own library finds what
  /// `models:/{name}/latest` and `models:/{name}/{stage}` name.
  public func latestVersion(ofModel name: String, stage: String?) async throws(MLflowError) -> RegisteredModelVersion {
    var body: JSONObject = ["name": .string(name)]
    if let stage { body["stages"] = [.string(stage)] }
    let answer = try await send("POST", "registered-models/get-latest-versions", body)
    let versions = answer["model_versions"]?.array?.compactMap { $0.object.flatMap(RegisteredModelVersion.init) } ?? []
    guard let latest = versions.max(by: { (Int($0.version) ?? 0) < (Int($1.version) ?? 0) }) else {
      throw .notFound("'\(name)' has no version" + (stage.map { " in the stage '\($0)'" } ?? ""))
    }
    return latest
  }

  /// Versions that a filter in MLflow's own language finds, such as `run_id = '…'` (`model-versions/search`).
  public func versions(filter: String, limit: Int = 100) async throws(MLflowError) -> [RegisteredModelVersion] {
    let answer = try await get("model-versions/search", ["filter": filter, "max_results": "\(limit)"])
    return answer["model_versions"]?.array?.compactMap { $0.object.flatMap(RegisteredModelVersion.init) } ?? []
  }

  /// Where the files of a version are (`model-versions/get-download-uri`).
  public func downloadURI(ofVersion version: String, model name: String) async throws(MLflowError) -> String {
    let answer = try await get("model-versions/get-download-uri", ["name": name, "version": version])
    guard let uri = answer["artifact_uri"]?.string, !uri.isEmpty else {
      throw .unreadable("model-versions/get-download-uri gives no URI")
    }
    return uri
  }

  /// A logged model of MLflow 3 (`logged-models/{id}`).
  public func loggedModel(id: String) async throws(MLflowError) -> LoggedModel {
    let answer = try await get("logged-models/\(PercentCoding.encode(id))")
    guard let model = answer["model"]?.object.flatMap(LoggedModel.init) else {
      throw .unreadable("logged-models gives no model")
    }
    return model
  }

  /// Lets an alias lead to a version, wherever it led before (`POST registered-models/alias`). Doing it again changes nothing.
  public func setAlias(_ alias: String, ofModel name: String, toVersion version: String) async throws(MLflowError) {
    try await send(
      "POST", "registered-models/alias",
      ["name": .string(name), "alias": .string(alias), "version": .string(version)])
  }

  /// Removes an alias (`DELETE registered-models/alias`); none is not a failure.
  public func deleteAlias(_ alias: String, ofModel name: String) async throws(MLflowError) {
    do throws(MLflowError) {
      try await send("DELETE", "registered-models/alias", ["name": .string(name), "alias": .string(alias)])
    } catch {
      switch error {
      case .notFound, .failed(_, "INVALID_PARAMETER_VALUE", _): return
      default: throw error
      }
    }
  }

  private static func version(in answer: JSONObject) throws(MLflowError) -> RegisteredModelVersion {
    guard let version = answer["model_version"]?.object.flatMap(RegisteredModelVersion.init) else {
      throw .unreadable("the registry gives no version")
    }
    return version
  }
}
