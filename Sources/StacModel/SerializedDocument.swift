/// A document's text as it is stored: compact JSON without the server's own links, and where its links begin.
///
/// A page of results is made of these bytes with links spliced in; nothing is decoded or encoded again.
public struct SerializedDocument: Sendable, Hashable {
  public let bytes: [UInt8]
  /// Byte offset just behind the `[` of the top-level `links` array; 0 where the document is to have no links.
  public let linksPosition: Int

  public init(bytes: [UInt8], linksPosition: Int) {
    self.bytes = bytes
    self.linksPosition = linksPosition
  }

  /// Writes a document; its links lose those that the server owns, and an empty `links` is added where there is none.
  public init(_ document: JSONObject) { self.init(JSONText(.object(document))) }

  /// The text of a document without the links that the server owns; an empty `links` is added where there is none.
  public init(_ text: JSONText) {
    let members = text.root.object
    guard let links = members?["links"] else {
      let separator = members?.isEmpty == false ? "," : ""
      let added = Array((separator + "\"links\":[").utf8)
      bytes = Array(text.bytes.dropLast()) + added + Array("]}".utf8)
      linksPosition = bytes.count - 2
      return
    }
    let range = links.node.range
    var output: [UInt8] = []
    output.reserveCapacity(text.bytes.count + 2)
    output.append(contentsOf: text.bytes[..<range.lowerBound])
    output.append(UInt8(ascii: "["))
    linksPosition = output.count
    if let array = links.array {
      for link in array where !Self.isOwnedByServer(link) {
        if output.count > linksPosition { output.append(UInt8(ascii: ",")) }
        output.append(contentsOf: link.bytes)
      }
    }
    output.append(UInt8(ascii: "]"))
    output.append(contentsOf: text.bytes[range.upperBound...])
    bytes = output
  }

  private static func isOwnedByServer(_ link: JSONView) -> Bool {
    guard let relation = link.object?["rel"]?.string else { return false }
    if LinkRelation.ownedByServer.contains(relation) { return true }
    return Link.versionRelations.contains(relation) && link.object?["gnomon:computed"]?.bool == true
  }

  /// Appends the text with links put before those it has.
  ///
  /// - Parameter links: the compact text of link objects, separated by commas, without brackets.
  public func append(to output: inout [UInt8], splicing links: [UInt8]) {
    guard linksPosition > 0 else { return output.append(contentsOf: bytes) }
    output.append(contentsOf: bytes[..<linksPosition])
    output.append(contentsOf: links)
    if !links.isEmpty, bytes[linksPosition] != UInt8(ascii: "]") { output.append(UInt8(ascii: ",")) }
    output.append(contentsOf: bytes[linksPosition...])
  }
}
