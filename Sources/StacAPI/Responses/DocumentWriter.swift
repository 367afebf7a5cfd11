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
  ///
  /// - Throws: ``StoreError/failed(_:)`` where what is stored cannot be read, as do all the others.
  func item(_ stored: StoredDocument) throws(StoreError) -> ByteBuffer {
    let links = ItemLinks(of: stored.collectionID, base)
    let versions = VersionLinks(stored, base)
    var output = ByteBufferAllocator().buffer(capacity: stored.byteCount + links.size)
    var source = DocumentSource(fields)
    try source.append(stored, to: &output) { output in
      links.append(stored.id, to: &output)
      versions?.append(to: &output)
    }
    return output
  }

  /// The text of a collection with its links.
  func collection(_ stored: StoredDocument) throws(StoreError) -> ByteBuffer {
    var output = ByteBuffer()
    var source = DocumentSource(fields)
    try appendCollection(stored, from: &source, to: &output)
    return output
  }

  private func appendCollection(
    _ stored: StoredDocument, from source: inout DocumentSource, to output: inout ByteBuffer
  ) throws(StoreError) {
    var links = LinkList()
    links.add(.selfLink, base.url("collections", stored.id))
    links.add(.parent, base.landing)
    links.add(.root, base.landing)
    links.add(.items, base.url("collections", stored.id, "items"), .geoJSON)
    links.addCollectionResources(of: stored.id, base)
    let text = links.text
    try source.append(stored, to: &output) { $0.writeBytes(text) }
  }

  /// An item collection with what is known about its numbers.
  func featureCollection(_ page: SearchPage, links: LinkList) throws(StoreError) -> ByteBuffer {
    var output = ByteBufferAllocator().buffer(capacity: capacity(for: page))
    output.writeStaticString("{\"type\":\"FeatureCollection\",\"features\":[")
    var itemLinks: ItemLinks?
    var source = DocumentSource(fields)
    for (index, document) in page.documents.enumerated() {
      if index > 0 { output.writeInteger(UInt8(ascii: ",")) }
      // Texts are equal where letters are spelled with other code points; identifiers are not.
      let present =
        itemLinks.flatMap { $0.collection.utf8.elementsEqual(document.collectionID.utf8) ? $0 : nil }
        ?? ItemLinks(of: document.collectionID, base)
      let versions = VersionLinks(document, base)
      try source.append(document, to: &output) { output in
        present.append(document.id, to: &output)
        versions?.append(to: &output)
      }
      itemLinks = present
    }
    appendEnd(to: &output, links: links, matched: page.numberMatched, returned: page.documents.count)
    return output
  }

  private func capacity(for page: SearchPage) -> Int {
    if fields != nil { return 64 << 10 }
    return page.documents.reduce(4_096) { $0 + $1.byteCount + 1_024 }
  }

  /// A list of collections.
  func collections(_ page: SearchPage, links: LinkList) throws(StoreError) -> ByteBuffer {
    var output = ByteBuffer()
    output.writeStaticString("{\"collections\":[")
    var source = DocumentSource(fields)
    for (index, document) in page.documents.enumerated() {
      if index > 0 { output.writeInteger(UInt8(ascii: ",")) }
      try appendCollection(document, from: &source, to: &output)
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
    let collection = base.url("collections", id)
    var start = Array("{\"rel\":\"self\",\"href\":".utf8)
    JSONSerializer.append(collection + "/items/", to: &start)
    // The quote behind the address follows the item's identifier, which needs no escape where it is encoded.
    start.removeLast()
    self.start = start
    var rest = Array("\",\"type\":\"application/geo+json\"}".utf8)
    rest.reserveCapacity(1_024)
    for (rel, address) in [("parent", collection), ("collection", collection), ("root", base.landing)] {
      rest += ",{\"rel\":\"\(rel)\",\"href\":".utf8
      JSONSerializer.append(address, to: &rest)
      rest += ",\"type\":\"application/json\"}".utf8
    }
    self.rest = rest
  }

  /// Bytes without the identifier, and some for it.
  var size: Int { start.count + rest.count + 128 }

  func append(_ id: String, to output: inout ByteBuffer) {
    output.writeBytes(start)
    output.writeString(PercentCoding.encode(id))
    output.writeBytes(rest)
  }
}

/// Reads documents one after the other, cuts them to what is wanted, and writes them with links.
private struct DocumentSource: ~Copyable {
  private var reader = StoredDocument.Reader()
  private var cutter: DocumentCutter?

  init(_ fields: FieldSelection?) { cutter = fields.map { DocumentCutter($0) } }

  /// Appends a document with links put before those it has.
  ///
  /// - Parameter links: writes the compact text of link objects, separated by commas, without brackets.
  mutating func append(
    _ stored: StoredDocument, to output: inout ByteBuffer, links: (inout ByteBuffer) -> Void
  ) throws(StoreError) {
    guard cutter != nil else {
      return try reader.read(stored) { output.write($0, splicedAt: stored.linksPosition, links) }
    }
    try reader.read(stored) { cutter?.cut($0, linksPosition: stored.linksPosition) }
    guard let cutter else { return }
    unsafe output.write(cutter.text.span.bytes, splicedAt: cutter.linksPosition, links)
  }
}

extension ByteBuffer {
  /// Writes a document's text with something put in at a place, a comma behind it where other elements follow; at 0 it
  /// is left out.
  fileprivate mutating func write(_ text: RawSpan, splicedAt position: Int, _ links: (inout ByteBuffer) -> Void) {
    guard position > 0, position < text.byteCount else {
      writeBytes(text)
      return
    }
    writeBytes(text.extracting(0..<position))
    links(&self)
    if text[position] != UInt8(ascii: "]") { writeInteger(UInt8(ascii: ",")) }
    writeBytes(text.extracting(position..<text.byteCount))
  }
}

extension RawSpan {
  fileprivate subscript(offset: Int) -> UInt8 { unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self) }
}
