public import StacModel

/// One thing that was found in a model's item: where, what, and how to mend it.
public struct ModelFinding: Sendable, Hashable, CustomStringConvertible {
  public enum Severity: String, Sendable, Hashable {
    /// The schema of the declared version is violated: the item is not taken into the catalog.
    case refusal
    /// The schema allows it, a reader trips over it: the item is catalogued but not promoted.
    case warning
  }

  public let severity: Severity
  /// The rule that was not met.
  public let rule: ModelRule
  public let pointer: JSONPointer
  /// What is wrong, in one sentence without its full stop.
  public let message: String
  /// What to write instead.
  public let remedy: String

  /// A finding about what an item's document alone does not tell: its files, the other items of its catalog, registries.
  ///
  /// - Parameters:
  ///   - rule: one of the rules of these.
  ///   - remedy: what to write or do instead.
  public init(beyond rule: ModelRule, at pointer: JSONPointer, _ message: String, remedy: String) {
    self.init(.warning, rule, pointer, message, mend: remedy)
  }

  init(_ severity: Severity, _ rule: ModelRule, _ pointer: JSONPointer, _ message: String, mend remedy: String) {
    self.severity = severity
    self.rule = rule
    self.pointer = pointer
    self.message = message
    self.remedy = remedy
  }

  /// Whether a run would be impossible or wrong.
  public var barsRun: Bool { severity == .refusal || rule.barsRun }

  /// Whether the model may not be promoted: every finding bars that.
  public var barsPromotion: Bool { true }

  /// Whether the finding is only that nobody could look yet.
  public var isPending: Bool { rule == .fileUnchecked }

  /// The finding as a fault of the document.
  public var fault: Fault { Fault(pointer, message, rule: rule.rawValue, remedy: remedy) }

  public var description: String { fault.description }
}

/// What was found in an item: what must be mended, and what should be.
public struct ModelFindings: Sendable, Hashable {
  /// Refusals first, each place in the order of the document.
  public let all: [ModelFinding]

  init(_ all: [ModelFinding]) { self.all = all }

  /// The same with what the model's files have told.
  public func adding(_ findings: [ModelFinding]) -> ModelFindings { ModelFindings(all + findings) }

  public var refusals: [ModelFinding] { all.filter { $0.severity == .refusal } }
  /// The refusals as faults.
  public var faults: [Fault] { refusals.map(\.fault) }
  /// The warnings as faults.
  public var warnings: [Fault] { all.filter { $0.severity == .warning }.map(\.fault) }
  /// What keeps the model from being run.
  public var runBars: [ModelFinding] { all.filter(\.barsRun) }
  /// Whether a model may be promoted: nothing was found.
  public var mayBePromoted: Bool { all.isEmpty }
}
