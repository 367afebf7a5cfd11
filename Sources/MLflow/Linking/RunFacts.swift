internal import Foundation
internal import StacModel

/// What MLflow has of what an item declares.
struct RunFacts: Sendable, Hashable {
  /// Nil where the server has no such run.
  var run: MLflowRun?
  /// The declared version, or the one that the declared alias leads to; nil where there is none.
  var version: RegisteredModelVersion?
  /// The version that the declared alias leads to.
  var aliased: RegisteredModelVersion?
  /// What was not found, in the server's words.
  var misses: [String] = []

  static func fetch(_ declared: RunDeclaration, from client: MLflowClient) async throws(MLflowError) -> RunFacts {
    var facts = RunFacts()
    if let model = declared.registeredModel {
      if let version = declared.version {
        facts.version = try await facts.found { () async throws(MLflowError) in
          try await client.version(version, ofModel: model)
        }
      }
      if let alias = declared.alias {
        facts.aliased = try await facts.found { () async throws(MLflowError) in
          try await client.version(withAlias: alias, ofModel: model)
        }
      }
      if declared.version == nil { facts.version = facts.aliased }
    }
    var id = declared.runID ?? facts.version?.runID
    if id == nil, declared.registeredModel == nil, let model = declared.modelID {
      id = try await facts.found { () async throws(MLflowError) in try await client.loggedModel(id: model) }?.runID
    }
    if let id, !id.isEmpty {
      facts.run = try await facts.found { () async throws(MLflowError) in try await client.run(id: id) }
    }
    return facts
  }

  private mutating func found<Value>(
    _ ask: () async throws(MLflowError) -> Value
  ) async throws(MLflowError) -> Value? {
    do throws(MLflowError) {
      return try await ask()
    } catch {
      guard case .notFound(let message) = error else { throw error }
      misses.append(message)
      return nil
    }
  }

  /// Judges what the item declares by what MLflow has.
  ///
  /// - Parameter server: the one that has it, where the item does not say which.
  func report(on declared: RunDeclaration, at server: TrackingServer? = nil) -> RunReport {
    guard let run else {
      let reason = misses.last ?? "MLflow names no run for the model"
      return RunReport(.missing, [reason], run: version.map { ["registered": .object(Self.json($0))] })
    }
    var kept = json(run, first: Set(declared.metrics.map(\.key)))
    kept["tracking_uri"] = server.map { .string($0.url) }
    if run.isDeleted { return RunReport(.missing, ["the run \(run.id) was deleted"], run: kept) }
    let differences = differences(of: run, declared) + registryDifferences(run, declared)
    return RunReport(differences.isEmpty ? .ok : .drifted, differences, run: kept)
  }

  private func differences(of run: MLflowRun, _ declared: RunDeclaration) -> [String] {
    var found: [String] = []
    if let id = declared.experimentID, id != run.experimentID {
      found.append("the item says experiment \(id), MLflow \(run.experimentID)")
    }
    found += declared.metricFaults
    for metric in declared.metrics {
      guard let value = run.metrics.first(where: { $0.key == metric.key })?.value else {
        found.append("the run has no metric '\(metric.key.prefix(100))', which the item says is \(metric.value)")
        continue
      }
      if !Self.agree(metric.value, value) {
        found.append("the item says \(metric.key.prefix(100)) is \(metric.value), MLflow \(value)")
      }
    }
    return found
  }

  private func registryDifferences(_ run: MLflowRun, _ declared: RunDeclaration) -> [String] {
    guard let model = declared.registeredModel else { return [] }
    var found: [String] = []
    if let wanted = declared.version {
      if let version {
        if !version.runID.isEmpty, version.runID != run.id {
          found.append("version \(wanted) of '\(model)' was made by run \(version.runID), not by \(run.id)")
        }
        if let id = declared.modelID, let now = version.loggedModelID, id != now {
          found.append("version \(wanted) of '\(model)' is the logged model \(now), not \(id)")
        }
      } else {
        found.append("the registry has no version \(wanted) of '\(model)'")
      }
    }
    if let alias = declared.alias {
      if let aliased {
        if let wanted = declared.version, aliased.version != wanted {
          found.append("the alias '\(alias)' of '\(model)' leads to version \(aliased.version), not to \(wanted)")
        } else if declared.version == nil, !aliased.runID.isEmpty, aliased.runID != run.id {
          found.append("the alias '\(alias)' of '\(model)' leads to run \(aliased.runID), not to \(run.id)")
        }
      } else {
        found.append("the registry has no alias '\(alias)' of '\(model)'")
      }
    } else if declared.version == nil {
      found.append("the item names the registered model '\(model)' without a version or an alias")
    }
    return found
  }

  /// Whether two numbers are the same but for how they were written.
  private static func agree(_ left: Double, _ right: Double) -> Bool {
    left == right || abs(left - right) <= 1e-9 * max(abs(left), abs(right))
  }
}

extension RunFacts {
  /// The most metrics, parameters and tags that are kept of a run, and the most characters of one.
  private static let mostPairs = 500
  private static let mostCharacters = 1_000

  /// The run as it is kept: without the user, and without where on which machine it ran.
  ///
  /// - Parameter first: the metrics that come before others, where there are more than are kept.
  private func json(_ run: MLflowRun, first: Set<String>) -> JSONObject {
    var object: JSONObject = [
      "run_id": .string(run.id), "run_name": .string(run.name), "experiment_id": .string(run.experimentID),
      "status": .string(run.status), "lifecycle_stage": .string(run.isDeleted ? "deleted" : "active"),
      "start_time": run.start.map { .string($0.description) } ?? .null,
      "end_time": run.end.map { .string($0.description) } ?? .null,
    ]
    let finite = run.metrics.filter { $0.value.isFinite }
    let metrics = finite.filter { first.contains($0.key) } + finite.filter { !first.contains($0.key) }
    let tags = run.tags.filter { Self.isShown($0.key) }
    object["metrics"] = .object(
      JSONObject(metrics.prefix(Self.mostPairs).map { .init(name: $0.key, value: .init($0.value)) }))
    object["params"] = .object(Self.pairs(run.parameters))
    object["tags"] = .object(Self.pairs(tags))
    object["left_out"] = Self.leftOut(["metrics": metrics.count, "params": run.parameters.count, "tags": tags.count])
    if let version { object["registered"] = .object(Self.json(version)) }
    return object
  }

  /// How many of each kind are more than are kept; nil where none are.
  private static func leftOut(_ counts: KeyValuePairs<String, Int>) -> JSONValue? {
    var more = JSONObject()
    for (name, count) in counts where count > mostPairs { more[name] = .init(count - mostPairs) }
    return more.isEmpty ? nil : .object(more)
  }

  private static func json(_ version: RegisteredModelVersion) -> JSONObject {
    [
      "name": .string(version.model), "version": .string(version.version), "run_id": .string(version.runID),
      "status": .string(version.status), "source": .string(String(version.source.prefix(mostCharacters))),
      "aliases": .array(version.aliases.prefix(mostPairs).map(JSONValue.string)),
      "tags": .object(pairs(version.tags)),
    ]
  }

  private static func pairs(_ pairs: [MLflowPair]) -> JSONObject {
    var names = Set<String>()
    return JSONObject(
      pairs.prefix(mostPairs).filter { names.insert($0.key).inserted }.map {
        .init(name: $0.key, value: .string(String($0.value.prefix(mostCharacters))))
      })
  }

  /// Of MLflow's own tags, those that say where the code and the run came from; others hold the names of people and folders.
  private static func isShown(_ tag: String) -> Bool {
    !tag.hasPrefix("mlflow.")
      || [
        "mlflow.source.git.commit", "mlflow.source.git.repoURL", "mlflow.source.git.branch", "mlflow.note.content",
        "mlflow.parentRunId",
      ].contains(tag)
  }
}
