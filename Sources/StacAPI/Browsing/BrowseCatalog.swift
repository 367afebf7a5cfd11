import StacModel
import StacStore

/// The STAC catalog of a node for browsing.
struct BrowseCatalog {
  let base: BaseURL
  let choice: LanguageChoice
  /// The collection's identifier or, where it has one, its title.
  let collectionName: String

  /// The catalog of a collection, with a child for each year.
  func collection(_ id: String, years: [Int]) -> JSONObject {
    let node = BrowseNode.collection(id)
    var links = self.links(node)
    for year in years { addChild(.year(id, year), title: BrowseNode.digits(year, 4), to: &links) }
    links.add(.children, choice.url(node.url(base) + "/children"))
    return catalog(
      id: node.identifier, title: choice.phrases.byTime(collectionName),
      description: choice.phrases.items(of: collectionName, in: nil), links)
  }

  /// The catalog of a year, with a child for each month.
  func year(_ id: String, _ year: Int, months: [CalendarMonth]) -> JSONObject {
    let node = BrowseNode.year(id, year)
    let digits = BrowseNode.digits(year, 4)
    var links = self.links(node)
    for month in months {
      addChild(.month(id, month), title: choice.phrases.month(month.month, of: year), to: &links)
    }
    links.add(.children, choice.url(node.url(base) + "/children"))
    return catalog(
      id: node.identifier, title: "\(collectionName) \(digits)",
      description: choice.phrases.items(of: collectionName, in: digits), links)
  }

  /// The catalog of a month with more items than it links to, with a child for each day.
  func month(_ id: String, _ month: CalendarMonth, days: [CalendarDay]) -> JSONObject {
    let node = BrowseNode.month(id, month)
    var links = self.links(node)
    for day in days { addChild(.day(id, day), title: title(.day(id, day)), to: &links) }
    links.add(.children, choice.url(node.url(base) + "/children"))
    return catalog(node, links)
  }

  /// The catalog of a month or a day with a page of its items; without items where only the catalog is wanted.
  ///
  /// - Parameters:
  ///   - place: where the page begins, nil for the first.
  ///   - next: where the next page begins, nil on the last.
  func items(
    _ node: BrowseNode, of id: String, _ items: [BrowsedItem], at place: BrowseToken? = nil, next: BrowseToken? = nil
  ) -> JSONObject {
    let url = node.url(base)
    var links = LinkList()
    add(self: page(of: url, at: place), parent: place == nil ? node.parent(base) : url, to: &links)
    for item in items {
      links.add(.item, base.url("collections", id, "items", item.id), .geoJSON, title: item.title)
    }
    if let next {
      links.add(.child, choice.url(page(of: url, at: next)), title: "\(title(node)) …", in: choice.language)
      links.add(.children, choice.url(page(of: url + "/children", at: place)))
    }
    return catalog(node, links, at: place)
  }

  private func page(of url: String, at place: BrowseToken?) -> String {
    place.map { url + "?token=\($0.encoded)" } ?? url
  }

  private func catalog(_ node: BrowseNode, _ links: LinkList, at place: BrowseToken? = nil) -> JSONObject {
    let title = title(node)
    let name = node.identifier
    return catalog(
      id: place.map { "\(name)-\($0.text)" } ?? name, title: "\(collectionName), \(title)",
      description: choice.phrases.items(of: collectionName, in: title), links)
  }

  /// The month or the day in words.
  private func title(_ node: BrowseNode) -> String {
    switch node {
    case .month(_, let month): choice.phrases.month(month.month, of: month.year)
    case .day(_, let day): choice.phrases.day(day.day, day.month.month, of: day.month.year)
    default: collectionName
    }
  }

  private func catalog(id: String, title: String, description: String, _ links: LinkList) -> JSONObject {
    var object: JSONObject = ["type": "Catalog", "stac_version": "1.1.0"]
    object.declare(choice.language)
    object["id"] = .string(id)
    object["title"] = .string(title)
    object["description"] = .string(description)
    object["links"] = links.json
    return object
  }

  private func links(_ node: BrowseNode) -> LinkList {
    var links = LinkList()
    add(self: node.url(base), parent: node.parent(base), to: &links)
    return links
  }

  private func add(self url: String, parent: String, to links: inout LinkList) {
    links.add(.selfLink, choice.url(url), title: nil, in: choice.language)
    links.add(.root, choice.url(base.landing), title: nil, in: choice.language)
    links.add(.parent, parent)
  }

  private func addChild(_ node: BrowseNode, title: String, to links: inout LinkList) {
    links.add(.child, choice.url(node.url(base)), title: title, in: choice.language)
  }
}

/// Where a page of items begins: behind an item, be it there or not.
struct BrowseToken: Sendable, Hashable {
  let place: BrowsePlace

  init(_ place: BrowsePlace) { self.place = place }

  /// Reads `{microseconds}.{identifier}`.
  init(_ text: String) throws(ParameterError) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let microseconds = Int64(parts[0]), abs(microseconds) < 1 << 60, !parts[1].isEmpty else {
      throw ParameterError("token", "this is not a token that this catalog gave")
    }
    place = BrowsePlace(datetime: Timestamp(microseconds: microseconds), id: String(parts[1]))
  }

  var text: String { "\(place.datetime.microseconds).\(place.id)" }

  var encoded: String { PercentCoding.encode(text) }
}
