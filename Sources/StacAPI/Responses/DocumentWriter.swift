import StacModel
import StacSearch
import StacStore

/// Writes stored documents as they are, with this server's links put in.
struct DocumentWriter {
  let base: BaseURL
  /// The members that documents of a page are cut to; nil for all of them.
  var fields: FieldSelection?

  /// The text of an item with its links.
  func item(_ stored: StoredDocument) -> [UInt8] {
    var output: [UInt8] = []
    appendItem(stored, to: &output)
    return output
  }

  /// The text of a collection with its links.
  func collection(_ stored: StoredDocument) -> [UInt8] {
    var output: [UInt8] = []
    appendCollection(stored, to: &output)
    return output
  }

  private func appendItem(_ stored: StoredDocument, to output: inout [UInt8]) {
    let collection = base.url("collections", stored.collectionID)
    var links = LinkList()
    links.add(.selfLink, base.url("collections", stored.collectionID, "items", stored.id), .geoJSON)
    links.add(.parent, collection)
    links.add(.collection, collection)
    links.add(.root, base.landing)
    append(stored.document, links, to: &output)
  }

  private func append(_ document: SerializedDocument, _ links: LinkList, to output: inout [UInt8]) {
    (fields?.applied(to: document) ?? document).append(to: &output, splicing: links.text)
  }

  private func appendCollection(_ stored: StoredDocument, to output: inout [UInt8]) {
    var links = LinkList()
    links.add(.selfLink, base.url("collections", stored.id))
    links.add(.parent, base.landing)
    links.add(.root, base.landing)
    links.add(.items, base.url("collections", stored.id, "items"), .geoJSON)
    links.addCollectionResources(of: stored.id, base)
    append(stored.document, links, to: &output)
  }

  /// An item collection with what is known about its numbers.
  func featureCollection(_ page: SearchPage, links: LinkList) -> [UInt8] {
    var output = Array("{\"type\":\"FeatureCollection\",\"features\":[".utf8)
    for (index, document) in page.documents.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      appendItem(document, to: &output)
    }
    appendEnd(to: &output, links: links, matched: page.numberMatched, returned: page.documents.count)
    return output
  }

  /// A list of collections.
  func collections(_ page: SearchPage, links: LinkList) -> [UInt8] {
    var output = Array("{\"collections\":[".utf8)
    for (index, document) in page.documents.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      appendCollection(document, to: &output)
    }
    appendEnd(to: &output, links: links, matched: page.numberMatched, returned: page.documents.count)
    return output
  }

  private func appendEnd(to output: inout [UInt8], links: LinkList, matched: MatchedCount?, returned: Int) {
    output.append(contentsOf: "],\"links\":[".utf8)
    output.append(contentsOf: links.text)
    output.append(contentsOf: "],".utf8)
    if let matched {
      output.append(contentsOf: "\"numberMatched\":\(matched.number),".utf8)
      if !matched.isExact { output.append(contentsOf: "\"numberMatchedIsEstimate\":true,".utf8) }
    }
    output.append(contentsOf: "\"numberReturned\":\(returned)}".utf8)
  }
}
