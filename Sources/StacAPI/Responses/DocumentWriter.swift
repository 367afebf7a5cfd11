import NIOCore
import StacModel
import StacSearch
import StacStore

/// Writes stored documents as they are, with this server's links put in.
struct DocumentWriter {
  let base: BaseURL
  /// The members that documents of a page are cut to; nil for all of them.
  var fields: FieldSelection?

  /// The text of an item with its links.
  func item(_ stored: StoredDocument) -> ByteBuffer {
    let links = ItemLinks(of: stored.collectionID, base)
    var output = ByteBufferAllocator().buffer(capacity: stored.document.bytes.count + links.size)
    appendItem(stored, links, to: &output)
    return output
  }

  /// The text of a collection with its links.
  func collection(_ stored: StoredDocument) -> ByteBuffer {
    var output = ByteBuffer()
    appendCollection(stored, to: &output)
    return output
  }

  private func appendItem(_ stored: StoredDocument, _ links: ItemLinks, to output: inout ByteBuffer) {
    (fields?.applied(to: stored.document) ?? stored.document).append(to: &output) { links.append(stored.id, to: &$0) }
  }

  private func appendCollection(_ stored: StoredDocument, to output: inout ByteBuffer) {
    var links = LinkList()
    links.add(.selfLink, base.url("collections", stored.id))
    links.add(.parent, base.landing)
    links.add(.root, base.landing)
    links.add(.items, base.url("collections", stored.id, "items"), .geoJSON)
    links.addCollectionResources(of: stored.id, base)
    let text = links.text
    (fields?.applied(to: stored.document) ?? stored.document).append(to: &output) { $0.writeBytes(text) }
  }

  /// An item collection with what is known about its numbers.
  func featureCollection(_ page: SearchPage, links: LinkList) -> ByteBuffer {
    let capacity = fields == nil ? page.documents.reduce(2_048) { $0 + $1.document.bytes.count + 1_024 } : 64 << 10
    var output = ByteBufferAllocator().buffer(capacity: capacity)
    output.writeStaticString("{\"type\":\"FeatureCollection\",\"features\":[")
    var itemLinks: ItemLinks?
    for (index, document) in page.documents.enumerated() {
      if index > 0 { output.writeInteger(UInt8(ascii: ",")) }
      let present =
        itemLinks.flatMap { $0.collection == document.collectionID ? $0 : nil }
        ?? ItemLinks(of: document.collectionID, base)
      appendItem(document, present, to: &output)
      itemLinks = present
    }
    appendEnd(to: &output, links: links, matched: page.numberMatched, returned: page.documents.count)
    return output
  }

  /// A list of collections.
  func collections(_ page: SearchPage, links: LinkList) -> ByteBuffer {
    var output = ByteBuffer()
    output.writeStaticString("{\"collections\":[")
    for (index, document) in page.documents.enumerated() {
      if index > 0 { output.writeInteger(UInt8(ascii: ",")) }
      appendCollection(document, to: &output)
    }
    appendEnd(to: &output, links: links, matched: page.numberMatched, returned: page.documents.count)
    return output
  }

  private func appendEnd(to output: inout ByteBuffer, links: LinkList, matched: MatchedCount?, returned: Int) {
    output.writeStaticString("],\"links\":[")
    output.writeBytes(links.text)
    output.writeStaticString("],")
    if let matched {
      output.writeString("\"numberMatched\":\(matched.number),")
      if !matched.isExact { output.writeStaticString("\"numberMatchedIsEstimate\":true,") }
    }
    output.writeString("\"numberReturned\":\(returned)}")
  }
}

/// The text of the links of a collection's items; all of it but the item's identifier is made once.
private struct ItemLinks {
  let collection: String
  private let start: [UInt8]
  private let rest: [UInt8]

  init(of id: String, _ base: BaseURL) {
    collection = id
    let items = base.url("collections", id, "items") + "/"
    let collection = base.url("collections", id)
    var links = LinkList()
    links.add(.selfLink, items, .geoJSON)
    links.add(.parent, collection)
    links.add(.collection, collection)
    links.add(.root, base.landing)
    // A link's text begins with its relation and its address, and an encoded identifier needs no escape.
    let text = links.text
    let address = JSONSerializer.bytes(.string(items))
    let length = Array("{\"rel\":\"self\",\"href\":".utf8).count + address.count - 1
    start = Array(text[..<length])
    rest = Array(text[length...])
  }

  /// Bytes without the identifier, and some for it.
  var size: Int { start.count + rest.count + 128 }

  func append(_ id: String, to output: inout ByteBuffer) {
    output.writeBytes(start)
    output.writeString(PercentCoding.encode(id))
    output.writeBytes(rest)
  }
}

extension SerializedDocument {
  /// Appends the text with links put before those it has.
  ///
  /// - Parameter links: writes the compact text of link objects, separated by commas, without brackets.
  fileprivate func append(to output: inout ByteBuffer, links: (inout ByteBuffer) -> Void) {
    guard linksPosition > 0 else {
      output.writeBytes(bytes)
      return
    }
    output.writeBytes(bytes[..<linksPosition])
    links(&output)
    if bytes[linksPosition] != UInt8(ascii: "]") { output.writeInteger(UInt8(ascii: ",")) }
    output.writeBytes(bytes[linksPosition...])
  }
}
