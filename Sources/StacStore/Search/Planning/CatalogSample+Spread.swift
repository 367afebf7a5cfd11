import StacModel

/// What a walk meets in one collection.
package struct CollectionSpread: Sendable {
  /// How many items it goes past, to the collection's end.
  package let items: Double
  /// How many of them match.
  package let matches: Double

  package init(items: Double, matches: Double) {
    (self.items, self.matches) = (items, matches)
  }

  /// How many items a walk goes past until so many match, where those that match lie as others do.
  func passed(until count: Double) -> Double { min(count * items / max(matches, 1e-3), items) }

  /// The same where they lie behind all others.
  func passedAtMost(until count: Double) -> Double { items - matches + min(count, matches) }
}

extension CatalogSample {
  /// What walks in an order that has nothing to do with place and time meet in collections, one by one.
  ///
  /// - Parameters:
  ///   - collections: the identifiers of some collections.
  ///   - isBounded: whether a walk begins and ends with the window's time, but for items that last.
  ///   - share: the share of items in the window that match.
  func spread(
    _ window: SearchWindow, over collections: [String], isBounded: Bool, share: Double
  ) -> [CollectionSpread] {
    var tallies: [Int32: (items: Int, matches: Int)] = [:]
    let wanted = keys(of: collections)
    for place in allPlaces where wanted.contains(place.collection) {
      let isInTime = window.includesTime(of: place)
      let isMet = !isBounded || isInTime || window.interval != nil && place.isStretch
      tallies[place.collection, default: (0, 0)].items += isMet ? 1 : 0
      tallies[place.collection, default: (0, 0)].matches += isInTime && window.includesPlace(of: place) ? 1 : 0
    }
    return collections.map { id in
      let key = keys[Array(id.utf8)]
      let own = Double(key.flatMap { counts[$0] } ?? 0)
      let tally = key.flatMap { tallies[$0] } ?? (0, 0)
      let met = isBounded ? min(items(tally.items), own) : own
      return CollectionSpread(items: met, matches: min(items(tally.matches) * share, met))
    }
  }
}
