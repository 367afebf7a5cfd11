import StacModel
public import StacStore

/// What stands for a model that is not run here, where no golden vector can: that the image which runs it is there, and
/// that MLflow has the run which made it, as the item says.
public struct RuntimeEvidence: Sendable {
  /// What registries said of the model's container images.
  public let containers: [ContainerCheck]
  /// What MLflow says of its run; nil where it was not asked.
  public let run: ModelRun?

  public init(containers: [ContainerCheck], run: ModelRun?) {
    self.containers = containers
    self.run = run
  }

  /// What is missing.
  var obstacles: [Fault] {
    var faults: [Fault] = []
    if !containers.contains(where: { $0.state == "found" }) {
      faults.append(
        Fault(
          "/assets",
          "the model is not run here, and no registry has said that the container image is there which runs it; name it by "
            + "its digest (role mlm:inference-runtime), and have its registry asked (POST …/container)"))
    }
    if run?.state != "ok" {
      faults.append(
        Fault(
          "/links",
          "the model is not run here, and MLflow has not said that the run which made it is as the item says: it is "
            + (run?.state ?? "not known")))
    }
    return faults
  }

  /// For the history.
  var json: JSONObject {
    var object: JSONObject = [
      "containers": .array(
        containers.map { check in
          var image: JSONObject = [
            "image": .string(check.reference), "state": .string(check.state),
            "checked": .string(check.checkedAt.description),
          ]
          if let digest = check.digest { image["digest"] = .string(digest) }
          return .object(image)
        })
    ]
    if let run {
      var state: JSONObject = ["state": .string(run.state)]
      if let checked = run.checkedAt { state["checked"] = .string(checked.description) }
      object["run"] = .object(state)
    }
    return object
  }
}
