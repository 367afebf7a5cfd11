import StacModel
import StacStore

/// A catalog between the landing page and the items, for clients that follow links.
enum BrowseNode: Sendable, Hashable {
  /// The collections that the landing page has no room for.
  case collections
  case collection(String)
  case year(String, Int)
  case month(String, CalendarMonth)
  case day(String, CalendarDay)

  /// Reads the segments behind `/browse`: a collection, a year of four digits, a month and a day of two; nil for
  /// anything else.
  init?(_ names: some Sequence<String>) {
    let names = Array(names)
    switch names.count {
    case 1: self = .collection(names[0])
    case 2:
      guard let year = Self.number(names[1], digits: 4) else { return nil }
      self = .year(names[0], year)
    case 3, 4:
      guard let year = Self.number(names[1], digits: 4), let month = Self.number(names[2], digits: 2),
        let month = CalendarMonth(year: year, month: month)
      else { return nil }
      if names.count == 3 {
        self = .month(names[0], month)
      } else {
        guard let day = Self.number(names[3], digits: 2).flatMap({ CalendarDay(month, day: $0) }) else { return nil }
        self = .day(names[0], day)
      }
    default: return nil
    }
  }

  private static func number(_ text: String, digits: Int) -> Int? {
    text.utf8.count == digits && text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? Int(text) : nil
  }

  /// The path with names for what varies.
  var template: String {
    switch self {
    case .collections: "/browse"
    case .collection: "/browse/{collectionId}"
    case .year: "/browse/{collectionId}/{year}"
    case .month: "/browse/{collectionId}/{year}/{month}"
    case .day: "/browse/{collectionId}/{year}/{month}/{day}"
    }
  }

  /// The identifier of the catalog.
  var identifier: String {
    switch self {
    case .collections: "collections"
    case .collection(let id): "\(id)-by-time"
    case .year(let id, let year): "\(id)-\(Self.digits(year, 4))"
    case .month(let id, let month): "\(BrowseNode.year(id, month.year).identifier)-\(Self.digits(month.month, 2))"
    case .day(let id, let day): "\(BrowseNode.month(id, day.month).identifier)-\(Self.digits(day.day, 2))"
    }
  }

  /// Where the catalog is.
  func url(_ base: BaseURL) -> String {
    switch self {
    case .collections: base.url("browse")
    case .collection(let id): base.url("browse", id)
    case .year(let id, let year): base.url("browse", id, Self.digits(year, 4))
    case .month(let id, let month): base.url("browse", id, Self.digits(month.year, 4), Self.digits(month.month, 2))
    case .day(let id, let day): BrowseNode.month(id, day.month).url(base) + "/" + Self.digits(day.day, 2)
    }
  }

  /// Where what links to the catalog is.
  func parent(_ base: BaseURL) -> String {
    switch self {
    case .collections: base.landing
    case .collection(let id): base.url("collections", id)
    case .year(let id, _): BrowseNode.collection(id).url(base)
    case .month(let id, let month): BrowseNode.year(id, month.year).url(base)
    case .day(let id, let day): BrowseNode.month(id, day.month).url(base)
    }
  }

  /// The number with zeros before it.
  static func digits(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}

/// What has children.
enum BrowseParent: Sendable, Hashable {
  case landing
  case collection(String)
  case node(BrowseNode)
}
