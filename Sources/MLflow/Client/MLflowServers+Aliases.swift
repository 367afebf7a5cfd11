/// Aliases follow promotions. They are written on servers that the operator names and on no other: a document may say which
/// server has a run, not where this program writes.
extension MLflowServers {
  /// Lets an alias of a registered model lead to a version. What is so already is no error.
  ///
  /// - Parameter server: the one that the item names; nil for the first that the operator names.
  /// - Throws: ``MLflowError/notFound(_:)`` where there is no such model or version, ``MLflowError/unusable(_:)`` where the
  ///   server is none that the operator names; ``MLflowError/isPassing`` says whether trying again may help.
  public func setAlias(
    _ alias: String, ofModel model: String, toVersion version: String, on server: TrackingServer?
  ) async throws(MLflowError) {
    try await writer(of: server).setAlias(alias, ofModel: model, toVersion: version)
  }

  /// Removes an alias, but only where it still leads to a version: somebody may have given it to another since.
  public func removeAlias(
    _ alias: String, ofModel model: String, fromVersion version: String, on server: TrackingServer?
  ) async throws(MLflowError) {
    let client = try writer(of: server)
    do throws(MLflowError) {
      guard try await client.version(withAlias: alias, ofModel: model).version == version else { return }
    } catch {
      guard case .notFound = error else { throw error }
      return
    }
    try await client.deleteAlias(alias, ofModel: model)
  }

  private func writer(of server: TrackingServer?) throws(MLflowError) -> MLflowClient {
    if let server, !named.contains(server) {
      throw .unusable("\(server) is no server of --mlflow-tracking-uri; aliases are written there only")
    }
    return try client(of: server)
  }
}
