/// How the items of a search are come by.
public enum SearchStrategy: String, Sendable, Hashable {
  /// From the index of the order, from one end on, testing each item until the page is full.
  case walk
  /// The same from the index over the time of all collections for items of several, until some number is looked at.
  case walkAmongOthers
  /// The same from the index of each of several collections until it has filled the page or ends, merged.
  case walkEach
  /// From the indexes of collections one after the other, in the order of their identifiers, until the page is full.
  case inTurn
  /// From the index of space and time, in the order of time.
  case nearest
  /// From the indexes over the property that the search is sorted by, stretch by stretch: ``PropertyOrdering``.
  case sorted
  /// As PostgreSQL plans it for the values at hand.
  case planned
  /// The same, but that all that match are fetched and sorted then: no index over the order is walked.
  case fetched

  /// Whether few matches are counted as the first page is read: a walk would go on for them.
  var countsWithPage: Bool { self == .nearest || isPlannedForValues }

  /// Whether PostgreSQL makes a plan for the values at hand.
  public var isPlannedForValues: Bool { self == .planned || self == .fetched }

  /// Where conditions find what they are over, so that the index is read that is meant.
  ///
  /// - Parameter isByIdentifier: whether the search is in the order of identifiers, and not of time.
  func columns(isByIdentifier: Bool) -> FilterColumns {
    switch self {
    case .walk: isByIdentifier ? .itemsByIdentifier : .itemsWithoutPlace
    case .walkAmongOthers: .itemsWithoutPlace
    case .walkEach, .inTurn: isByIdentifier ? .itemsOfEachByIdentifier : .itemsOfEachWithoutPlace
    case .nearest: .itemsNearest
    case .sorted, .planned, .fetched: .items
    }
  }
}
