import Hummingbird
import NIOCore
import StacModel
import StacSearch
import StacStore

/// `…/children`: the catalogs and collections that a catalog's `child` links lead to, whole, in pages.
///
/// Months and days come without the links to their items. Source: STAC API children extension 1.0.0-rc.2.
struct ChildrenController {
  let store: any CatalogStore
  private static let defaultLimit = CollectionChildren.most

  func answer(_ request: APIRequest, _ parent: BrowseParent) async throws -> Response {
    let parameters = try request.parameters(["limit", "token", "type"])
    let page = ChildrenPage(
      limit: try parameters["limit"].map(SearchRequest.limit) ?? Self.defaultLimit, after: parameters["token"],
      type: try parameters["type"].map(Self.type), parent: parent, request: request)
    let bytes =
      switch parent {
      case .landing: try await collections(page)
      case .collection(let id): try await nodes([.collection(id)], of: id, page)
      case .node(.collection(let id)):
        try await nodes(try await store.years(ofCollection: id).map { .year(id, $0) }, of: id, page)
      case .node(.year(let id, let year)):
        try await nodes(try await store.months(ofCollection: id, year: year).map { .month(id, $0) }, of: id, page)
      case .node(.month(let id, let month)):
        try await nodes(try await days(of: id, month).map { .day(id, $0) }, of: id, page)
      case .node(.day(let id, let day)): try await rest(of: day, id, page)
      case .node(.collections): throw APIError(.notFound, "There is no resource at this path")
      }
    return Response.bytes(bytes, .json).inLanguage(request.language.language)
  }

  private static func type(_ text: String) throws(ParameterError) -> ChildType {
    guard let type = ChildType(rawValue: text) else {
      throw ParameterError("type", "Catalog or Collection was expected")
    }
    return type
  }

  private func collections(_ page: ChildrenPage) async throws -> [UInt8] {
    let writer = DocumentWriter(base: page.request.base)
    guard page.type != .catalog else { return page.text([], matched: 0, next: nil) }
    let found = try await store.searchCollections(CollectionSearchRequest(limit: page.limit, token: page.after))
    return page.text(
      try found.documents.map { Array(buffer: try writer.collection($0)) }, matched: found.numberMatched?.number ?? 0,
      next: found.next)
  }

  private func nodes(_ all: [BrowseNode], of id: String, _ page: ChildrenPage) async throws -> [UInt8] {
    let catalog = try await store.browseCatalog(id, page.request)
    let matching = page.type == .collection ? [] : all
    let rest = matching.filter { node in page.after.map { $0 < node.key } ?? true }
    let shown = rest.prefix(page.limit)
    var documents: [[UInt8]] = []
    for node in shown {
      documents.append(JSONSerializer.bytes(.object(try await document(node, catalog))))
    }
    return page.text(
      documents, matched: matching.count, next: rest.count > shown.count ? shown.last?.key : nil)
  }

  /// The days that a month links to: none where it links to its items.
  private func days(of id: String, _ month: CalendarMonth) async throws -> [CalendarDay] {
    let items = try await store.items(
      ofCollection: id, from: month.start, before: month.end, after: nil, limit: BrowseController.mostItems + 1)
    return items.count > BrowseController.mostItems ? try await store.days(ofCollection: id, month: month) : []
  }

  /// The one child of a page of a day's items: the next page; the token is the page's own.
  private func rest(of day: CalendarDay, _ id: String, _ page: ChildrenPage) async throws -> [UInt8] {
    let place = try page.after.map(BrowseToken.init)?.place
    let catalog = try await store.browseCatalog(id, page.request)
    let items = try await store.items(
      ofCollection: id, from: day.start, before: day.end, after: place, limit: BrowseController.mostItems + 1)
    guard page.type != .collection, items.count > BrowseController.mostItems, let last = items.dropLast().last else {
      return page.text([], matched: 0, next: nil)
    }
    let document = catalog.items(.day(id, day), of: id, [], at: BrowseToken(last.place))
    return page.text([JSONSerializer.bytes(.object(document))], matched: 1, next: nil)
  }

  private func document(_ node: BrowseNode, _ catalog: BrowseCatalog) async throws -> JSONObject {
    switch node {
    case .collections: [:]
    case .collection(let id): catalog.collection(id, years: try await store.years(ofCollection: id))
    case .year(let id, let year):
      catalog.year(id, year, months: try await store.months(ofCollection: id, year: year))
    case .month(let id, _), .day(let id, _): catalog.items(node, of: id, [])
    }
  }
}

/// The type of children that are asked for.
private enum ChildType: String {
  case catalog = "Catalog"
  case collection = "Collection"
}

extension BrowseNode {
  /// What tells a node from its siblings, in their order.
  fileprivate var key: String {
    switch self {
    case .collections: ""
    case .collection(let id): id
    case .year(_, let year): Self.digits(year, 4)
    case .month(_, let month): Self.digits(month.month, 2)
    case .day(_, let day): Self.digits(day.day, 2)
    }
  }
}

extension BrowseParent {
  /// Where the document is whose children are listed.
  fileprivate func url(_ base: BaseURL) -> String {
    switch self {
    case .landing: base.landing
    case .collection(let id): base.url("collections", id)
    case .node(let node): node.url(base)
    }
  }
}

/// A page of children as text.
private struct ChildrenPage {
  let limit: Int
  let after: String?
  let type: ChildType?
  let parent: BrowseParent
  let request: APIRequest

  /// The answer's text.
  ///
  /// - Parameter next: the token of the next page, nil on the last.
  func text(_ documents: [[UInt8]], matched: Int, next: String?) -> [UInt8] {
    var output = Array("{\"children\":[".utf8)
    for (index, document) in documents.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      output.append(contentsOf: document)
    }
    output.append(contentsOf: "],\"links\":[".utf8)
    output.append(contentsOf: links(next: next).text)
    output.append(contentsOf: "],\"numberMatched\":\(matched),\"numberReturned\":\(documents.count)}".utf8)
    return output
  }

  private func links(next: String?) -> LinkList {
    let choice = request.language
    var links = LinkList()
    links.add(.selfLink, choice.url(url(after: after)), title: nil, in: choice.language)
    links.add(.root, choice.url(request.base.landing), title: nil, in: choice.language)
    links.add(.parent, choice.url(parent.url(request.base)))
    if let next { links.add(.next, choice.url(url(after: next)), title: nil, in: choice.language) }
    return links
  }

  private func url(after token: String?) -> String {
    let url = parent == .landing ? request.base.url("children") : parent.url(request.base) + "/children"
    var query: [String] = []
    if limit != CollectionChildren.most { query.append("limit=\(limit)") }
    if let type { query.append("type=\(type.rawValue)") }
    if let token { query.append("token=" + PercentCoding.encode(token)) }
    return query.isEmpty ? url : url + "?" + query.joined(separator: "&")
  }
}
