/// The destination that the options of a command name.
enum CatalogDestinations {
  /// Calls a body with the server of an address, or with the store of the options.
  static func with<Result>(
    _ options: DatabaseOptions, url: String?, key: ServerKey?, command: String,
    _ body: (any CatalogDestination) async throws -> Result
  ) async throws -> Result {
    if let url { return try await body(try ServerDestination(url: url, key: key)) }
    return try await OpenCatalog.with(options, command: command) { catalog in
      try await body(StoreDestination(store: catalog.store))
    }
  }
}
