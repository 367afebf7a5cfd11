import StacModel

/// What walks meet in one collection, or in several of which it is not known what each has.
package struct CollectionSpread: Sendable {
  /// How many items they go past, to the end.
  package let items: Double
  /// How many of them match.
  package let matches: Double
  /// How many collections these are.
  package let collections: Double

  package init(items: Double, matches: Double, collections: Double = 1) {
    (self.items, self.matches, self.collections) = (items, min(matches, items), collections)
  }

  /// How many items are gone past until so many match in all, where those that match lie as others do.
  func passed(until count: Double) -> Double { min(count * items / max(matches, 1e-3), items) }

  /// The same where those that match lie behind all others.
  func passedAtMost(until count: Double) -> Double { items - matches + min(count, matches) }
}

extension CatalogSample {
  /// What walks in an order that has nothing to do with place and time meet in collections, one by one.
  ///
  /// - Parameters:
  ///   - collections: the identifiers of some collections.
  ///   - matches: how many items match in all of them.
  ///   - isBounded: whether a walk begins and ends with the window's time, but for items that last.
  package func spread(
    _ window: SearchWindow, over collections: [String], matches: Double, isBounded: Bool
  ) -> [CollectionSpread] {
    let keys = collections.map { self.keys[Array($0.utf8)] }
    let tallies = tallies(window, in: Set(keys.compactMap(\.self)), isBounded: isBounded)
    let found = Double(tallies.values.reduce(0) { $0 + $1.matches })
    let all = keys.reduce(0.0) { $0 + own($1) }
    return keys.map { key in
      let own = own(key)
      let tally = key.flatMap { tallies[$0] } ?? Tally()
      // Of a window in which the sample has nothing it is not known who has what is there.
      let isKnown = !window.isOpen && found > 0
      let share = isKnown ? Double(tally.matches) / found : own / max(all, 1)
      return CollectionSpread(items: isBounded ? min(items(tally.items), own) : own, matches: matches * share)
    }
  }

  private func own(_ key: Int32?) -> Double { Double(key.flatMap { counts[$0] } ?? 0) }

  /// Items of the sample in one collection.
  private struct Tally {
    var items = 0
    var matches = 0
  }

  private func tallies(_ window: SearchWindow, in keys: Set<Int32>, isBounded: Bool) -> [Int32: Tally] {
    var tallies: [Int32: Tally] = [:]
    for place in allPlaces where keys.contains(place.collection) {
      let isInTime = window.includesTime(of: place)
      if !isBounded || isInTime || window.interval != nil && place.isStretch {
        tallies[place.collection, default: Tally()].items += 1
      }
      if isInTime, window.includesPlace(of: place) { tallies[place.collection, default: Tally()].matches += 1 }
    }
    return tallies
  }
}
