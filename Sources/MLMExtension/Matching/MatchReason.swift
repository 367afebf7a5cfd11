/// Why a model cannot be fed with something.
public struct MatchReason: Sendable, Hashable {
  /// The stable words by which programs tell the reasons apart; docs/matching.md lists them.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// The model cannot be run here, whatever it is fed.
    case notRunnable = "not-runnable"
    /// Only approved models run for the one who asks, and this one is not.
    case notApproved = "not-approved"
    /// The model was retired.
    case retired
    /// There is no item to read.
    case noItems = "no-items"
    /// The model's inputs name no bands.
    case noBands = "no-bands"
    /// No band has the name.
    case missingBand = "missing-band"
    /// More than one band has the name.
    case ambiguousBand = "ambiguous-band"
    /// The band of that name sees other light.
    case otherBand = "other-band"
    /// The band's scale or offset cannot be computed with.
    case scaling
    /// The pixels are much larger or smaller.
    case resolution
    /// Another platform, constellation or instrument.
    case platform
    /// Outside the place the model is for.
    case region
    /// Outside the months the model is for.
    case season
    /// Another number of items than the model reads, or items of one time.
    case timeSteps = "time-steps"
  }

  public let code: Code
  /// One sentence.
  public let message: String
  /// The bands that are meant, by the names that the model has for them.
  public let bands: [String]

  public init(_ code: Code, _ message: String, bands: [String] = []) {
    self.code = code
    self.message = message
    self.bands = bands
  }
}

/// Codes of reasons, each at most once.
public struct MatchReasonCodes: Sendable, Hashable {
  private var bits: UInt32 = 0

  public init() {}

  public var isEmpty: Bool { bits == 0 }
  public var count: Int { bits.nonzeroBitCount }
  public func contains(_ code: MatchReason.Code) -> Bool { bits & code.bit != 0 }
  /// The codes in the order in which they are declared.
  public var codes: [MatchReason.Code] { MatchReason.Code.allCases.filter(contains) }

  mutating func insert(_ code: MatchReason.Code) { bits |= code.bit }
  mutating func formUnion(_ other: MatchReasonCodes) { bits |= other.bits }
}

extension MatchReason.Code {
  fileprivate var bit: UInt32 {
    switch self {
    case .notRunnable: 1
    case .notApproved: 1 << 1
    case .retired: 1 << 2
    case .noItems: 1 << 3
    case .noBands: 1 << 4
    case .missingBand: 1 << 5
    case .ambiguousBand: 1 << 6
    case .otherBand: 1 << 7
    case .scaling: 1 << 8
    case .resolution: 1 << 9
    case .platform: 1 << 10
    case .region: 1 << 11
    case .season: 1 << 12
    case .timeSteps: 1 << 13
    }
  }
}

/// Codes of reasons, and a sentence of each where they are asked for.
struct MatchReasons {
  let isExplaining: Bool
  private(set) var codes = MatchReasonCodes()
  private(set) var reasons: [MatchReason] = []

  init(isExplaining: Bool) { self.isExplaining = isExplaining }

  mutating func add(_ code: MatchReason.Code, bands: [String] = [], _ message: @autoclosure () -> String) {
    guard !codes.contains(code) else { return }
    codes.insert(code)
    if isExplaining { reasons.append(MatchReason(code, message(), bands: bands)) }
  }

  mutating func add(_ others: MatchReasonCodes) { codes.formUnion(others) }

  mutating func add(_ others: MatchReasons) {
    reasons += others.reasons.filter { !codes.contains($0.code) }
    codes.formUnion(others.codes)
  }
}
