import Hummingbird
import StacModel
import StacSearch
import StacStore

/// `/search` by GET and by POST (STAC API 1.0.0, item-search).
struct SearchController {
  let store: any CatalogStore

  func answer(_ request: APIRequest) async throws -> Response {
    if request.method == "GET" {
      let page = try await store.search(SearchRequest(query: request.target.query))
      let links = PageLinks(base: request.base, url: request.base.url("search"))
      return answer(page, links: links.get(page, query: request.target.query), base: request.base)
    }
    _ = try request.parameters([])
    let body = try await request.query()
    let page = try await store.search(SearchRequest(body: body))
    let links = PageLinks(base: request.base, url: request.base.url("search"))
    return answer(page, links: links.post(page, body: body.object ?? [:]), base: request.base)
  }

  private func answer(_ page: SearchPage, links: LinkList, base: BaseURL) -> Response {
    .bytes(DocumentWriter(base: base).featureCollection(page, links: links), .geoJSON)
  }
}
