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
  public init(_ document: JSONObject) {
    var output: [UInt8] = [UInt8(ascii: "{")]
    var position: Int?
    for member in document.members {
      if output.count > 1 { output.append(UInt8(ascii: ",")) }
      JSONSerializer.append(member.name, to: &output)
      output.append(UInt8(ascii: ":"))
      if member.name == "links" {
        position = output.count + 1
        JSONSerializer.append(.array(Self.foreignLinks(member.value)), to: &output)
      } else {
        JSONSerializer.append(member.value, to: &output)
      }
    }
    if position == nil {
      output.append(contentsOf: (output.count > 1 ? ",\"links\":[" : "\"links\":[").utf8)
      position = output.count
      output.append(UInt8(ascii: "]"))
    }
    output.append(UInt8(ascii: "}"))
    bytes = output
    linksPosition = position ?? 0
  }

  private static func foreignLinks(_ value: JSONValue) -> [JSONValue] {
    (value.array ?? []).filter { !LinkRelation.ownedByServer.contains($0.object?["rel"]?.string ?? "") }
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
