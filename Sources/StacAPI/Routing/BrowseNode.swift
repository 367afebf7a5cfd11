import StacModel
import StacStore

/// A catalog between the landing page and the items, for clients that follow links.
enum BrowseNode: Sendable, Hashable {
  /// The collections that the landing page has no room for.
  case collections
  case collection(String)
  case year(String, Int)
  case month(String, CalendarMonth)

  /// Reads the segments behind `/browse`: a collection, a year of four digits, a month of two; nil for anything else.
  init?(_ names: some Sequence<String>) {
    let names = Array(names)
    switch names.count {
    case 1: self = .collection(names[0])
    case 2:
      guard let year = Self.number(names[1], digits: 4) else { return nil }
      self = .year(names[0], year)
    case 3:
      guard let year = Self.number(names[1], digits: 4), let month = Self.number(names[2], digits: 2),
        let month = CalendarMonth(year: year, month: month)
      else { return nil }
      self = .month(names[0], month)
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
    }
  }

  /// Where the catalog is.
  func url(_ base: BaseURL) -> String {
    switch self {
    case .collections: base.url("browse")
    case .collection(let id): base.url("browse", id)
    case .year(let id, let year): base.url("browse", id, Self.digits(year, 4))
    case .month(let id, let month): base.url("browse", id, Self.digits(month.year, 4), Self.digits(month.month, 2))
    }
  }

  /// Where what links to the catalog is.
  func parent(_ base: BaseURL) -> String {
    switch self {
    case .collections: base.landing
    case .collection(let id): base.url("collections", id)
    case .year(let id, _): BrowseNode.collection(id).url(base)
    case .month(let id, let month): BrowseNode.year(id, month.year).url(base)
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
