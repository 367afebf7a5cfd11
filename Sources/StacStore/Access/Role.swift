/// What whoever asks may do; each role may do all that those before it may.
public enum Role: String, Sendable, Hashable, CaseIterable {
  /// Reads.
  case reader
  /// Writes collections and items, registers, proposes and validates models.
  case registrar
  /// Runs models.
  case analyst
  /// Approves models and takes them into production, and runs any.
  case approver
  /// Everything.
  case admin
}

extension Role: Comparable {
  public static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
