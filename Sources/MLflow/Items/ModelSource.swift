internal import Digests
import StacModel

/// A model as MLflow has it: its run, its registered version, its file `MLmodel` and the file that a library loads.
public struct ModelSource: Sendable, Hashable {
  public let server: TrackingServer
  /// Nil where no run is known to have made it.
  public let run: MLflowRun?
  /// Nil where the model is not registered.
  public let version: RegisteredModelVersion?
  /// The alias that led to it.
  public let alias: String?
  public let description: MLmodel
  /// The folder of its files: `mlflow-artifacts:/…`, `s3://…`, ….
  public let folder: String
  /// The file that the library loads; nil where `MLmodel` names none.
  public let file: ModelFile?
}

/// A file of a model.
public struct ModelFile: Sendable, Hashable {
  /// Where it is: `mlflow-artifacts:/…`, `s3://…`, ….
  public let href: String
  public let size: Int64
  /// `file:checksum`: the multihash of its SHA-256 in hexadecimal.
  public let checksum: String
}

/// Reads files that MLflow does not hand out itself, such as `s3://…`; what it throws is told as it is.
public typealias ArtifactReader = @Sendable (_ uri: String) async throws -> [UInt8]

extension ModelSource {
  /// The largest model file that is read for its checksum, in bytes.
  public static let mostBytes: Int64 = 1 << 30
  /// How long the model file may take, in seconds.
  private static let seconds = 600

  /// Fetches what MLflow knows of a model, and its file for size and checksum.
  ///
  /// - Parameters:
  ///   - uri: `models:/name@alias`, `models:/name/version`, `models:/m-…` or `runs:/id/path`.
  ///   - server: the tracking server; nil for the one that the operator names.
  ///   - read: reads files outside the server's artifact proxy; nil where only that is read.
  public static func fetch(
    _ uri: ModelURI, from servers: MLflowServers, server: TrackingServer? = nil, read: ArtifactReader? = nil
  ) async throws(MLflowError) -> ModelSource {
    if case .artifacts = uri {
      throw .unusable("a model is named by models:/name@alias, models:/name/version or runs:/id/path, not by its files")
    }
    let limits = (bytes: mostBytes, seconds: seconds)
    let found = try await servers.first(of: server, isUnique: uri.isUnique, limits: limits) {
      (client) async throws(MLflowError) in
      let version = try await client.version(namedBy: uri)
      // An alias may move while its files are fetched: the version it led to is what is registered.
      let pinned = version.map { ModelURI.version(model: $0.model, version: $0.version) } ?? uri
      return Place(client: client, version: version, folder: try await client.location(of: pinned))
    }.value
    let (client, version, folder) = (found.client, found.version, found.folder)
    var alias: String?
    if case .alias(_, let name) = uri { alias = name }
    let bytes = try await contents(of: MLflowClient.joined(folder, "MLmodel"), client, read)
    let description = try MLmodel(bytes)
    let runID = [version?.runID, uri.runID, description.runID].compactMap(\.self).first { !$0.isEmpty }
    var run: MLflowRun?
    if let runID { run = try await client.run(id: runID) }
    return ModelSource(
      server: client.server, run: run, version: version, alias: alias, description: description, folder: folder,
      file: try await file(description.framework?.file, in: folder, client, read))
  }

  /// Where a model is.
  private struct Place: Sendable {
    let client: MLflowClient
    let version: RegisteredModelVersion?
    let folder: String
  }

  private static func file(
    _ name: String?, in folder: String, _ client: MLflowClient, _ read: ArtifactReader?
  ) async throws(MLflowError) -> ModelFile? {
    guard let name else { return nil }
    let href = MLflowClient.joined(folder, name)
    let bytes: [UInt8]
    do throws(MLflowError) {
      bytes = try await contents(of: href, client, read)
    } catch {
      // A folder, as some flavors have: it is no file with a checksum.
      guard case .notFound = error else { throw error }
      return nil
    }
    do throws(DigestError) {
      return ModelFile(href: href, size: Int64(bytes.count), checksum: try Multihash.sha256(of: bytes).hexadecimal)
    } catch {
      throw .unusable("the checksum of \(href) cannot be computed: \(error)")
    }
  }

  private static func contents(
    of uri: String, _ client: MLflowClient, _ read: ArtifactReader?
  ) async throws(MLflowError) -> [UInt8] {
    if case .artifacts(let path, _)? = ModelURI(uri) { return try await client.proxiedArtifact(path) }
    guard let read else {
      throw .unusable("the files of the model are at \(uri.prefix(200)), which the MLflow server does not hand out")
    }
    do {
      return try await read(uri)
    } catch {
      throw .unusable("\(uri.prefix(200)) cannot be read: \(error)")
    }
  }
}

extension MLflowClient {
  /// The version that a URI names; nil where it names none of a registered model.
  fileprivate func version(namedBy uri: ModelURI) async throws(MLflowError) -> RegisteredModelVersion? {
    switch uri {
    case .version(let model, let number): try await version(number, ofModel: model)
    case .alias(let model, let name): try await version(withAlias: name, ofModel: model)
    case .latest(let model, let stage): try await latestVersion(ofModel: model, stage: stage)
    case .run, .loggedModel, .artifacts: nil
    }
  }
}

extension ModelURI {
  fileprivate var runID: String? { if case .run(let id, _) = self { id } else { nil } }
}
