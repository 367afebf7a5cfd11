import Hummingbird
import NIOCore
import StacModel
import StacSearch
import StacStore

/// `/search` by GET and by POST (STAC API 1.0.0, item-search).
struct SearchController {
  let store: any CatalogStore
  let matching: ModelMatching

  func answer(_ request: APIRequest) async throws -> Response {
    let links = PageLinks(base: request.base, url: request.base.url("search"), type: .geoJSON)
    if request.method == "GET" {
      let search = try await matching.resolving(SearchRequest(query: request.target.query))
      let permit = try await request.pages.permit(for: search.limit)
      let page = try await store.search(search, counting: CountPreference(request.headers))
      let query = links.get(page, query: request.target.query)
      return try await .items(page, fields: search.fields, links: query, for: request, permit: permit)
    }
    _ = try request.parameters([])
    let body = try await request.query()
    let search = try await matching.resolving(SearchRequest(body: body))
    let permit = try await request.pages.permit(for: search.limit)
    let page = try await store.search(search, counting: CountPreference(request.headers))
    let next = links.post(page, body: body.object ?? [:])
    return try await .items(page, fields: search.fields, links: next, for: request, permit: permit)
  }
}

extension Response {
  /// Pages with more documents are written on threads that keep no other connection waiting.
  private static let mostWrittenAtOnce = 32
  /// How much of a large page is given to the connection at a time, in bytes.
  private static let slice = 256 << 10
  /// How long a client may take for a large page before others get its turn.
  private static let turn = Duration.seconds(5)

  /// A page of items.
  ///
  /// - Parameter permit: what the page was let in with; it is given back when the page is sent.
  static func items(
    _ page: SearchPage, fields: FieldSelection?, links: LinkList, for request: APIRequest, permit: PagePermit?
  ) async throws(StoreError) -> Response {
    let writer = DocumentWriter(base: request.base, fields: fields)
    let buffer: ByteBuffer
    if page.documents.count <= mostWrittenAtOnce {
      buffer = try writer.featureCollection(page, links: links)
    } else {
      buffer = try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(StoreError) in
        try writer.featureCollection(page, links: links)
      }
    }
    var response = Response.bytes(buffer, .geoJSON)
    if let permit, buffer.readableBytes > slice { response.body = sliced(buffer, permit) }
    if let applied = CountPreference(request.headers).applied { response.headers[.preferenceApplied] = applied }
    return response
  }

  /// A body that is sent as fast as the client takes it; the permit lasts until then, or for one turn.
  private static func sliced(_ buffer: ByteBuffer, _ permit: PagePermit) -> ResponseBody {
    ResponseBody(contentLength: buffer.readableBytes) { writer in
      let timer = Task {
        try await Task.sleep(for: turn)
        permit.giveBack()
      }
      defer {
        timer.cancel()
        permit.giveBack()
      }
      var rest = buffer
      while let part = rest.readSlice(length: min(slice, rest.readableBytes)), part.readableBytes > 0 {
        try await writer.write(part)
      }
      try await writer.finish(nil)
    }
  }
}
