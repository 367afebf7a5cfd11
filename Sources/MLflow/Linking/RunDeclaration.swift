public import StacModel

/// What a model item says of its MLflow run: its properties `mlflow:*`, else the fields of the same names on its link with rel
/// `mlflow:run`, else what the link's href tells.
public struct RunDeclaration: Sendable, Hashable {
  /// The server; nil where the item names none, so that it is the one that the operator names.
  public var server: TrackingServer?
  public var runID: String?
  public var experimentID: String?
  public var registeredModel: String?
  public var version: String?
  public var alias: String?
  /// The logged model of MLflow 3.
  public var modelID: String?
  /// Metrics that the item has copied.
  public var metrics: [MLflowPair.Number] = []
  /// What of the copied metrics is no number, so that it cannot be held against the run: sentences.
  public private(set) var metricFaults: [String] = []
  /// Why MLflow cannot be asked, whatever it would say: a sentence.
  public var fault: String?

  /// Reads an item; nil where it neither links to a run nor names one.
  public init?(_ item: Item) {
    let properties = item.properties
    let link = item.links.first { $0.rel == LinkRelation.mlflowRun.rawValue }
    func value(_ name: String) -> String? {
      for json in [properties["mlflow:" + name], link?.json["mlflow:" + name]] {
        if let text = json?.string ?? json?.integer.map({ "\($0)" }), !text.isEmpty, text.utf8.count <= 2_000 {
          return text
        }
      }
      return nil
    }
    let place = link.flatMap { RunLink(href: $0.href) }
    runID = value("run_id") ?? place?.runID
    experimentID = value("experiment_id") ?? place?.experimentID
    registeredModel = value("registered_model") ?? place?.registeredModel
    version = value("version") ?? place?.version
    alias = value("alias") ?? place?.alias
    modelID = value("model_id") ?? place?.modelID
    guard link != nil || runID != nil || registeredModel != nil else { return nil }
    read(server: value("tracking_uri"), place: place)
    if let runID, !RunLink.isIdentifier(runID) { fault = "'\(runID.prefix(100))' is no identifier of a run" }
    readFaults(moving: place?.moving)
    if runID == nil, registeredModel == nil, modelID == nil {
      fault = "the link with rel \"mlflow:run\" names no run; say its identifier in mlflow:run_id"
    }
    if let said = properties["mlflow:metrics"], !said.isNull { read(metrics: said) }
  }

  /// What is one thing today and another tomorrow says of no run that it made this model.
  private mutating func readFaults(moving: String?) {
    guard let model = registeredModel?.prefix(100) else { return }
    let advice =
      "write the number of the version, as models:/\(model)/3 or in mlflow:version, or an alias in mlflow:alias"
    if let moving, runID == nil, version == nil, alias == nil {
      fault =
        moving == "latest"
        ? "the link names the latest version of '\(model)', whichever that is: \(advice)"
        : "the link names the stage '\(moving)' of '\(model)', which MLflow has replaced by aliases: \(advice)"
    }
    if let version, !version.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) {
      fault = "'\(version.prefix(100))' is no number of a version of '\(model)': \(advice)"
    }
    if let modelID, !RunLink.isIdentifier(modelID) {
      fault = "'\(modelID.prefix(100))' is no identifier of a logged model"
    }
  }

  private mutating func read(metrics said: JSONValue) {
    guard let object = said.object else {
      metricFaults = ["the item's mlflow:metrics is no object of numbers"]
      return
    }
    for member in object.members.prefix(500) {
      if let number = member.value.double {
        metrics.append(.init(key: member.name, value: number))
      } else {
        metricFaults.append("the item's metric \(member.name.prefix(100)) is no number")
      }
    }
  }

  private mutating func read(server text: String?, place: RunLink?) {
    guard let text else {
      server = place?.server
      return
    }
    server = TrackingServer(text)
    if server == nil {
      fault = "mlflow:tracking_uri '\(text.prefix(200))' is no http or https URL of a tracking server"
    }
  }

  /// The members as `GET …/mlflow` shows them.
  public var json: JSONObject {
    var object = JSONObject()
    let texts: KeyValuePairs<String, String?> = [
      "tracking_uri": server?.url, "run_id": runID, "experiment_id": experimentID, "registered_model": registeredModel,
      "version": version, "alias": alias, "model_id": modelID,
    ]
    for (name, text) in texts { object[name] = text.map(JSONValue.string) }
    if !metrics.isEmpty {
      object["metrics"] = .object(JSONObject(metrics.map { .init(name: $0.key, value: .init($0.value)) }))
    }
    return object
  }
}

extension MLflowPair {
  /// A metric with one value.
  public struct Number: Sendable, Hashable {
    public let key: String
    public let value: Double
  }
}
