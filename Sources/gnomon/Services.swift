import Inference
import Logging
import Postgres
import StacAPI
import StacStore

/// What the HTTP face stands on, put together.
enum Services {
  static func make(catalog: OpenCatalog, settings: ServeSettings, logger: Logger) -> APIServices {
    let access = AssetAccess.server(settings)
    let predictions = CatalogPredictions(store: catalog.store, access: access, gate: InferenceGate(capacity: 2))
    let proof = ModelProof(access: access)
    return APIServices(
      store: catalog.store,
      predictions: StoredPredictions(
        predictions: predictions, files: PublishedFiles(dataDirectory: settings.api.dataDirectory),
        version: settings.api.version),
      readiness: { await readiness(of: catalog, logger: logger) },
      checkModel: { await proof.check($0) },
      readFile: { await access.smallFile(at: $0) })
  }

  private static func readiness(of catalog: OpenCatalog, logger: Logger) async -> Readiness {
    let readsFromReplica = catalog.replicas?.isServing
    do {
      guard try await CatalogDatabase.isAtHead(catalog.pool) else {
        return .notReady("the database has the schema of another version")
      }
      return readsFromReplica.map { .readyWithReplicas(isServing: $0, isWritable: true) } ?? .ready
    } catch {
      logger.warning("not ready", metadata: ["reason": "\(error.description)"])
      // All servers of a catalog have the same database: those that can still be read from stay.
      if readsFromReplica == true { return .readyWithReplicas(isServing: true, isWritable: false) }
      return .notReady("the database cannot be reached")
    }
  }
}
