import Hummingbird
import StacModel
import StacStore

/// `/models/match` and `/models/{modelId}/sources`.
struct ModelMatchController {
  let matching: ModelMatching
  /// Whether only approved models run for the one who asks.
  let onlyApproved: Bool

  func match(_ request: APIRequest) async throws -> Response {
    let url = request.base.url("models", "match")
    if request.method == "GET" {
      var match = try MatchRequest(query: request.target.query)
      match.onlyApproved = onlyApproved
      let outcome = try await matching.match(match)
      var links = PageLinks(base: request.base, url: url, type: .json).whole(query: request.target.query)
      if let next = outcome.nextOffset {
        let query = request.target.query.filter { $0.name != "offset" } + [("offset", String(next))]
        links.add(.next, PageLinks(base: request.base, url: url, type: .json).address(query), .json, method: "GET")
      }
      return .json(outcome.document(base: request.base, links: links))
    }
    _ = try request.parameters([])
    let body = try await request.query()
    var match = try MatchRequest(body: body)
    match.onlyApproved = onlyApproved
    let outcome = try await matching.match(match)
    var links = PageLinks(base: request.base, url: url, type: .json).whole(query: [])
    if let next = outcome.nextOffset, var members = body.object {
      members["offset"] = .init(next)
      var link = Link(rel: .next, href: url, type: .json)
      link.json["method"] = "POST"
      link.json["merge"] = false
      link.json["body"] = .object(members)
      links.add(link)
    }
    return .json(outcome.document(base: request.base, links: links))
  }

  func sources(of model: ItemReference, _ request: APIRequest) async throws -> Response {
    let sources = try SourcesRequest(request.parameters(["collection", "limit", "after"]))
    return .json(try await matching.sources(of: model, sources, onlyApproved: onlyApproved, base: request.base))
  }
}

extension MatchOutcome {
  /// Where the next page begins, nil on the last.
  var nextOffset: Int? {
    let end = request.offset + matches.count
    return end < numberMatched && !matches.isEmpty ? end : nil
  }
}
