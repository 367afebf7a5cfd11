import CQL2
import StacModel
import StacSearch

/// What the catalog's sample tells of a search.
struct SearchOutlook: Sendable {
  let request: SearchRequest
  let order: SearchOrder
  let token: PageToken?
  let window: SearchWindow
  let sample: CatalogSample
  /// What is expected at the place and time of the search.
  let expected: CatalogSample.Expectation
  /// The conditions that the window says nothing of, but for words and identifiers.
  let conditions: [Expression]
  let selectivity: Selectivity
  /// How many items the collections of the search had when the sample was drawn.
  let most: Int
  /// The same of all collections that have an indexed property of the conditions; nil where no index over a property serves.
  let mostIndexed: Int?

  /// From how many matches on a walk in order soon fills a page.
  static let manyMatches = 5_000.0

  /// The share of what is at the place and time that meets the conditions.
  var share: Double { selectivity.share }

  /// How many items are expected to match.
  var matches: Double { min(expected.matches * share, request.ids.map { Double($0.count) } ?? .infinity) }

  /// Whether the search has words or identifiers, which have indexes of their own.
  var isPointed: Bool { request.ids != nil || request.freeText != nil }

  /// How many items an index over a property leads to, those of other collections weighed less; nil where there is none.
  var indexed: Double? {
    selectivity.indexed.map { share in
      let others = Double(max((mostIndexed ?? most) - most, 0))
      return (Double(most) + others * Self.entryShare) * share
    }
  }

  /// What going past an entry of an index over a property costs, of what its item costs.
  private static let entryShare = 0.1

  /// How many items the best index for the conditions leads to, infinite where there is none. That of several collections is
  /// the one of all, and of items that last indexes tell no more than the place.
  private var fetched: Double {
    let isOfSeveral = request.isInSeveralCollections
    let inTime = isOfSeveral ? min(expected.inTimeAnywhere, Double(most)) : expected.inTime
    let there = expected.matches / max(expected.inTime, 1)
    let lasting = window.interval == nil ? 0 : expected.lasting * min(there, 1)
    let inPlace = isOfSeveral ? expected.matchesAnywhere : expected.matches
    let inWindow = window.isOpen ? .infinity : (window.boxes == nil ? inTime : inPlace) + lasting
    let worded = request.freeText == nil || !conditions.isEmpty ? .infinity : Double(most) * share
    return min(indexed ?? .infinity, inWindow, worded)
  }

  /// Whether not all items match: then one of several collections may have none that do, and would be read to its end.
  var isNarrowed: Bool {
    window.boxes != nil || !conditions.isEmpty || request.freeText != nil
      || window.interval != nil && expected.lasting > 0
  }

  /// How many matches the first stretch of time should hold.
  private var wantedInFirst: Double { SearchCosts.wantedInFirst(request.limit + 1) }

  /// What cuts the times of items in several collections, for ``SearchStrategy/walkEach``.
  var cuts: [Timestamp] {
    guard let collections = request.collections, isNarrowed, order.isByDatetime else { return [] }
    return sample.cuts(
      window, in: collections, wanted: wantedInFirst, share: matches / max(expected.inTime, 1),
      from: token?.values.first?.flatMap { Int64($0) }, isAscending: order.isAscending(to: token))
  }

  /// What the ways to read items in the order of time cost.
  ///
  /// - Parameter counted: up to how many matches a walk counts by another statement; nil where they are not counted.
  func costs(counted: Int?) -> SearchCosts {
    SearchCosts(
      expected, in: window, selectivity: share, count: request.limit + 1, collections: request.collections?.count,
      isNarrowed: isNarrowed, counted: counted)
  }

  /// The best way for searches that are not in the order of time, or for words or identifiers.
  var strategyOutOfTime: SearchStrategy {
    if request.ids != nil { return request.isInSeveralCollections || order.property != nil ? .fetched : .planned }
    if let inEach = order.inEachCollection {
      if request.freeText != nil, matches <= Self.manyMatches { return .fetched }
      return SearchCosts.bestInTurn(
        in: spread(isBounded: inEach.isByDatetime), count: request.limit + 1, fetched: fetched)
    }
    if order.isByIdentifier {
      // Of words PostgreSQL knows how many items have them, of conditions beside them nothing.
      if request.freeText != nil, !conditions.isEmpty || fetched > Self.manyMatches { return .planned }
      return SearchCosts.bestByIdentifier(
        in: spread(isBounded: false), isOfAll: request.collections == nil, others: Double(sample.total - most),
        count: request.limit + 1, fetched: fetched)
    }
    if order.property != nil { return .fetched }
    guard request.isInSeveralCollections else { return .planned }
    // What is fetched of several collections is all that matches: it may be more than a walk looks at to find a page.
    let isMuch = matches > Self.manyMatches && matches * matches > wantedInFirst * expected.inTime
    return order.isByDatetime && isMuch ? .walkEach : .fetched
  }

  /// What walks meet in collections, in their order from the page on; of very many in all that are searched together.
  private func spread(isBounded: Bool) -> [CollectionSpread] {
    let named = request.collections ?? sample.collectionIDs
    guard 1...CatalogSample.manyCollections ~= named.count else {
      let items = isBounded ? expected.inTime + (window.interval == nil ? 0 : expected.lasting) : Double(most)
      let count = request.collections?.count ?? sample.counts.count
      return [CollectionSpread(items: items, matches: matches, collections: Double(count))]
    }
    return sample.spread(window, over: inTurn(named), matches: matches, isBounded: isBounded)
  }

  /// Collections in the order in which they are read, from that of the page's place on.
  private func inTurn(_ collections: [String]) -> [String] {
    guard order.inEachCollection != nil else { return collections }
    func precedes(_ one: String, _ other: String) -> Bool { one.utf8.lexicographicallyPrecedes(other.utf8) }
    let isAscending = order.isAscending(to: token)
    let rest = collections.filter { id in
      token?.values[0].map { place in isAscending ? !precedes(id, place) : !precedes(place, id) } ?? true
    }
    let sorted = rest.sorted(by: precedes)
    return isAscending ? sorted : sorted.reversed()
  }
}
