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
    let rest = address(query.filter { $0.name != "token" })
    let start = rest + (rest == url ? "?token=" : "&token=")
    for (rel, token) in [(LinkRelation.next, page.next), (.previous, page.previous)] {
      guard let token else { continue }
      list.add(rel, start + PercentCoding.encode(token), type, method: "GET")
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

  /// Links to the answer itself and the landing page.
  func whole(query: [(name: String, value: String)]) -> LinkList {
    var list = LinkList()
    list.add(.selfLink, address(query), type)
    list.add(.root, base.landing)
    return list
  }

  func address(_ query: [(name: String, value: String)]) -> String {
    var address = url
    for (index, parameter) in query.enumerated() {
      address += index == 0 ? "?" : "&"
      address += PercentCoding.encode(parameter.name)
      address += "="
      address += PercentCoding.encode(parameter.value)
    }
    return address
  }
}
