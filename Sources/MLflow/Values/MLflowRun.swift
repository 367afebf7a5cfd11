public import StacModel

/// A run of MLflow: one training with what it was given and what came out.
public struct MLflowRun: Sendable, Hashable {
  public let id: String
  public let experimentID: String
  public let name: String
  /// `RUNNING`, `SCHEDULED`, `FINISHED`, `FAILED` or `KILLED`.
  public let status: String
  /// Whether the run was deleted (`lifecycle_stage`); MLflow still tells of it until it collects its garbage.
  public let isDeleted: Bool
  public let start: Timestamp?
  public let end: Timestamp?
  /// Where the run's files are.
  public let artifactURI: String
  /// The latest value of each metric.
  public let metrics: [MLflowMetric]
  /// In the order of the server, as texts.
  public let parameters: [MLflowPair]
  public let tags: [MLflowPair]
  /// The logged models that the run made (MLflow 3).
  public let modelIDs: [String]

  /// Reads `{"info": …, "data": …}`; nil where it is none.
  init?(_ json: JSONObject) {
    guard let info = json["info"]?.object, let id = info["run_id"]?.string ?? info["run_uuid"]?.string else {
      return nil
    }
    self.id = id
    experimentID = info.text("experiment_id")
    name = info.text("run_name")
    status = info.text("status")
    isDeleted = info["lifecycle_stage"]?.string == "deleted"
    start = info.instant("start_time")
    end = info.instant("end_time")
    artifactURI = info.text("artifact_uri")
    let data = json["data"]?.object ?? [:]
    metrics = data["metrics"]?.array?.compactMap { $0.object.flatMap(MLflowMetric.init) } ?? []
    parameters = data.pairs("params")
    tags = data.pairs("tags")
    modelIDs = json["outputs"]?.object?["model_outputs"]?.array?.compactMap { $0.object?["model_id"]?.string } ?? []
  }
}

/// A value that a metric had.
public struct MLflowMetric: Sendable, Hashable {
  public let key: String
  /// NaN and the infinities are values too.
  public let value: Double
  public let time: Timestamp?
  public let step: Int64

  init?(_ json: JSONObject) {
    guard let key = json["key"]?.string, let value = json["value"].flatMap(Self.number) else { return nil }
    self.key = key
    self.value = value
    time = json.instant("timestamp")
    step = json.whole("step") ?? 0
  }

  /// A number, or one of the words that stand for what JSON cannot write.
  private static func number(_ json: JSONValue) -> Double? {
    switch json {
    case .number(let number): number.double
    case .string("NaN"): .nan
    case .string("Infinity"): .infinity
    case .string("-Infinity"): -.infinity
    default: nil
    }
  }
}

/// A parameter or a tag.
public struct MLflowPair: Sendable, Hashable {
  public let key: String
  public let value: String
}

/// An experiment of MLflow, which holds runs.
public struct MLflowExperiment: Sendable, Hashable {
  public let id: String
  public let name: String
  public let isDeleted: Bool

  init?(_ json: JSONObject) {
    guard let id = json["experiment_id"]?.string else { return nil }
    self.id = id
    name = json.text("name")
    isDeleted = json["lifecycle_stage"]?.string == "deleted"
  }
}

extension JSONObject {
  /// A text, empty where there is none.
  func text(_ name: String) -> String { self[name]?.string ?? "" }

  /// A whole number, which MLflow writes as a number or as a text.
  func whole(_ name: String) -> Int64? { self[name]?.integer ?? self[name]?.string.flatMap { Int64($0) } }

  /// An instant from milliseconds since 1970.
  func instant(_ name: String) -> Timestamp? {
    // Until the year 9999.
    guard let milliseconds = whole(name), 0...253_402_300_799_000 ~= milliseconds else { return nil }
    return Timestamp(microseconds: milliseconds * 1_000)
  }

  /// `[{"key": …, "value": …}]`.
  func pairs(_ name: String) -> [MLflowPair] {
    self[name]?.array?.compactMap { pair in
      guard let key = pair.object?["key"]?.string else { return nil }
      return MLflowPair(key: key, value: pair.object?["value"]?.string ?? "")
    } ?? []
  }
}
