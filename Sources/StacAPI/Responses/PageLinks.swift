import StacModel
import StacStore

/// The links of a page: itself, the landing page, the next page and the one before.
struct PageLinks {
  let base: BaseURL
  /// The URL that was asked, without its query.
  let url: String
  /// What the pages are.
  let type: MediaType

  /// Links that carry everything in their query.
  func get(_ page: SearchPage, query: [(name: String, value: String)]) -> LinkList {
    var list = LinkList()
    list.add(.selfLink, address(query), type)
    list.add(.root, base.landing)
    let rest = query.filter { $0.name != "token" }
    for (rel, token) in [(LinkRelation.next, page.next), (.previous, page.previous)] {
      guard let token else { continue }
      var link = Link(rel: rel, href: address(rest + [("token", token)]), type: type)
      link.json["method"] = "GET"
      list.add(link)
    }
    return list
  }

  /// Links that carry the whole body of the next request.
  func post(_ page: SearchPage, body: JSONObject) -> LinkList {
    var list = LinkList()
    list.add(.selfLink, url, type)
    list.add(.root, base.landing)
    for (rel, token) in [(LinkRelation.next, page.next), (.previous, page.previous)] {
      guard let token else { continue }
      var body = body
      body["token"] = .string(token)
      var link = Link(rel: rel, href: url, type: type)
      link.json["method"] = "POST"
      link.json["merge"] = false
      link.json["body"] = .object(body)
      list.add(link)
    }
    return list
  }

  private func address(_ query: [(name: String, value: String)]) -> String {
    if query.isEmpty { return url }
    let pairs = query.map { "\(PercentCoding.encode($0.name))=\(PercentCoding.encode($0.value))" }
    return url + "?" + pairs.joined(separator: "&")
  }
}
