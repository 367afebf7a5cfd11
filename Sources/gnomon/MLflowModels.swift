import HTTPClient
import MLflow
import ModelArtifacts

/// The files of models that addresses of MLflow name: `runs:/…`, `models:/…`, `mlflow-artifacts:/…`.
struct MLflowModels: ModelRegistry {
  let servers: MLflowServers

  func knows(_ address: String) -> Bool { ModelURI(address) != nil }

  func check(_ address: String) throws(ArtifactError) {
    guard let uri = ModelURI(address) else { throw Self.noAddress(address) }
    do throws(MLflowError) {
      _ = try servers.client(of: nil)
      if case .artifacts(let path) = uri { _ = try servers.file(ofProxiedArtifact: path) }
    } catch {
      throw .registry(error.description)
    }
  }

  private static func noAddress(_ text: String) -> ArtifactError {
    .address("'\(text.prefix(100))' is no address of MLflow")
  }

  func location(
    of address: String, reading read: @Sendable (String) async throws(ArtifactError) -> [UInt8]
  ) async throws(ArtifactError) -> String {
    guard let uri = ModelURI(address) else { throw Self.noAddress(address) }
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

  func download(of location: String) throws(ArtifactError) -> RegistryDownload? {
    guard case .artifacts(let path)? = ModelURI(location) else { return nil }
    do throws(MLflowError) {
      let file = try servers.file(ofProxiedArtifact: path)
      // The server is the operator's word, at whatever address; nobody else is told what it is told.
      var policy = FetchPolicy(allowedHosts: [file.host], addressCheck: .any, maximumRedirects: 0)
      policy.usesProxies = true
      return RegistryDownload(url: file.url, headers: file.headers, policy: policy)
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

  /// The artifacts of a tracking server may be files of the machine that it runs on; which of these may be read here is told
  /// by whoever reads them.
  private static func readable(_ location: String) throws(ArtifactError) -> String {
    let scheme = location.prefix { $0 != ":" }.lowercased()
    guard location.hasPrefix("/") || ["file", "http", "https", "s3", "mlflow-artifacts"].contains(scheme) else {
      throw .registry(
        "the tracking server keeps the file where nothing is read from (\(scheme.prefix(20))); start it with "
          + "--serve-artifacts, or name the file itself")
    }
    return location
  }
}
