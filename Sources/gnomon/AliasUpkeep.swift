import Logging
import StacStore

/// Writes aliases of registered models: MLflow's.
protocol AliasMirror: Sendable {
  /// Sets or removes an alias; what is so already is no error.
  ///
  /// - Throws: whatever says in one line why not.
  func write(_ write: AliasWrite) async throws
}

/// Tells MLflow which versions are in production, behind the decisions and apart from them: what waits stands in the
/// database, and is tried until it is done.
enum AliasUpkeep {
  private static let interval = Duration.seconds(2)

  /// Begins now, and goes on until the task is cancelled.
  static func start(store: PostgresCatalogStore, mirror: any AliasMirror, logger: Logger) -> Task<Void, Never> {
    Task {
      while !Task.isCancelled {
        while await writeNext(store, mirror, logger) {}
        try? await Task.sleep(for: interval)
      }
    }
  }

  /// Writes what is due now, once each; what fails waits for whoever tries next.
  static func writeDue(
    atMost most: Int, store: PostgresCatalogStore, mirror: any AliasMirror, logger: Logger
  ) async {
    for _ in 0..<most {
      guard await writeNext(store, mirror, logger) else { return }
    }
  }

  /// Writes the next that is due; false where none is, or the database does not say.
  private static func writeNext(
    _ store: PostgresCatalogStore, _ mirror: any AliasMirror, _ logger: Logger
  ) async -> Bool {
    guard let write = try? await store.claimAliasWrite() else { return false }
    var failure: String?
    do {
      try await mirror.write(write)
    } catch {
      failure = "\(error)"
      logger.warning(
        "alias not written",
        metadata: [
          "model": .string(write.registeredModel), "alias": .string(write.alias), "reason": .string("\(error)"),
        ])
    }
    do throws(StoreError) {
      try await store.finish(aliasWrite: write.number, error: failure)
      return true
    } catch {
      return false
    }
  }
}
