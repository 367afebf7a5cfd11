import Hummingbird
import StacModel
import StacStore

/// `/browse…`: catalogs that lead from a collection by years, months and days to every item (STAC API browseable extension).
struct BrowseController {
  let store: any CatalogStore
  /// The most items that one catalog links to.
  static let mostItems = 1_000

  func answer(_ request: APIRequest, _ node: BrowseNode) async throws -> Response {
    let document =
      switch node {
      case .collections: try await moreCollections(request)
      case .collection(let id): try await collection(id, request)
      case .year(let id, let year): try await self.year(id, year, request)
      case .month(let id, let month): try await self.month(id, month, request)
      case .day(let id, let day): try await self.day(id, day, request)
      }
    return Response.json(document).inLanguage(request.language.language)
  }

  private func moreCollections(_ request: APIRequest) async throws -> JSONObject {
    let after = try request.parameters(["token"])["token"]
    let base = request.base
    let choice = request.language
    let children = CollectionChildren(base: base, choice: choice)
    var links = LinkList()
    links.add(
      .selfLink, after.map(children.url) ?? choice.url(BrowseNode.collections.url(base)), title: nil,
      in: choice.language)
    links.add(.root, choice.url(base.landing), title: nil, in: choice.language)
    links.add(.parent, choice.url(base.landing))
    children.add(try await store.browsedCollections(limit: CollectionChildren.most + 1, after: after), to: &links)
    links.add(.children, choice.url(base.url("children") + (after.map { "?token=" + PercentCoding.encode($0) } ?? "")))
    var catalog: JSONObject = ["type": "Catalog", "stac_version": "1.1.0"]
    catalog.declare(choice.language)
    catalog["id"] = .string(after.map { "collections-\($0)" } ?? "collections")
    catalog["title"] = .string(choice.phrases.moreCollections)
    catalog["description"] = .string(choice.phrases.catalog)
    catalog["links"] = links.json
    return catalog
  }

  private func collection(_ id: String, _ request: APIRequest) async throws -> JSONObject {
    _ = try request.parameters([])
    let years = try await store.years(ofCollection: id)
    return try await catalog(id, request).collection(id, years: years)
  }

  private func year(_ id: String, _ year: Int, _ request: APIRequest) async throws -> JSONObject {
    _ = try request.parameters([])
    let months = try await store.months(ofCollection: id, year: year)
    guard !months.isEmpty else { throw Self.empty }
    return try await catalog(id, request).year(id, year, months: months)
  }

  private func month(_ id: String, _ month: CalendarMonth, _ request: APIRequest) async throws -> JSONObject {
    _ = try request.parameters([])
    let items = try await store.items(
      ofCollection: id, from: month.start, before: month.end, after: nil, limit: Self.mostItems + 1)
    guard !items.isEmpty else { throw Self.empty }
    let catalog = try await catalog(id, request)
    guard items.count > Self.mostItems else { return catalog.items(.month(id, month), of: id, items) }
    return catalog.month(id, month, days: try await store.days(ofCollection: id, month: month))
  }

  private func day(_ id: String, _ day: CalendarDay, _ request: APIRequest) async throws -> JSONObject {
    let token = try request.parameters(["token"])["token"].map(BrowseToken.init)
    let items = try await store.items(
      ofCollection: id, from: day.start, before: day.end, after: token?.place, limit: Self.mostItems + 1)
    guard !items.isEmpty || token != nil else { throw Self.empty }
    let page = Array(items.prefix(Self.mostItems))
    let next = items.count > page.count ? page.last.map { BrowseToken($0.place) } : nil
    return try await catalog(id, request).items(.day(id, day), of: id, page, at: token, next: next)
  }

  private static let empty = APIError(.notFound, "The collection has no items of that time")

  private func catalog(_ id: String, _ request: APIRequest) async throws -> BrowseCatalog {
    try await store.browseCatalog(id, request)
  }
}

extension CatalogStore {
  /// What writes the catalogs of a collection in the language of a request.
  func browseCatalog(_ id: String, _ request: APIRequest) async throws -> BrowseCatalog {
    guard let stored = try await collection(id: id) else { throw StoreError.notFound("collection '\(id)'") }
    let title = (try? JSONParser.parse(stored.document.bytes))?.object?["title"]?.string
    return BrowseCatalog(base: request.base, choice: request.language, collectionName: title ?? id)
  }
}
