import StacModel

/// Links in the order they are written.
struct LinkList {
  private(set) var links: [Link] = []

  mutating func add(_ rel: LinkRelation, _ href: String, _ type: MediaType = .json, title: String? = nil) {
    links.append(Link(rel: rel, href: href, type: type, title: title))
  }

  /// Adds a link that says by which method it is followed.
  mutating func add(_ rel: LinkRelation, _ href: String, _ type: MediaType, method: String) {
    var link = Link(rel: rel, href: href, type: type)
    link.json["method"] = .string(method)
    links.append(link)
  }

  mutating func add(_ link: Link) { links.append(link) }

  /// The text between the brackets of a `links` array, ready to be spliced into a stored document.
  var text: [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(256 * links.count)
    for (index, link) in links.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      JSONSerializer.append(.object(link.json), to: &output)
    }
    return output
  }

  var json: JSONValue { .array(links.map { .object($0.json) }) }
}
