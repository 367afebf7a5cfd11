/// The target that the options of a command name.
enum LoadTargets {
  /// Calls a body with the server of an address, or with the database of the options.
  ///
  /// - Parameter sessions: how many batches are written at once, by sessions of the database or connections to the server.
  static func with<Result>(
    _ options: DatabaseOptions, url: String?, key: ServerKey?, sessions: Int,
    _ body: (any LoadTarget) async throws -> Result
  ) async throws -> Result {
    if let url {
      return try await body(
        try ServerLoadTarget(url: url, key: key, dataDirectory: options.dataDirectory, connections: sessions))
    }
    return try await OpenCatalog.with(
      options, command: "load", applicationName: StoreLoadTarget.applicationName, sessions: sessions
    ) { catalog in
      try await body(StoreLoadTarget(catalog))
    }
  }
}
