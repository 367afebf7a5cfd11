/// The costs of orders that have nothing to do with place and time.
///
/// What matches may lie at the end of such an order, all of it: identifiers often tell when and where an item is. So
/// nothing is walked where what matches is fetched soon enough, unless nearly all match.
extension SearchCosts {
  /// How many items are fetched rather than looked for.
  private static let fewItems = SearchOutlook.manyMatches

  /// The best way to come by a page in the order of identifiers.
  ///
  /// - Parameters:
  ///   - collections: what a walk meets in each that the search names, or in all together.
  ///   - isOfAll: whether the search names none.
  ///   - others: how many items there are in collections that it does not name.
  ///   - count: how many items are wanted.
  ///   - fetched: how many items an index leads to, infinite where there is none.
  package static func bestByIdentifier(
    in collections: [CollectionSpread], isOfAll: Bool, others: Double, count: Int, fetched: Double
  ) -> SearchStrategy {
    if isFew(fetched, of: collections, count: Double(count)) { return .fetched }
    let all = CollectionSpread(
      items: collections.reduce(0) { $0 + $1.items }, matches: collections.reduce(0) { $0 + $1.matches })
    // Items of a collection often follow each other: with those of many others between them a walk may meet these first.
    let isOneWalk = isOfAll || collections.count > 1 && others <= min(fewItems, all.items / 10)
    let walked =
      isOneWalk
      ? (all.passed(until: Double(count)) + others) * item
      : collections.reduce(0) { $0 + eachWalk($1, until: Double(count)) }
    guard walked < planning + fetched * item else { return .fetched }
    return isOneWalk ? .walk : .walkEach
  }

  /// The best way to come by a page in the order of the collections' identifiers.
  ///
  /// - Parameters:
  ///   - collections: what a walk meets in each, in their order, or in all together.
  ///   - count: how many items are wanted.
  ///   - fetched: how many items an index leads to, infinite where there is none.
  package static func bestInTurn(in collections: [CollectionSpread], count: Int, fetched: Double) -> SearchStrategy {
    if isFew(fetched, of: collections, count: Double(count)) { return .fetched }
    var (wanted, walked) = (Double(count), 0.0)
    for spread in collections where wanted > 0 {
      let share = min(wanted / max(spread.matches, 1e-3), 1)
      walked += share * beginnings(spread) + spread.passed(until: wanted) * item
      wanted -= spread.matches
    }
    return walked < planning + fetched * item ? .inTurn : .fetched
  }

  /// What a walk in each of some collections costs until each has so many.
  private static func eachWalk(_ spread: CollectionSpread, until count: Double) -> Double {
    beginnings(spread) + spread.passed(until: spread.collections * count) * item
  }

  /// Beginning to read some collections, for items that last too.
  private static func beginnings(_ spread: CollectionSpread) -> Double { 2 * spread.collections * collection }

  private static func isFew(_ fetched: Double, of collections: [CollectionSpread], count: Double) -> Bool {
    fetched <= fewItems && fetched <= collections.reduce(0) { $0 + $1.passedAtMost(until: count) }
  }
}
