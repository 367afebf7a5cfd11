import StacModel

/// What is known of a catalog's items without asking the database: how many each collection has, and where and when some
/// thousand of them lie, drawn at random.
///
/// Plans are chosen by it, and large numbers of matches estimated. It is as old as its last reading; nothing that is
/// found depends on it.
struct CatalogSample: Sendable {
  /// Where and when an item lies: degrees, and microseconds since 1970.
  struct Place: Sendable {
    let collection: Int32
    let west: Float
    let south: Float
    let east: Float
    let north: Float
    let datetime: Int64
    let start: Int64
    let end: Int64

    /// Whether it lasts, instead of being an instant.
    var isStretch: Bool { start != datetime || end != datetime }
  }

  /// About how many items a sample has.
  static let size = 4_096

  /// How many items a collection has, by its key.
  let counts: [Int32: Int]
  /// The keys of collections by the bytes of their identifiers.
  let keys: [[UInt8]: Int32]
  let places: [Place]
  let total: Int
  /// Months between the first and the last item.
  private let months: Double
  /// What share of all items lasts instead of being instants.
  private let stretchShare: Double

  init(counts: [Int32: Int], keys: [[UInt8]: Int32], places: [Place]) {
    self.counts = counts
    self.keys = keys
    self.places = places
    total = counts.values.reduce(0, +)
    months = Self.months(from: places.map(\.datetime).min(), to: places.map(\.datetime).max())
    stretchShare = Double(places.count { $0.isStretch }) / Double(max(places.count, 1))
  }

  private static func months(from first: Int64?, to last: Int64?) -> Double {
    guard let first, let last, first < last else { return 1 }
    return max(1, Double(last - first) / 2.63e12)
  }

  static let empty = CatalogSample(counts: [:], keys: [:], places: [])

  /// Whether collections have so few of all items that the sample says little of them.
  ///
  /// - Parameter collections: their identifiers, nil for all.
  func isSmall(_ collections: [String]?) -> Bool {
    guard let collections else { return false }
    return count(collections) * 32 < total
  }

  /// How many items collections have.
  func count(_ collections: [String]) -> Int {
    Set(collections.compactMap { keys[Array($0.utf8)] }).reduce(0) { $0 + (counts[$1] ?? 0) }
  }

  /// Numbers of items that are expected.
  struct Expectation: Sendable {
    /// In the collections of the search, in its time, at any place.
    var inTime = 0.0
    /// Of all collections, in its time.
    var inTimeAnywhere = 0.0
    /// Of those in time, at the place.
    var matches = 0.0
    /// Of all collections, in time and at the place.
    var matchesAnywhere = 0.0
    /// Months between the first and the last of the items in time.
    var months = 1.0
    /// Of those that match, what share lasts instead of being instants.
    var stretchShare = 0.0
  }

  /// What a search for a window is expected to find.
  ///
  /// - Parameter collections: the identifiers of the search's collections, nil for all.
  func expectation(_ window: SearchWindow, in collections: [String]?) -> Expectation {
    guard !places.isEmpty else { return Expectation() }
    if collections == nil, window.isOpen {
      let all = Double(total)
      return Expectation(
        inTime: all, inTimeAnywhere: all, matches: all, matchesAnywhere: all, months: months, stretchShare: stretchShare
      )
    }
    let wanted = collections.map { Set($0.compactMap { keys[Array($0.utf8)] }) }
    var tally = Tally()
    for place in places where window.includesTime(of: place) {
      let isWanted = wanted?.contains(place.collection) ?? true
      tally.add(place, isWanted: isWanted, isThere: window.includesPlace(of: place))
    }
    let weight = Double(total) / Double(places.count)
    var expected = tally.expectation(weight: weight, matchesAtLeast: 0.3)
    if tally.isSparse, let nearby = nearby(window, wanted) {
      expected.matches = min(expected.matches, max(nearby.matches * weight, 0.5))
      expected.matchesAnywhere = min(expected.matchesAnywhere, max(nearby.anywhere * weight, 0.5))
    }
    guard let collections else { return expected }
    let most = Double(count(collections))
    expected.inTime = min(expected.inTime, most)
    expected.matches = min(expected.matches, most)
    return expected
  }

  /// How far about a small place items are looked at, in degrees.
  private static let neighbourhood = 5.0

  /// How many items of the sample a small place would hold, if they lay there as they lie about it; nil where none does.
  private func nearby(_ window: SearchWindow, _ wanted: Set<Int32>?) -> (matches: Double, anywhere: Double)? {
    guard let boxes = window.boxes else { return nil }
    var (matches, anywhere) = (0.0, 0.0)
    var isFound = false
    for place in places where window.includesTime(of: place) && place.west <= place.east {
      for box in boxes where box.isNear(place, within: Self.neighbourhood) {
        // An item meets a box where its corner lies in the box grown by its size.
        let (width, height) = (Double(place.east - place.west), Double(place.north - place.south))
        let (columns, rows) = (box.east - box.west + width, box.north - box.south + height)
        let around = 2 * Self.neighbourhood
        let share = columns * rows / ((columns + around) * (rows + around))
        isFound = true
        anywhere += share
        if wanted?.contains(place.collection) ?? true { matches += share }
      }
    }
    return isFound ? (matches, anywhere) : nil
  }

  private struct Tally {
    private var inTime = 0
    private var inTimeAnywhere = 0
    private var matches = 0
    private var matchesAnywhere = 0
    private var stretches = 0
    private var first = Int64.max
    private var last = Int64.min

    /// Whether so few items are there that their number says little.
    var isSparse: Bool { matches < 3 }

    mutating func add(_ place: Place, isWanted: Bool, isThere: Bool) {
      inTimeAnywhere += 1
      if isThere { matchesAnywhere += 1 }
      guard isWanted else { return }
      inTime += 1
      if isThere {
        matches += 1
        if place.isStretch { stretches += 1 }
      }
      first = min(first, place.datetime)
      last = max(last, place.datetime)
    }

    /// The tally as numbers of items; what was not met is expected to be less than one of the sample.
    func expectation(weight: Double, matchesAtLeast least: Double) -> Expectation {
      func items(_ count: Int) -> Double { max(Double(count), least) * weight }
      return Expectation(
        inTime: items(inTime), inTimeAnywhere: items(inTimeAnywhere), matches: items(matches),
        matchesAnywhere: items(matchesAnywhere), months: CatalogSample.months(from: first, to: last),
        stretchShare: Double(stretches) / Double(max(matches, 1)))
    }
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
    return boxes.contains { box in
      Double(place.west) <= box.east && Double(place.east) >= box.west && Double(place.south) <= box.north
        && Double(place.north) >= box.south
    }
  }
}

extension BoundingBox {
  /// Whether an item lies within some degrees of the box.
  fileprivate func isNear(_ place: CatalogSample.Place, within degrees: Double) -> Bool {
    Double(place.west) <= east + degrees && Double(place.east) >= west - degrees
      && Double(place.south) <= north + degrees && Double(place.north) >= south - degrees
  }
}
