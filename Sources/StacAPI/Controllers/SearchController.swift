import Hummingbird
import StacModel
import StacSearch
import StacStore

/// `/search` by GET and by POST (STAC API 1.0.0, item-search).
struct SearchController {
  let store: any CatalogStore

  func answer(_ request: APIRequest) async throws -> Response {
    let links = PageLinks(base: request.base, url: request.base.url("search"), type: .geoJSON)
    if request.method == "GET" {
      let search = try SearchRequest(query: request.target.query)
      let page = try await store.search(search, counting: CountPreference(request.headers))
      return .items(page, fields: search.fields, links: links.get(page, query: request.target.query), for: request)
    }
    _ = try request.parameters([])
    let body = try await request.query()
    let search = try SearchRequest(body: body)
    let page = try await store.search(search, counting: CountPreference(request.headers))
    return .items(page, fields: search.fields, links: links.post(page, body: body.object ?? [:]), for: request)
  }
}

extension Response {
  /// A page of items.
  static func items(
    _ page: SearchPage, fields: FieldSelection?, links: LinkList, for request: APIRequest
  ) -> Response {
    let writer = DocumentWriter(base: request.base, fields: fields)
    var response = Response.bytes(writer.featureCollection(page, links: links), .geoJSON)
    response.headers[.preferenceApplied] = CountPreference(request.headers).applied
    return response
  }
}
