/// How far a model has come; what may follow what is decided where it is promoted.
public enum ModelState: String, Sendable, Hashable, CaseIterable {
  /// Somebody wants it to be used.
  case proposed
  /// Nothing was found against its document, and its golden vector was met.
  case validated
  /// A person has answered for it.
  case approved
  /// It is the version that is used; of a model there is one.
  case production
  /// It is not to be used any more.
  case retired

  /// Whether a person answers for it.
  public var isApproved: Bool { self == .approved || self == .production }
}
