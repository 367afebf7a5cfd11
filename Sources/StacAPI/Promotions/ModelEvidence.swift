public import MLMExtension
import StacModel
public import StacStore

/// What was seen of a model when something was decided about it.
public struct ModelEvidence: Sendable {
  /// What was found against it, in its document and its files.
  public let findings: ModelFindings
  /// Asset and SHA-256 (hexadecimal) of the model file; nil where it could not be read.
  public let modelFile: SeenFile?
  /// The same of the golden vector.
  public let testVector: SeenFile?

  /// What stands for a model that is not run here; nil where it was not looked for.
  public let elsewhere: RuntimeEvidence?
  /// What MLflow said of the run that the item links to; nil where it was not asked.
  public let run: ModelRun?

  /// A file that was read.
  public struct SeenFile: Sendable, Hashable {
    /// The key of its asset.
    public let asset: String
    public let sha256: String
    /// In bytes.
    public let size: Int

    public init(asset: String, sha256: String, size: Int) {
      self.asset = asset
      self.sha256 = sha256
      self.size = size
    }

    var json: JSONValue { ["asset": .string(asset), "sha256": .string(sha256), "size": .init(size)] }
  }

  public init(
    findings: ModelFindings, modelFile: SeenFile?, testVector: SeenFile?, elsewhere: RuntimeEvidence? = nil,
    run: ModelRun? = nil
  ) {
    self.findings = findings
    self.modelFile = modelFile
    self.testVector = testVector
    self.elsewhere = elsewhere
    self.run = run
  }

  /// Whether the model is sound, and for another runtime than this program.
  public var isRunElsewhere: Bool { findings.all.contains { $0.rule == .otherRuntime } }

  /// What counts against a promotion: of a model that is not run here, all that does not follow from that alone.
  private var counted: [ModelFinding] {
    guard isRunElsewhere else { return findings.all }
    return findings.all.filter { $0.rule != .otherRuntime && $0.rule != .goldenVector }
  }

  /// What keeps the model from being promoted, each at its pointer; nothing where it may be.
  var obstacles: [Fault] {
    let faults = counted.map(\.fault)
    guard faults.isEmpty else { return faults }
    if modelFile == nil { return [Fault("/assets", "there is no model file that can be read here")] }
    if isRunElsewhere { return elsewhere?.obstacles ?? RuntimeEvidence(containers: [], run: nil).obstacles }
    guard testVector == nil else { return [] }
    return [Fault("/assets", "there is no golden vector: an asset with the role test-vector that proves the model")]
  }

  /// The evidence as the history keeps it; `metrics` is what the item claims, and MLflow's own stand with its run.
  func json(of item: Item) -> JSONObject {
    var object: JSONObject = [:]
    object["findings"] = .init(counted.count)
    object["runnable_here"] = .bool(!isRunElsewhere)
    if isRunElsewhere, let elsewhere { object["elsewhere"] = .object(elsewhere.json) }
    if let modelFile { object["model_file"] = modelFile.json }
    if let testVector {
      object["golden_vector"] = testVector.json
      object["golden_vector_passed"] = .bool(findings.all.isEmpty)
    }
    if let run, run.state != "unlinked" { object["mlflow"] = .object(run.evidence) }
    if let metrics = item.properties["mlflow:metrics"] { object["metrics"] = metrics }
    return object
  }
}
