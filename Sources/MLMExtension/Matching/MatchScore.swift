/// How well something fits a model that can be fed with it: parts from 0 to 1, each with its weight.
public struct MatchScore: Sendable, Hashable {
  /// What a score is made of.
  public enum Part: String, Sendable, Hashable, CaseIterable {
    /// The share of bands that are found by their own name instead of a common name.
    case bands
    /// The share of the imagery's area that lies in the place the model is for.
    case region
    /// The smaller pixel divided by the larger.
    case resolution
    /// The share of the imagery's months that the model is for.
    case season
    /// 1 for the same platform, 0.8 for one of the same constellation.
    case platform
    /// 1 where the model was made from items of the collection, else 0.
    case origin
    /// 1 for a model in production, 0.75 approved, 0.5 validated, 0.25 proposed or without a state; 0 where deprecated.
    case state

    /// The weights add up to 1.
    public var weight: Double {
      switch self {
      case .bands: 0.25
      case .region: 0.2
      case .resolution: 0.15
      case .season: 0.1
      case .platform: 0.1
      case .origin: 0.05
      case .state: 0.15
      }
    }
  }

  /// What counts where one of the two sides says nothing.
  public static let unknown = 0.5

  private var bands: Double?
  private var region: Double?
  private var resolution: Double?
  private var season: Double?
  private var platform: Double?
  private var origin: Double?
  private var state: Double?

  public init() {}

  public subscript(part: Part) -> Double { (self[known: part] ?? Self.unknown) }

  /// A part, nil where one of the two sides says nothing.
  public subscript(known part: Part) -> Double? {
    get {
      switch part {
      case .bands: bands
      case .region: region
      case .resolution: resolution
      case .season: season
      case .platform: platform
      case .origin: origin
      case .state: state
      }
    }
    set {
      switch part {
      case .bands: bands = newValue
      case .region: region = newValue
      case .resolution: resolution = newValue
      case .season: season = newValue
      case .platform: platform = newValue
      case .origin: origin = newValue
      case .state: state = newValue
      }
    }
  }

  /// Takes a part's value where it is worse than what is there.
  mutating func note(_ part: Part, _ value: Double) { self[known: part] = min(self[known: part] ?? value, value) }

  /// Takes what is worse of another score's parts.
  mutating func note(_ other: MatchScore) {
    for part in Part.allCases { if let value = other[known: part] { note(part, value) } }
  }

  /// The sum of the parts, each times its weight: 0 to 1.
  public var total: Double { Part.allCases.reduce(0) { $0 + self[$1] * $1.weight } }
}
