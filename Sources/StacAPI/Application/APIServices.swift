public import MLMExtension
public import StacModel
public import StacStore

/// Whether the server can answer requests now.
public enum Readiness: Sendable, Equatable {
  case ready
  /// The same where reads may go to replicas: whether they do now, and whether the database itself can be reached.
  case readyWithReplicas(isServing: Bool, isWritable: Bool)
  /// Why not, in words that a client may read.
  case notReady(String)
}

/// What the HTTP interface stands on.
public struct APIServices: Sendable {
  public let store: any CatalogStore
  /// Finds the models that imagery can feed.
  public let matching: ModelMatching
  /// Runs models; nil where this server only serves a catalog.
  public let predictions: (any PredictionService)?
  /// Asks the database and its migrations.
  public let readiness: @Sendable () async -> Readiness
  /// What MLflow says of the runs of models; nil where nobody asks it.
  public let modelRuns: (any ModelRunService)?
  /// Numbers for `/metrics` beside those of requests.
  public let measurements: @Sendable () async -> [Measurement]
  /// Looks at a model's item and, where its document is sound, at what it points to (model file, golden vector); other hosts
  /// are waited for until a deadline.
  public let look: @Sendable (Item, ContinuousClock.Instant) async throws -> ModelLook
  /// Decides about models.
  public let promotions: ModelPromotions

  /// Knows what the files of models have told; nil where nobody looks at them.
  public let proofs: (any ModelProofService)?
  /// Asks registries for container images; nil where nobody does.
  public let containers: (any ContainerService)?
  /// The bytes of a small file of this machine that an href names; nil where it may not be read.
  public let readFile: @Sendable (String) async -> [UInt8]?

  public init(
    store: any CatalogStore, predictions: (any PredictionService)? = nil,
    readiness: @escaping @Sendable () async -> Readiness = { .ready },
    modelRuns: (any ModelRunService)? = nil,
    measurements: @escaping @Sendable () async -> [Measurement] = { [] },
    look: @escaping @Sendable (Item, ContinuousClock.Instant) async throws -> ModelLook = { item, _ in
      ModelLook(findings: MLMExtension.validate(item))
    },
    proofs: (any ModelProofService)? = nil, containers: (any ContainerService)? = nil,
    readFile: @escaping @Sendable (String) async -> [UInt8]? = { _ in nil },
    promotions: ModelPromotions? = nil
  ) {
    self.modelRuns = modelRuns
    self.measurements = measurements
    self.store = store
    matching = ModelMatching(store: store, runtime: proofs?.runtime)
    self.predictions = predictions
    self.readiness = readiness
    self.look = look
    self.proofs = proofs
    self.containers = containers
    self.readFile = readFile
    self.promotions =
      promotions
      ?? ModelPromotions(store: store) { item in
        ModelEvidence(findings: MLMExtension.validate(item), modelFile: nil, testVector: nil)
      }
  }
}
