import StacModel

/// What is known of a catalog's items without asking the database: how many each collection has, which properties they have,
/// and where and when some thousand of them lie, drawn at random.
///
/// Plans are chosen by it, and large numbers of matches estimated. It is as old as its last reading; nothing that is
/// found depends on it.
package struct CatalogSample: Sendable {
  /// Where and when an item lies: degrees, and microseconds since 1970.
  package struct Place: Sendable {
    let collection: Int32
    let west: Float
    let south: Float
    let east: Float
    let north: Float
    let datetime: Int64
    let start: Int64
    let end: Int64

    package init(
      collection: Int32, west: Float, south: Float, east: Float, north: Float, datetime: Int64, start: Int64, end: Int64
    ) {
      (self.collection, self.west, self.south, self.east, self.north) = (collection, west, south, east, north)
      (self.datetime, self.start, self.end) = (datetime, start, end)
    }

    /// Whether it lasts, instead of being an instant.
    var isStretch: Bool { start != datetime || end != datetime }
  }

  /// About how many items a sample has.
  static let size = 4_096

  /// How many items a collection has, by its key.
  let counts: [Int32: Int]
  /// The keys of collections by the bytes of their identifiers.
  let keys: [[UInt8]: Int32]
  let total: Int
  private let count: Int
  let allPlaces: [Place]
  /// The identifiers of all collections, none where they are very many.
  let collectionIDs: [String]
  let holders: PropertyHolders
  private let places: SampledPlaces
  private let times: SampledTimes

  package init(
    counts: [Int32: Int], keys: [[UInt8]: Int32], places: [Place], holders: PropertyHolders = .unknown
  ) {
    self.counts = counts
    self.keys = keys
    self.holders = holders
    allPlaces = places
    self.places = SampledPlaces(places)
    times = SampledTimes(places)
    count = places.count
    total = counts.values.reduce(0, +)
    collectionIDs = keys.count > Self.manyCollections ? [] : keys.keys.map { String(decoding: $0, as: UTF8.self) }
  }

  static let empty = CatalogSample(counts: [:], keys: [:], places: [])

  /// Whether collections have so few of all items that the sample says little of them.
  ///
  /// - Parameter collections: their identifiers, nil for all.
  func isSmall(_ collections: [String]?) -> Bool {
    guard let collections else { return false }
    return count(collections) * 32 < total
  }

  /// Whether there are so many collections that to look at each takes some time.
  var hasManyCollections: Bool { counts.count > Self.manyCollections }
  static let manyCollections = 1_000

  /// The keys of those collections that are known.
  func keys(of collections: [String]) -> Set<Int32> { Set(collections.compactMap { keys[Array($0.utf8)] }) }

  /// How many items collections have.
  func count(_ collections: [String]) -> Int {
    keys(of: collections).reduce(0) { $0 + (counts[$1] ?? 0) }
  }

  /// How many items the collections have that hold a property; all where these are not known.
  ///
  /// - Parameter property: the bytes of its name.
  func count(with property: [UInt8]) -> Int {
    guard let collections = holders.collections(with: property) else { return total }
    return collections.reduce(0) { $0 + (keys[$1].flatMap { counts[$0] } ?? 0) }
  }

  /// The keys of collections that hold items, no more than some number of them, each with its share of that number, and one
  /// at least.
  func portions(of collections: [String], size: Int) -> [(key: Int32, count: Int)] {
    let held = keys(of: collections).compactMap { key in
      counts[key].map { (key, $0) }
    }
    let all = max(held.reduce(0) { $0 + $1.1 }, 1)
    return held.filter { $0.1 > 0 }.prefix(size).map { key, count in
      (key, Int((Double(size) * Double(count) / Double(all)).rounded(.up)))
    }
  }

  /// Instants that cut the times of a search's items: the first stretch is expected to hold some number of those that match,
  /// each further one reaches eight times as far. Empty where the sample knows too little of them, which then are few.
  ///
  /// - Parameters:
  ///   - wanted: about how many match in the first stretch.
  ///   - share: what share of the collections' items in the window's time match.
  ///   - place: where a page begins, in microseconds since 1970; nil for the beginning of all.
  func cuts(
    _ window: SearchWindow, in collections: [String], wanted: Double, share: Double, from place: Int64?,
    isAscending: Bool
  ) -> [Timestamp] {
    var times = times.instants(
      window, in: keys(of: collections), from: isAscending ? place : nil, to: isAscending ? nil : place)
    if !isAscending { times.reverse() }
    let first = max(wanted / (max(share, 1e-9) * weight), 1)
    return [1, 8, 64].compactMap { factor -> Timestamp? in
      let index = (first * factor).rounded(.up)
      return index < Double(times.count) ? Timestamp(microseconds: times[Int(index)]) : nil
    }
  }

  /// Numbers of items that are expected.
  package struct Expectation: Sendable {
    /// In the collections of the search, in its time, at any place.
    var inTime = 0.0
    /// Of all collections, in its time.
    var inTimeAnywhere = 0.0
    /// Of those in time, at the place.
    package fileprivate(set) var matches = 0.0
    /// How many ``matches`` there hardly are more of: the sample may have missed some.
    package fileprivate(set) var mostMatches = 0.0
    /// Of all collections, in time and at the place.
    var matchesAnywhere = 0.0
    /// Months between the first and the last of the items in time.
    var months = 1.0
    /// When the first and the last of the items in time are, in microseconds since 1970; nil where the sample has none.
    var times: ClosedRange<Int64>?
    /// What share of those that match lasts instead of being instants.
    var stretchShare = 0.0
    /// How many items of the search's collections last, at any time and place.
    var lasting = 0.0
    /// The same of all collections.
    var lastingAnywhere = 0.0
  }

  /// What a search for a window is expected to find.
  ///
  /// - Parameter collections: the identifiers of the search's collections, nil for all.
  package func expectation(_ window: SearchWindow, in collections: [String]?) -> Expectation {
    guard count > 0 else { return Expectation() }
    let wanted = collections.map { keys(of: $0) }
    let anywhere = times.tally(window, in: nil)
    let inTime = wanted == nil ? anywhere : times.tally(window, in: wanted)
    var expected = Expectation(months: inTime.months, times: inTime.times)
    expected.inTime = items(inTime.count)
    expected.inTimeAnywhere = items(anywhere.count)
    expected.lasting = Double(times.lasting(in: wanted)) * weight
    expected.lastingAnywhere = Double(times.lasting(in: nil)) * weight
    if let boxes = window.boxes {
      narrow(&expected, to: boxes, window, wanted)
    } else {
      expected.matches = expected.inTime
      expected.mostMatches = atMost(inTime.count)
      expected.matchesAnywhere = expected.inTimeAnywhere
      expected.stretchShare = inTime.stretchShare
    }
    guard let collections else { return expected }
    let most = Double(count(collections))
    if window.isOpen {
      (expected.inTime, expected.matches, expected.mostMatches) = (most, most, most)
    } else {
      expected.inTime = min(expected.inTime, most)
      expected.matches = min(expected.matches, most)
      expected.mostMatches = min(expected.mostMatches, most)
    }
    return expected
  }

  /// How many items some of the sample stand for; what was not met is expected to be less than one of it.
  func items(_ count: Int) -> Double { max(Double(count), 0.3) * weight }

  /// What the number of items that some of the sample stand for hardly exceeds: twice the deviation of such a number, and
  /// somewhat more, is added, unless the sample has all items.
  private func atMost(_ count: Int) -> Double { weight > 1 ? Self.atMost(count) * weight : items(count) }

  private static func atMost(_ count: Int) -> Double { Double(count) + 2 * Double(count).squareRoot() + 2 }

  private var weight: Double { Double(total) / Double(count) }

  /// Of how many items that were met on their number says something.
  private static let fewest = 3

  /// Adds what is expected at a place.
  private func narrow(
    _ expected: inout Expectation, to boxes: [BoundingBox], _ window: SearchWindow, _ wanted: Set<Int32>?
  ) {
    let around = places.near(boxes, within: Self.neighbourhood).filter { window.includesTime(of: $0) }
    let there = around.filter { window.includesPlace(of: $0) }
    let matches = there.filter { wanted?.contains($0.collection) ?? true }
    expected.matches = items(matches.count)
    expected.mostMatches = atMost(matches.count)
    expected.matchesAnywhere = items(there.count)
    expected.stretchShare = Double(matches.count { $0.isStretch }) / Double(max(matches.count, 1))
    guard matches.count < Self.fewest, let nearby = Self.nearby(boxes, around, wanted) else { return }
    expected.matches = min(expected.matches, max(nearby.matches * weight, 0.5))
    expected.mostMatches = max(expected.matches, min(expected.mostMatches, nearby.mostMatches * weight))
    expected.matchesAnywhere = min(expected.matchesAnywhere, max(nearby.anywhere * weight, 0.5))
  }

  /// How far about a small place items are looked at, in degrees.
  private static let neighbourhood = 5.0

  /// How many items of the sample a small place would hold, if they lay there as they lie about it; nil where none does.
  private static func nearby(
    _ boxes: [BoundingBox], _ places: [Place], _ wanted: Set<Int32>?
  ) -> (matches: Double, mostMatches: Double, anywhere: Double)? {
    var (matches, anywhere) = (0.0, 0.0)
    var (wantedCount, isFound) = (0, false)
    for place in places where place.west <= place.east {
      for box in boxes where box.isNear(place, within: neighbourhood) {
        // An item meets a box where its corner lies in the box grown by its size.
        let (width, height) = (Double(place.east - place.west), Double(place.north - place.south))
        let (columns, rows) = (box.east - box.west + width, box.north - box.south + height)
        let around = 2 * neighbourhood
        let share = columns * rows / ((columns + around) * (rows + around))
        isFound = true
        anywhere += share
        guard wanted?.contains(place.collection) ?? true else { continue }
        matches += share
        wantedCount += 1
      }
    }
    let most = wantedCount == 0 ? .infinity : matches / Double(wantedCount) * atMost(wantedCount)
    return isFound ? (matches, most, anywhere) : nil
  }
}

extension SearchWindow {
  func includesTime(of place: CatalogSample.Place) -> Bool {
    if let earliest, place.datetime < earliest.microseconds { return false }
    if let latest, place.datetime > latest.microseconds { return false }
    if let start = interval?.start, place.end < start.microseconds { return false }
    if let end = interval?.end, place.start > end.microseconds { return false }
    return true
  }

  func includesPlace(of place: CatalogSample.Place) -> Bool {
    guard let boxes else { return true }
    return boxes.contains { $0.isNear(place, within: 0) }
  }
}

extension BoundingBox {
  /// Whether an item lies within some degrees of the box.
  func isNear(_ place: CatalogSample.Place, within degrees: Double) -> Bool {
    Double(place.west) <= east + degrees && Double(place.east) >= west - degrees
      && Double(place.south) <= north + degrees && Double(place.north) >= south - degrees
  }
}
