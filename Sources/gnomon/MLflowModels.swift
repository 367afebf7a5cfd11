import MLflow
import ModelArtifacts

/// The files of models that addresses of MLflow name: `runs:/…`, `models:/…`, `mlflow-artifacts:/…`.
struct MLflowModels: ModelRegistry {
  let servers: MLflowServers
  /// Hears which of several servers had what names none.
  var tell: @Sendable (String) -> Void = { _ in }

  func knows(_ address: String) -> Bool { ModelURI(address) != nil }

  func check(_ place: RegistryPlace) throws(ArtifactError) {
    let uri = try Self.uri(place)
    do throws(MLflowError) {
      let server = try server(of: place, uri)
      _ = try servers.client(of: server)
      if case .artifacts(let path, _) = uri { _ = try servers.file(ofProxiedArtifact: path, at: server) }
    } catch {
      throw .registry(error.description)
    }
  }

  private static func uri(_ place: RegistryPlace) throws(ArtifactError) -> ModelURI {
    guard let uri = ModelURI(place.address) else {
      throw .address("'\(place.address.prefix(100))' is no address of MLflow")
    }
    return uri
  }

  /// The server that an address or whoever has it names; nil where neither does. Where that one may not be asked nobody is: what
  /// has the same name on another server may be something else.
  private func server(of place: RegistryPlace, _ uri: ModelURI) throws(MLflowError) -> TrackingServer? {
    if case .artifacts(_, let authority?) = uri { return try servers.server(at: authority) }
    return place.server.flatMap { TrackingServer($0) }
  }

  func location(
    of place: RegistryPlace, reading read: @Sendable (RegistryPlace) async throws(ArtifactError) -> [UInt8]
  ) async throws(ArtifactError) -> RegistryPlace {
    let found = try await found(place)
    let location = found.address
    if Self.isFile(location) { return found.with(try Self.readable(location)) }
    // What registries name are folders; the file MLmodel in it tells which file the library loads.
    let folder = location.hasSuffix("/") ? String(location.dropLast()) : location
    let description = try await read(found.with(Self.readable(folder + "/MLmodel")))
    let file: String?
    do throws(MLflowError) {
      file = try MLmodel(description).framework?.file
    } catch {
      throw .registry(error.description)
    }
    guard let file else {
      throw .registry("the MLmodel file of \(place.address.prefix(200)) names no file that is run here")
    }
    return found.with(try Self.readable("\(folder)/\(file)"))
  }

  /// Where a server says that it is, and which server that was.
  private func found(_ place: RegistryPlace) async throws(ArtifactError) -> RegistryPlace {
    let uri = try Self.uri(place)
    do throws(MLflowError) {
      let server = try server(of: place, uri)
      let isChosen = server == nil && servers.named.count > 1
      let answer = try await servers.first(of: server, isUnique: uri.isUnique) { (client) async throws(MLflowError) in
        if isChosen, case .artifacts(let path, _) = uri { try await client.findProxiedArtifact(path) }
        return try await client.location(of: uri)
      }
      if isChosen { tell("\(place.address.prefix(200)) is on the tracking server \(answer.server)") }
      return RegistryPlace(answer.value, server: answer.server.url)
    } catch {
      throw .registry(error.description)
    }
  }

  func download(of place: RegistryPlace) throws(ArtifactError) -> RegistryDownload? {
    guard let uri = ModelURI(place.address), case .artifacts(let path, _) = uri else { return nil }
    do throws(MLflowError) {
      let file = try servers.file(ofProxiedArtifact: path, at: server(of: place, uri))
      return RegistryDownload(url: file.url, headers: file.headers, policy: file.policy)
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
