import MLflow
import StacStore

/// Aliases of MLflow's registered models, on the servers that the operator names.
struct MLflowAliases: AliasMirror {
  let servers: MLflowServers

  func write(_ write: AliasWrite) async throws {
    let server = try write.trackingURI.map { try Self.server($0) }
    if write.isRemoval {
      try await servers.removeAlias(
        write.alias, ofModel: write.registeredModel, fromVersion: write.version, on: server)
    } else {
      try await servers.setAlias(write.alias, ofModel: write.registeredModel, toVersion: write.version, on: server)
    }
  }

  private static func server(_ text: String) throws(MLflowError) -> TrackingServer {
    guard let server = TrackingServer(text) else {
      throw .unusable("mlflow:tracking_uri of the item is no address of a tracking server")
    }
    return server
  }
}
