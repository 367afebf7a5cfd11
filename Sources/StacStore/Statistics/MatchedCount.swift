/// How many items a search matches on all its pages.
public enum MatchedCount: Sendable, Hashable {
  /// Counted, in the database as the statement saw it.
  case exact(Int)
  /// What the planner of the database expects.
  case estimate(Int)

  /// The number, however it was found.
  public var number: Int {
    switch self {
    case .exact(let number), .estimate(let number): number
    }
  }

  /// Whether the number was counted.
  public var isExact: Bool { if case .exact = self { true } else { false } }
}

/// What a caller gives for the number of matches.
public enum CountPreference: Sendable, Hashable {
  /// Nothing: no number is wanted.
  case none
  /// A few milliseconds: a count where it can be had in that time, else an estimate.
  case quick
  /// Whatever it takes, within the statement timeout of the session.
  case exact
}
