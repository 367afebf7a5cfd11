public import MLMExtension
public import StacModel
public import StacStore

/// What MLflow tells against a model.
public enum RunFindings {
  /// That the run is not there, or not as the item says. That MLflow could not be asked tells nothing of the run.
  public static func of(_ item: Item, knowing run: ModelRun?) -> [ModelFinding] {
    guard let run, ["drifted", "missing"].contains(run.state) else { return [] }
    let link = item.links.firstIndex { $0.rel == LinkRelation.mlflowRun.rawValue }
    let reasons = run.reasons.prefix(5).joined(separator: "; ")
    return [
      ModelFinding(
        beyond: .runAgrees, at: link.map { JSONPointer("/links").appending($0) } ?? JSONPointer("/properties"),
        "the MLflow run of the model \(run.state == "missing" ? "is missing" : "has drifted")"
          + (reasons.isEmpty ? "" : ": \(reasons)"),
        remedy: "write what MLflow has (GET …/mlflow), or name the run that made the model")
    ]
  }
}

extension ModelRun {
  /// What MLflow said of the run, as the history of decisions keeps it.
  var evidence: JSONObject {
    var object: JSONObject = ["state": .string(state)]
    if !reasons.isEmpty { object["reasons"] = .array(reasons.prefix(20).map(JSONValue.string)) }
    if let checkedAt { object["checked"] = .string(checkedAt.description) }
    if let fetchedAt { object["fetched"] = .string(fetchedAt.description) }
    if let id = run?["run_id"] { object["run_id"] = id }
    if let metrics = run?["metrics"] { object["metrics"] = metrics }
    return object
  }
}
