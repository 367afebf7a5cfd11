import Containers
import Inference
import Logging
import ModelArtifacts
import Postgres
import StacAPI
import StacStore

/// What the HTTP face stands on, put together.
enum Services {
  static func make(
    catalog: OpenCatalog, settings: ServeSettings, runs: ModelRunUpkeep, proofs: ModelProofs, logger: Logger
  ) -> APIServices {
    let proof = proofs.proof
    let access = proof.access
    var predictions = CatalogPredictions(store: catalog.store, access: access, gate: InferenceGate(capacity: 2))
    predictions.demandSound = { try await proofs.demandSound($0) }
    let evidence = EvidenceOfModels(proof: proof, store: catalog.store, runs: runs)
    let services = APIServices(
      store: catalog.store,
      predictions: StoredPredictions(
        predictions: predictions, files: PublishedFiles(dataDirectory: settings.api.dataDirectory),
        version: settings.api.version, logger: logger),
      readiness: { await readiness(of: catalog, logger: logger) },
      modelRuns: runs, measurements: { sessions(of: catalog.pool) + (await runs.measurements) },
      look: { try await proofs.look(at: $0, until: $1) },
      proofs: proofs,
      containers: ContainerChecks(store: catalog.store, registry: ImageRegistry(policy: settings.artifacts.policy)),
      readFile: { await access.smallFile(at: $0) },
      promotions: ModelPromotions(store: catalog.store, needsFourEyes: settings.fourEyes) {
        try await evidence.evidence($0)
      })
    services.matching.begin()
    Task {
      await onOwnThread {
        let count = FetchFolder.removeLeftovers(in: access.cacheFolder)
        if count > 0 { logger.notice("files of runs that were broken off are removed", metadata: ["runs": "\(count)"]) }
      }
    }
    return services
  }

  private static func sessions(of pool: PostgresPool) -> [Measurement] {
    let usage = pool.usage
    return [
      Measurement(
        "gnomon_database_sessions", .gauge, "Sessions of the database by what they do.",
        [.init(["state": "lent"], Double(usage.lent)), .init(["state": "idle"], Double(usage.idle))]),
      Measurement(
        "gnomon_database_sessions_most", .gauge, "How many sessions there may be.", [.init(Double(usage.size))]),
      Measurement(
        "gnomon_database_waiting", .gauge, "Callers that wait for a session.", [.init(Double(usage.waiting))]),
    ]
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
