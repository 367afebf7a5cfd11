import StacModel

extension MLflowClient {
  /// The files of a run below a path (`artifacts/list`), all pages of them up to a thousand.
  public func artifacts(ofRun run: String, path: String? = nil) async throws(MLflowError) -> ArtifactListing {
    var listing = ArtifactListing(rootURI: "", files: [])
    var token: String?
    repeat {
      let answer = try await get("artifacts/list", ["run_id": run, "path": path, "page_token": token])
      listing.rootURI = answer["root_uri"]?.string ?? listing.rootURI
      listing.files += Self.files(in: answer)
      token = answer["next_page_token"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    } while token != nil && listing.files.count < 1_000
    return listing
  }

  /// The files of a logged model of MLflow 3 (`logged-models/{id}/artifacts/directories`).
  public func artifacts(ofLoggedModel id: String) async throws(MLflowError) -> ArtifactListing {
    let answer = try await get("logged-models/\(PercentCoding.encode(id))/artifacts/directories")
    return ArtifactListing(rootURI: answer["root_uri"]?.string ?? "", files: Self.files(in: answer))
  }

  /// The files that the server's artifact proxy has below a path (`/api/2.0/mlflow-artifacts/artifacts?path=`).
  public func proxiedArtifacts(below path: String) async throws(MLflowError) -> [ArtifactEntry] {
    guard ModelURI.isPlain(path) else { throw .unusable("the path of the artifact has parts that lead elsewhere") }
    return Self.files(
      in: try await object("GET", "/api/2.0/mlflow-artifacts/artifacts?path=\(PercentCoding.encode(path))"))
  }

  /// The bytes of a file behind the server's artifact proxy: what `mlflow-artifacts:/{path}` names.
  ///
  /// - Throws: ``MLflowError/tooLarge(limit:)`` beyond the client's limit.
  public func proxiedArtifact(_ path: String) async throws(MLflowError) -> [UInt8] {
    try await bytes("GET", try Self.proxyPath(of: path))
  }

  static func proxyPath(of path: String) throws(MLflowError) -> String {
    guard ModelURI.isPlain(path) else { throw .unusable("the path of the artifact has parts that lead elsewhere") }
    let segments = path.split(separator: "/").map { PercentCoding.encode(String($0)) }
    return "/api/2.0/mlflow-artifacts/artifacts/" + segments.joined(separator: "/")
  }

  /// Where the files are that a URI names: `runs:/…`, `models:/…` and `mlflow-artifacts:/…` become the folder or file they
  /// stand for, as the server says; nothing is fetched.
  ///
  /// - Returns: `mlflow-artifacts:/…`, `s3://…`, a path, or whatever the artifact root of the server is.
  public func location(of uri: ModelURI) async throws(MLflowError) -> String {
    switch uri {
    case .artifacts(let path, _): return "mlflow-artifacts:/" + path
    case .version(let model, let version): return try await downloadURI(ofVersion: version, model: model)
    case .alias(let model, let alias):
      let version = try await version(withAlias: alias, ofModel: model)
      return try await downloadURI(ofVersion: version.version, model: model)
    case .latest(let model, let stage):
      let version = try await latestVersion(ofModel: model, stage: stage)
      return try await downloadURI(ofVersion: version.version, model: model)
    case .loggedModel(let id, let path): return Self.joined(try await loggedModel(id: id).artifactURI, path)
    case .run(let id, let path):
      let run = try await run(id: id)
      // In MLflow 3 what was logged as a model lies beside the run, not below it.
      for id in run.modelIDs.prefix(20) {
        let model = try await loggedModel(id: id)
        if path == model.name { return model.artifactURI }
        if path.hasPrefix(model.name + "/") {
          return Self.joined(model.artifactURI, String(path.dropFirst(model.name.count + 1)))
        }
      }
      return Self.joined(run.artifactURI, path)
    }
  }

  /// Whether the server's artifact proxy has a file or a folder.
  ///
  /// - Throws: ``MLflowError/notFound(_:)`` where it does not, or hands out no artifacts at all.
  public func findProxiedArtifact(_ path: String) async throws(MLflowError) {
    let parts = path.split(separator: "/")
    let missing = MLflowError.notFound("its artifact proxy has no '\(path.prefix(200))'")
    let listed: [ArtifactEntry]
    do throws(MLflowError) {
      listed = try await proxiedArtifacts(below: parts.dropLast().joined(separator: "/"))
    } catch {
      // A server that keeps no artifacts says so in various ways.
      switch error {
      case .failed, .unreadable, .notFound: throw missing
      default: throw error
      }
    }
    guard listed.contains(where: { $0.path.split(separator: "/").last == parts.last }) else { throw missing }
  }

  static func joined(_ root: String, _ path: String) -> String {
    path.isEmpty ? root : (root.hasSuffix("/") ? root : root + "/") + path
  }

  private static func files(in answer: JSONObject) -> [ArtifactEntry] {
    answer["files"]?.array?.compactMap { $0.object.flatMap(ArtifactEntry.init) } ?? []
  }
}
