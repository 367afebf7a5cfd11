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
  ///   - collections: what a walk meets in each of several, or in all that are searched together.
  ///   - named: how many collections the search names, 0 for all.
  ///   - others: how many items of other collections there are.
  ///   - count: how many items are wanted.
  ///   - fetched: how many items an index leads to, infinite where there is none.
  package static func bestByIdentifier(
    in collections: [CollectionSpread], named: Int, others: Double, count: Int, fetched: Double
  ) -> SearchStrategy {
    if isFew(fetched, of: collections, count: Double(count)) { return .fetched }
    let all = CollectionSpread(
      items: collections.reduce(0) { $0 + $1.items }, matches: collections.reduce(0) { $0 + $1.matches })
    // Items of a collection often follow each other: with those of many others between them a walk may meet these first.
    let isOneWalk = named <= 1 || others <= all.items / 10
    let walked = (isOneWalk ? [all] : collections).reduce(0) { $0 + walk($1, until: Double(count)) }
    guard walked < planning + fetched * item else { return .fetched }
    return named <= 1 ? .planned : isOneWalk ? .walk : .walkEach
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
    for collection in collections where wanted > 0 {
      walked += walk(collection, until: wanted)
      wanted -= collection.matches
    }
    return walked < planning + fetched * item ? .inTurn : .fetched
  }

  private static func walk(_ spread: CollectionSpread, until count: Double) -> Double {
    collection + spread.passed(until: count) * item
  }

  private static func isFew(_ fetched: Double, of collections: [CollectionSpread], count: Double) -> Bool {
    fetched <= fewItems && fetched <= collections.reduce(0) { $0 + $1.passedAtMost(until: count) }
  }
}
