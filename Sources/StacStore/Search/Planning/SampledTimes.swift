import StacModel

/// When the items of a sample are, so that those of a time are counted without looking at each.
struct SampledTimes: Sendable {
  /// The instants of all items that are instants, in ascending order.
  private let instants: [Int64]
  /// The same of each collection.
  private let instantsByCollection: [Int32: [Int64]]
  /// The items that last.
  private let stretches: [CatalogSample.Place]

  init(_ places: [CatalogSample.Place]) {
    let sorted = places.filter { !$0.isStretch }.sorted { $0.datetime < $1.datetime }
    instants = sorted.map(\.datetime)
    instantsByCollection = Dictionary(grouping: sorted, by: \.collection).mapValues { $0.map(\.datetime) }
    stretches = places.filter(\.isStretch)
  }

  /// How many items there are, and between which times.
  struct Tally {
    fileprivate(set) var count = 0
    private var stretchCount = 0
    private var first = Int64.max
    private var last = Int64.min

    /// When the first and the last are, in microseconds since 1970.
    var times: ClosedRange<Int64>? { first <= last ? first...last : nil }

    /// Months between the first and the last, at least one.
    var months: Double { first < last ? max(1, Double(last - first) / 2.63e12) : 1 }

    /// What share of them lasts.
    var stretchShare: Double { Double(stretchCount) / Double(max(count, 1)) }

    fileprivate mutating func add(_ instants: ArraySlice<Int64>) {
      guard let earliest = instants.first, let latest = instants.last else { return }
      count += instants.count
      first = min(first, earliest)
      last = max(last, latest)
    }

    fileprivate mutating func add(_ stretch: CatalogSample.Place) {
      count += 1
      stretchCount += 1
      first = min(first, stretch.datetime)
      last = max(last, stretch.datetime)
    }
  }

  /// When the items in a window's time are that lie between two instants, both inclusive; in ascending order.
  func instants(_ window: SearchWindow, in collections: Set<Int32>, from start: Int64?, to end: Int64?) -> [Int64] {
    let bounds = bounds(of: window)
    let (earliest, latest) = (max(bounds.earliest, start ?? .min), min(bounds.latest, end ?? .max))
    var times: [Int64] = []
    for key in collections { times += instantsByCollection[key]?.between(earliest, latest) ?? [] }
    for stretch in stretches where collections.contains(stretch.collection) && window.includesTime(of: stretch) {
      if (start ?? .min)...(end ?? .max) ~= stretch.datetime { times.append(stretch.datetime) }
    }
    return times.sorted()
  }

  /// Between which instants those of a window lie.
  private func bounds(of window: SearchWindow) -> (earliest: Int64, latest: Int64) {
    (window.earliestInstant?.microseconds ?? .min, window.latestInstant?.microseconds ?? .max)
  }

  /// How many items last, at whatever time.
  ///
  /// - Parameter collections: the keys of the collections that count, nil for all.
  func lasting(in collections: Set<Int32>?) -> Int {
    collections.map { keys in stretches.count { keys.contains($0.collection) } } ?? stretches.count
  }

  /// The items in a window's time.
  ///
  /// - Parameter collections: the keys of the collections that count, nil for all.
  func tally(_ window: SearchWindow, in collections: Set<Int32>?) -> Tally {
    let (earliest, latest) = bounds(of: window)
    var tally = Tally()
    if let collections {
      for key in collections {
        if let own = instantsByCollection[key] { tally.add(own.between(earliest, latest)) }
      }
    } else {
      tally.add(instants.between(earliest, latest))
    }
    for stretch in stretches where window.includesTime(of: stretch) {
      if collections?.contains(stretch.collection) ?? true { tally.add(stretch) }
    }
    return tally
  }
}

extension [Int64] {
  /// The numbers of an ascending list from one to another, both inclusive.
  fileprivate func between(_ least: Int64, _ greatest: Int64) -> ArraySlice<Int64> {
    guard least <= greatest else { return [] }
    let start = firstIndex { $0 >= least }
    return self[start..<Swift.max(start, firstIndex { $0 > greatest })]
  }

  /// The index of the first number of which a condition holds that holds of all behind it; the end where it holds of none.
  private func firstIndex(where isBehind: (Int64) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
