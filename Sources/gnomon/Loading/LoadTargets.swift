/// The target that the options of a command name.
enum LoadTargets {
  /// Calls a body with the server of an address, or with the database of the options.
  ///
  /// - Parameter jobs: how many batches are worked on at once. A database gets as many sessions.
  static func with<Result>(
    _ options: DatabaseOptions, url: String?, key: ServerKey?, jobs: Int,
    _ body: (any LoadTarget) async throws -> Result
  ) async throws -> Result {
    if let url {
      return try await body(
        try ServerLoadTarget(url: url, key: key, dataDirectory: options.dataDirectory, connections: jobs))
    }
    return try await OpenCatalog.with(
      options, command: "load", applicationName: StoreLoadTarget.applicationName, sessions: jobs
    ) { catalog in
      try await body(StoreLoadTarget(catalog))
    }
  }
}
