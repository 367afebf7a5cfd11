import MLflow
import ModelArtifacts

/// The files of models that addresses of MLflow name: `runs:/…`, `models:/…`, `mlflow-artifacts:/…`.
struct MLflowModels: ModelRegistry {
  let servers: MLflowServers

  /// How long a file may take, in seconds.
  private static let seconds = 600

  func knows(_ address: String) -> Bool { ModelURI(address) != nil }

  func location(
    of address: String, reading read: @Sendable (String) async throws(ArtifactError) -> [UInt8]
  ) async throws(ArtifactError) -> String {
    guard let uri = ModelURI(address) else { throw .address("'\(address.prefix(100))' is no address of MLflow") }
    let location: String
    do throws(MLflowError) {
      location = try await servers.client(of: nil).location(of: uri)
    } catch {
      throw .registry(error.description)
    }
    if Self.isFile(location) { return try Self.readable(location) }
    // What registries name are folders; the file MLmodel in it tells which file the library loads.
    let folder = location.hasSuffix("/") ? String(location.dropLast()) : location
    let description = try await read(Self.readable(folder + "/MLmodel"))
    let file: String?
    do throws(MLflowError) {
      file = try MLmodel(description).framework?.file
    } catch {
      throw .registry(error.description)
    }
    guard let file else { throw .registry("the MLmodel file of \(address.prefix(200)) names no file that is run here") }
    return try Self.readable("\(folder)/\(file)")
  }

  func contents(of location: String, limit: Int64) async throws(ArtifactError) -> [UInt8]? {
    guard case .artifacts(let path)? = ModelURI(location) else { return nil }
    do throws(MLflowError) {
      return try await servers.client(of: nil, maximumBytes: limit, seconds: Self.seconds).proxiedArtifact(path)
    } catch {
      throw .registry(error.description)
    }
  }

  /// Whether the last name of a path is that of a model's file.
  private static func isFile(_ location: String) -> Bool {
    let name = location.split(separator: "/").last.map(String.init) ?? ""
    return [".ubj", ".json", ".bst", ".txt", ".csv", ".onnx", ".xgb", ".model", "MLmodel"].contains(
      where: name.hasSuffix)
  }

  /// The artifacts of a tracking server may be files of the machine that it runs on, which are not read from here.
  private static func readable(_ location: String) throws(ArtifactError) -> String {
    let scheme = location.prefix { $0 != ":" }.lowercased()
    guard ["http", "https", "s3", "mlflow-artifacts"].contains(scheme) else {
      throw .registry(
        "the file is at an address of the tracking server's own machine; start it with --serve-artifacts, or name the "
          + "file itself")
    }
    return location
  }
}
