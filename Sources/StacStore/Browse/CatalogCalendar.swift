public import StacModel

/// A month of a year in UTC, as catalogs for browsing are made of.
public struct CalendarMonth: Sendable, Hashable {
  /// Between 0 and 9999.
  public let year: Int
  /// Between 1 and 12.
  public let month: Int

  /// The month; nil for numbers out of range.
  public init?(year: Int, month: Int) {
    guard 0...9_999 ~= year, 1...12 ~= month else { return nil }
    self.year = year
    self.month = month
  }

  /// The first instant of the month.
  public var start: Timestamp { Self.instant(year, month) }
  /// The first instant that is no longer in the month.
  public var end: Timestamp { month == 12 ? Self.instant(year + 1, 1) : Self.instant(year, month + 1) }

  /// The first instant of a month; behind December 9999 the first of the year 10000.
  static func instant(_ year: Int, _ month: Int) -> Timestamp {
    let digits = { (value: Int, width: Int) in
      String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
    }
    return Timestamp("\(digits(year, 4))-\(digits(month, 2))-01T00:00:00Z")
      ?? Timestamp(microseconds: 253_402_300_800_000_000)
  }
}

/// A day of a month in UTC.
public struct CalendarDay: Sendable, Hashable {
  public let month: CalendarMonth
  /// Between 1 and 31.
  public let day: Int
  /// The first instant of the day.
  public let start: Timestamp

  /// The day; nil where the month has no such day.
  public init?(_ month: CalendarMonth, day: Int) {
    guard 1...31 ~= day else { return nil }
    start = Timestamp(microseconds: month.start.microseconds + Int64(day - 1) * Self.microseconds)
    guard start < month.end else { return nil }
    self.month = month
    self.day = day
  }

  /// The first instant that is no longer in the day.
  public var end: Timestamp { Timestamp(microseconds: start.microseconds + Self.microseconds) }

  private static let microseconds: Int64 = 86_400_000_000
}

/// An item as a catalog for browsing links to it.
public struct BrowsedItem: Sendable, Hashable {
  public let id: String
  /// The item's `title`, nil where it has none.
  public let title: String?
  public let place: BrowsePlace

  public init(id: String, title: String?, place: BrowsePlace) {
    self.id = id
    self.title = title
    self.place = place
  }
}

/// A place in the order of items of some time: by time, then by identifier.
public struct BrowsePlace: Sendable, Hashable {
  public let datetime: Timestamp
  public let id: String

  public init(datetime: Timestamp, id: String) {
    self.datetime = datetime
    self.id = id
  }
}

/// A collection as a landing page links to it.
public struct BrowsedCollection: Sendable, Hashable {
  public let id: String
  /// The collection's `title`, nil where it has none.
  public let title: String?

  public init(id: String, title: String?) {
    self.id = id
    self.title = title
  }
}
