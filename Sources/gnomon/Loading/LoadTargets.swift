/// The target that the options of a command name.
enum LoadTargets {
  /// Calls a body with the server of an address, or with the database of the options.
  ///
  /// - Parameter sessions: how many batches are written at once.
  static func with<Result>(
    _ options: DatabaseOptions, url: String?, sessions: Int, _ body: (any LoadTarget) async throws -> Result
  ) async throws -> Result {
    if let url {
      return try await body(try ServerLoadTarget(url: url, dataDirectory: options.dataDirectory, connections: sessions))
    }
    return try await OpenCatalog.with(options, command: "load", sessions: sessions + 1) { catalog in
      try await body(StoreLoadTarget(catalog))
    }
  }
}
