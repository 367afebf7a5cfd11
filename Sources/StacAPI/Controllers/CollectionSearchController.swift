import Hummingbird
import StacModel
import StacSearch
import StacStore

/// Collection search (STAC API collection search 1.0.0-rc.1): `/collections` by GET, `/collections-search` by GET and
/// by POST.
///
/// POST has a place of its own because a POST to `/collections` creates one.
struct CollectionSearchController {
  let store: any CatalogStore

  func answer(_ request: APIRequest) async throws -> Response {
    let url = request.base.url(request.route == .collections ? "collections" : "collections-search")
    let pageLinks = PageLinks(base: request.base, url: url, type: .json)
    if request.method == "GET" {
      let search = try CollectionSearchRequest(query: request.target.query)
      let page = try await store.searchCollections(search)
      return try answer(page, search, links: pageLinks.get(page, query: request.target.query), request)
    }
    _ = try request.parameters([])
    let body = try await request.query()
    let search = try CollectionSearchRequest(body: body)
    let page = try await store.searchCollections(search)
    return try answer(page, search, links: pageLinks.post(page, body: body.object ?? [:]), request)
  }

  private func answer(
    _ page: SearchPage, _ search: CollectionSearchRequest, links: LinkList, _ request: APIRequest
  ) throws(StoreError) -> Response {
    var links = links
    links.add(.parent, request.base.landing)
    links.add(.queryables, request.base.url("collections-queryables"), .schema, title: "Queryables")
    links.add(.sortables, request.base.url("collections-sortables"), .schema, title: "Sortables")
    let writer = DocumentWriter(base: request.base, fields: search.fields)
    return .bytes(try writer.collections(page, links: links), .json)
  }
}
