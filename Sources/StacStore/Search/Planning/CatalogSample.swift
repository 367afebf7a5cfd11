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
  }

  /// About how many items a sample has.
  static let size = 4_096

  /// How many items a collection has, by its key.
  let counts: [Int32: Int]
  /// The keys of collections by the bytes of their identifiers.
  let keys: [[UInt8]: Int32]
  let places: [Place]
  let total: Int

  init(counts: [Int32: Int], keys: [[UInt8]: Int32], places: [Place]) {
    self.counts = counts
    self.keys = keys
    self.places = places
    total = counts.values.reduce(0, +)
  }

  static let empty = CatalogSample(counts: [:], keys: [:], places: [])

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
  }

  /// What a search for a window is expected to find.
  ///
  /// - Parameter collections: the identifiers of the search's collections, nil for all.
  func expectation(_ window: SearchWindow, in collections: [String]?) -> Expectation {
    guard !places.isEmpty else { return Expectation() }
    let wanted = collections.map { Set($0.compactMap { keys[Array($0.utf8)] }) }
    var tally = Tally()
    for place in places where window.includesTime(of: place) {
      let isWanted = wanted?.contains(place.collection) ?? true
      tally.add(place, isWanted: isWanted, isThere: window.includesPlace(of: place))
    }
    return tally.expectation(weight: Double(total) / Double(places.count), matchesAtLeast: 0.3)
  }

  private struct Tally {
    private var inTime = 0
    private var inTimeAnywhere = 0
    private var matches = 0
    private var matchesAnywhere = 0
    private var first = Int64.max
    private var last = Int64.min

    mutating func add(_ place: Place, isWanted: Bool, isThere: Bool) {
      inTimeAnywhere += 1
      if isThere { matchesAnywhere += 1 }
      guard isWanted else { return }
      inTime += 1
      if isThere { matches += 1 }
      first = min(first, place.datetime)
      last = max(last, place.datetime)
    }

    /// The tally as numbers of items; what was not met is expected to be less than one of the sample.
    func expectation(weight: Double, matchesAtLeast least: Double) -> Expectation {
      let month = 2.63e12
      let span = first < last ? Double(last - first) / month : 1
      func items(_ count: Int) -> Double { max(Double(count), least) * weight }
      return Expectation(
        inTime: items(inTime), inTimeAnywhere: items(inTimeAnywhere), matches: items(matches),
        matchesAnywhere: items(matchesAnywhere), months: max(1, span))
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
