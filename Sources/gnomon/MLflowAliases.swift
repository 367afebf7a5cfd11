import MLflow
import StacStore

/// Aliases of MLflow's registered models, on the servers that may be asked.
struct MLflowAliases: AliasMirror {
  let servers: MLflowServers

  func write(_ write: AliasWrite) async throws {
    let client = try servers.client(of: try write.trackingURI.map { try Self.server($0) })
    guard write.isRemoval else {
      return try await client.setAlias(write.alias, ofModel: write.registeredModel, toVersion: write.version)
    }
    // Where somebody has let it lead elsewhere, it is not this catalog's to remove.
    guard try await version(withAlias: write, client) == write.version else { return }
    try await client.deleteAlias(write.alias, ofModel: write.registeredModel)
  }

  private static func server(_ text: String) throws(MLflowError) -> TrackingServer {
    guard let server = TrackingServer(text) else {
      throw .unusable("mlflow:tracking_uri of the item is no address of a tracking server")
    }
    return server
  }

  /// The version that the alias leads to, nil where there is no such alias.
  private func version(withAlias write: AliasWrite, _ client: MLflowClient) async throws(MLflowError) -> String? {
    do throws(MLflowError) {
      return try await client.version(withAlias: write.alias, ofModel: write.registeredModel).version
    } catch {
      guard case .notFound = error else { throw error }
      return nil
    }
  }
}
