import StacModel

/// A version of a model in MLflow's registry.
public struct RegisteredModelVersion: Sendable, Hashable {
  public let model: String
  public let version: String
  /// The run that made it, empty where none did.
  public let runID: String
  /// Where it was registered from: `models:/m-…`, `runs:/…`, or where its files are.
  public let source: String
  /// `READY`, `PENDING_REGISTRATION` or `FAILED_REGISTRATION`.
  public let status: String
  public let description: String
  public let aliases: [String]
  public let tags: [MLflowPair]

  init?(_ json: JSONObject) {
    guard let name = json["name"]?.string,
      let version = json["version"]?.string ?? json.whole("version").map({ "\($0)" })
    else { return nil }
    model = name
    self.version = version
    runID = json.text("run_id")
    source = json.text("source")
    status = json.text("status")
    description = json.text("description")
    aliases = json["aliases"]?.array?.compactMap(\.string) ?? []
    tags = json.pairs("tags")
  }

  /// The logged model that was registered (MLflow 3), nil where it was something else.
  public var loggedModelID: String? {
    guard case .loggedModel(let id, "")? = ModelURI(source) else { return nil }
    return id
  }
}

/// A model in MLflow's registry.
public struct RegisteredModel: Sendable, Hashable {
  public let name: String
  public let description: String
  /// The versions that aliases lead to, by alias.
  public let aliases: [String: String]
  public let tags: [MLflowPair]

  init?(_ json: JSONObject) {
    guard let name = json["name"]?.string else { return nil }
    self.name = name
    description = json.text("description")
    var aliases: [String: String] = [:]
    for entry in json["aliases"]?.array ?? [] {
      if let alias = entry.object?["alias"]?.string { aliases[alias] = entry.object?.text("version") }
    }
    self.aliases = aliases
    tags = json.pairs("tags")
  }
}

/// A model as it was logged (MLflow 3), registered or not.
public struct LoggedModel: Sendable, Hashable {
  public let id: String
  public let name: String
  public let runID: String
  /// The folder of its files.
  public let artifactURI: String
  /// `LOGGED_MODEL_READY`, …
  public let status: String

  init?(_ json: JSONObject) {
    guard let info = json["info"]?.object, let id = info["model_id"]?.string else { return nil }
    self.id = id
    name = info.text("name")
    runID = info.text("source_run_id")
    artifactURI = info.text("artifact_uri")
    status = info.text("status")
  }
}

/// A file or a folder of a run or a model.
public struct ArtifactEntry: Sendable, Hashable {
  /// Relative to the folder that was listed, or to the root.
  public let path: String
  public let isFolder: Bool
  /// Bytes; nil for folders.
  public let size: Int64?

  init?(_ json: JSONObject) {
    guard let path = json["path"]?.string else { return nil }
    self.path = path
    isFolder = json["is_dir"]?.bool ?? false
    size = json.whole("file_size")
  }
}

/// The files of a run or a logged model.
public struct ArtifactListing: Sendable, Hashable {
  /// The folder that the paths are relative to.
  public internal(set) var rootURI: String
  public internal(set) var files: [ArtifactEntry]
}
