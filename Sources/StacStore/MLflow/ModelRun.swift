public import StacModel

/// What is kept of the MLflow run of a model, beside its item.
public struct ModelRun: Sendable, Hashable {
  /// The item's collection and identifier.
  public let collection: String
  public let id: String
  /// What the item declares; nil where it links to no run.
  public let declared: JSONObject?
  /// `unlinked`, `waiting`, `ok`, `missing`, `drifted`, `unreachable` or `refused`.
  public let state: String
  /// Why: sentences.
  public let reasons: [String]
  /// What MLflow answered last, nil where it never did.
  public let run: JSONObject?
  /// When MLflow last answered.
  public let fetchedAt: Timestamp?
  /// When MLflow was last asked.
  public let checkedAt: Timestamp?

  public init(
    collection: String, id: String, declared: JSONObject?, state: String, reasons: [String], run: JSONObject?,
    fetchedAt: Timestamp?, checkedAt: Timestamp?
  ) {
    self.collection = collection
    self.id = id
    self.declared = declared
    self.state = state
    self.reasons = reasons
    self.run = run
    self.fetchedAt = fetchedAt
    self.checkedAt = checkedAt
  }
}

/// A model whose run is to be asked for now.
public struct DueModelRun: Sendable {
  /// Whose row it is.
  public let key: ModelRunKey
  /// The item's document as it is stored.
  public let document: StoredDocument
  /// The item's `updated_at`, in microseconds since 1970.
  let itemTime: Int64
  /// How often in a row MLflow could not be asked.
  public let failures: Int
  /// What the item says of its run (``Item/runLinkDigest``).
  let link: [UInt8]?
}

/// A row of `gnomon.mlflow_runs`.
public struct ModelRunKey: Sendable, Hashable {
  let collection: Int64
  let id: String
}

/// What an attempt to ask MLflow has brought.
public struct ModelRunNote: Sendable, Hashable {
  public var declared: JSONObject?
  public var state: String
  public var reasons: [String]
  /// Nil where MLflow told nothing; where it was unreachable, or refused, what it said before of the same run is kept.
  public var run: JSONObject?
  /// Whether MLflow answered.
  public var isAnswered: Bool
  /// After how long MLflow is to be asked again, in seconds.
  public var secondsUntilDue: Int
  public var failures: Int

  public init(
    declared: JSONObject?, state: String, reasons: [String], run: JSONObject?, isAnswered: Bool, secondsUntilDue: Int,
    failures: Int
  ) {
    self.declared = declared
    self.state = state
    self.reasons = reasons
    self.run = run
    self.isAnswered = isAnswered
    self.secondsUntilDue = secondsUntilDue
    self.failures = failures
  }
}

/// How many models have runs in a state.
public struct ModelRunCount: Sendable, Hashable {
  public let state: String
  public let count: Int
}

/// Where the state of the MLflow runs of models is kept; for the upkeep and for whoever shows it.
public protocol ModelRunStore: Sendable {
  /// What is kept of a model's run; nil where nothing is yet, or where it was read from an item that has changed since.
  func modelRun(collection: String, id: String) async throws(StoreError) -> ModelRun?
  /// Makes rows for models that have none or have changed, removes rows without a model; gives how many are new.
  func findModelRuns(limit: Int) async throws(StoreError) -> Int
  /// Takes models whose runs are due, so that no other server takes them for some minutes.
  func takeDueModelRuns(limit: Int) async throws(StoreError) -> [DueModelRun]
  /// Takes one model, due or not, in the same way; nil where there is no such model.
  func takeModelRun(collection: String, id: String) async throws(StoreError) -> DueModelRun?
  /// Keeps what an attempt has brought; nothing happens where the item has changed since.
  func note(_ note: ModelRunNote, for due: DueModelRun) async throws(StoreError)
  /// How many models there are in each state, but for those that link to no run.
  func modelRunCounts() async throws(StoreError) -> [ModelRunCount]
  /// Models in some states, in order of collection and identifier, as many as a limit (nil: all), and how many there are.
  func modelRuns(inStates states: [String], limit: Int?) async throws(StoreError) -> DoubtfulModels<ModelRun>
}
