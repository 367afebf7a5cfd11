public import MLMExtension
public import StacModel

/// What was found in a model's item, as an answer and as `gnomon register --json` write it.
public struct ModelReport: Sendable {
  /// The item's identifier, where it has one.
  public let id: String?
  /// The version of the MLM extension that it declares.
  public let version: String?
  /// What keeps it out of the catalog.
  public let refusals: [Fault]
  /// What is doubtful.
  public let warnings: [ModelFinding]
  /// What a promotion asks for and is not known yet.
  public let missing: [String]

  /// The report of an item whose core is sound.
  ///
  /// - Parameter missing: what a promotion asks for and is not known yet.
  public init(_ item: Item, _ findings: ModelFindings, missing: [String] = []) {
    id = item.id
    version = MLMExtension.version(of: item)?.description
    refusals = findings.faults
    warnings = findings.all.filter { $0.severity == .warning }
    self.missing = missing
  }

  /// The report of a document that is no STAC item, or describes no model.
  public init(id: String?, faults: [Fault]) {
    self.id = id
    version = nil
    refusals = faults
    warnings = []
    missing = []
  }

  /// Whether the catalog takes it.
  public var isValid: Bool { refusals.isEmpty }
  /// Whether nothing speaks against running it here.
  public var isRunnable: Bool { isValid && !warnings.contains(where: \.barsRun) }
  /// Whether it may be promoted, as far as is known.
  public var isPromotable: Bool { isValid && warnings.isEmpty && missing.isEmpty }

  /// The report as a document.
  public var json: JSONObject {
    var object: JSONObject = [:]
    if let id { object["id"] = .string(id) }
    if let version { object["mlm_version"] = .string(version) }
    object["valid"] = .bool(isValid)
    object["runnable"] = .bool(isRunnable)
    object["promotable"] = .bool(isPromotable)
    if !missing.isEmpty { object["missing"] = .array(missing.map { .string($0) }) }
    object["refusals"] = .array(refusals.map { .object($0.json) })
    object["warnings"] = .array(warnings.map(Self.json))
    return object
  }

  /// A warning with what it bars.
  private static func json(_ finding: ModelFinding) -> JSONValue {
    var object = finding.fault.json
    object["bars"] = finding.barsRun ? ["run", "promotion"] : ["promotion"]
    return .object(object)
  }
}
