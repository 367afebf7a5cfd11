import Logging
import MLMExtension
import MLflow
import StacAPI
import StacModel
import StacStore
import Synchronization

/// Keeps what MLflow says of the runs of models: in the background, one after the other, and when somebody asks.
///
/// Several servers of one catalog share the work: a run that one has taken is left alone by the others for some minutes.
struct ModelRunUpkeep: ModelRunService {
  private let store: any ModelRunStore
  private let settings: MLflowSettings
  private let logger: Logger
  private let gate = Gate()
  private let absent = AbsentServers()
  /// Models that were written just now.
  private let written: AsyncStream<ItemReference>
  private let writing: AsyncStream<ItemReference>.Continuation

  /// How long the background waits where nothing is to do, and how many runs it takes at a time.
  private static let pause = Duration.seconds(10)
  private static let batch = 20
  /// The most models that are found to be new or changed at a time.
  private static let mostFound = 1_000

  init(store: any ModelRunStore, settings: MLflowSettings, logger: Logger) {
    self.store = store
    self.settings = settings
    self.logger = logger
    (written, writing) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.mostFound))
  }

  /// Asks in the background until the task is cancelled; nil where nobody is to be asked.
  func start() -> Task<Void, Never>? {
    guard let refresh = settings.refresh else { return nil }
    let pause = min(Self.pause, refresh)
    return Task {
      async let rounds: Void = goRound(pause)
      for await model in written { await look(at: model, refresh) }
      await rounds
    }
  }

  private func goRound(_ pause: Duration) async {
    while !Task.isCancelled {
      let start = ContinuousClock.now
      let isMore = await work()
      // A catalog with very many models is looked through the less often.
      let rest = max(pause, (ContinuousClock.now - start) * 20)
      if !isMore { try? await Task.sleep(for: min(rest, .seconds(600))) }
    }
  }

  func lookSoon(at models: [ItemReference]) { for model in models { writing.yield(model) } }

  /// Asks for the run of a model that was written, unless the same is known of it as before.
  private func look(at model: ItemReference, _ refresh: Duration) async {
    do throws(StoreError) {
      let known = try await store.modelRun(collection: model.collection, id: model.id)
      guard known.map({ isOld($0, refresh) }) ?? true,
        let due = try await store.takeModelRun(collection: model.collection, id: model.id)
      else { return }
      try await ask(for: due, waitsForAbsent: false)
    } catch {
      // The next round finds it.
      logger.debug("the run of a model not looked at", metadata: ["error": .string(error.description)])
    }
  }

  /// One round; whether there is more to do at once. A failure is no reason to stop serving.
  private func work() async -> Bool {
    do throws(StoreError) {
      let found = try await store.findModelRuns(limit: Self.mostFound)
      let due = try await store.takeDueModelRuns(limit: Self.batch)
      for run in due where !Task.isCancelled { try await ask(for: run, waitsForAbsent: false) }
      return found == Self.mostFound || due.count == Self.batch
    } catch {
      logger.debug("runs of models not looked at", metadata: ["error": .string(error.description)])
      return false
    }
  }

  func run(of stored: StoredDocument) async throws -> ModelRun? {
    let (collection, id) = (stored.collectionID, stored.id)
    let known = try await store.modelRun(collection: collection, id: id)
    guard let refresh = settings.refresh else { return try known ?? .neverAsked(stored) }
    guard known.map({ isOld($0, refresh) }) ?? true else { return known }
    // Who asks while many are asked for gets what is known.
    guard gate.enter() else { return try known ?? .neverAsked(stored) }
    defer { gate.leave() }
    guard let due = try await store.takeModelRun(collection: collection, id: id) else { return nil }
    try await ask(for: due, waitsForAbsent: true)
    return try await store.modelRun(collection: collection, id: id)
  }

  private func isOld(_ run: ModelRun, _ refresh: Duration) -> Bool {
    guard run.state != RunState.unlinked.rawValue else { return false }
    guard let checked = run.checkedAt else { return true }
    return Timestamp.now.microseconds - checked.microseconds >= refresh.components.seconds * 1_000_000
  }

  /// - Parameter waitsForAbsent: whether a server that did not answer a moment ago is asked all the same.
  private func ask(for due: DueModelRun, waitsForAbsent: Bool) async throws(StoreError) {
    let note = await note(on: due, waitsForAbsent)
    try await store.note(note, for: due)
    guard note.state != RunState.ok.rawValue, note.state != RunState.unlinked.rawValue else { return }
    logger.info(
      "the run of a model",
      metadata: [
        "collection": .string(due.document.collectionID), "item": .string(due.document.id),
        "state": .string(note.state), "reason": .string(note.reasons.first ?? ""),
      ])
  }

  private func note(on due: DueModelRun, _ waitsForAbsent: Bool) async -> ModelRunNote {
    guard let item = try? Item(JSONText(due.document.document.bytes)), let declared = RunDeclaration(item) else {
      return ModelRunNote(
        declared: nil, state: RunState.unlinked.rawValue, reasons: [], run: nil, isAnswered: false, secondsUntilDue: 0,
        failures: 0)
    }
    let report = await RunReport.of(
      declared, from: settings.servers, absent: absent, waits: waitsForAbsent)
    let isAnswered = [RunState.ok, .missing, .drifted].contains(report.state)
    let failures = report.state == .unreachable ? due.failures + 1 : 0
    return ModelRunNote(
      declared: declared.json, state: report.state.rawValue, reasons: report.reasons, run: report.run,
      isAnswered: isAnswered, secondsUntilDue: secondsUntilDue(failures), failures: failures)
  }

  /// The usual time; after failures first less, then up to four times as long.
  private func secondsUntilDue(_ failures: Int) -> Int {
    let usual = max(1, Int((settings.refresh ?? .seconds(600)).components.seconds))
    guard failures > 0 else { return usual }
    return min(4 * usual, max(1, usual / 8) << min(failures - 1, 5))
  }
}

extension ModelRunUpkeep {
  /// How many models there are in each state, for `/metrics`; none where the database does not answer.
  var measurements: [Measurement] {
    get async {
      guard let counts = try? await store.modelRunCounts() else { return [] }
      let known = Dictionary(counts.map { ($0.state, $0.count) }) { $0 + $1 }
      let states = RunState.allCases.filter { $0 != .unlinked }
      return [
        Measurement(
          "gnomon_mlflow_runs", .gauge, "Models by the state of their MLflow run.",
          states.map { .init(["state": $0.rawValue], Double(known[$0.rawValue] ?? 0)) })
      ]
    }
  }
}

extension ModelRun {
  /// What a model declares for which nobody has been asked; nil of what is no model.
  fileprivate static func neverAsked(_ stored: StoredDocument) throws -> ModelRun? {
    let item = try Item(JSONText(stored.document.bytes))
    guard MLMExtension.isDeclared(by: item) else { return nil }
    let declared = RunDeclaration(item)
    let state: RunState = declared == nil ? .unlinked : .waiting
    return ModelRun(
      collection: stored.collectionID, id: stored.id, declared: declared?.json, state: state.rawValue, reasons: [],
      run: nil, fetchedAt: nil, checkedAt: nil)
  }
}

/// How many requests wait for MLflow at once.
private final class Gate: Sendable {
  private static let capacity = 4
  private let count = Mutex(0)

  func enter() -> Bool {
    count.withLock { count in
      guard count < Self.capacity else { return false }
      count += 1
      return true
    }
  }

  func leave() { count.withLock { $0 -= 1 } }
}
