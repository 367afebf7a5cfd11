/// How the items of a search are come by.
public enum SearchStrategy: String, Sendable, Hashable {
  /// From the index of the order, from one end on, testing each item until the page is full; of several collections, until
  /// some number is looked at.
  case walk
  /// The same from the index of each of several collections until it has filled the page or ends, merged.
  case walkEach
  /// From the index of space and time, in the order of time.
  case nearest
  /// From the indexes over the property that the search is sorted by, stretch by stretch: ``PropertyOrdering``.
  case sorted
  /// As PostgreSQL plans it for the values at hand: everything that matches, sorted.
  case planned

  /// Whether few matches are counted as the first page is read: a walk would go on for them.
  var countsWithPage: Bool { self == .nearest || self == .planned }
}
