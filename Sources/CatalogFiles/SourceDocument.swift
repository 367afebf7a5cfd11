import StacModel

/// One document as its source holds it; it is taken apart by whoever has the time, many at once.
public struct SourceDocument: Sendable {
  /// What of a document is to be taken.
  enum Part: Sendable {
    case everything
    /// Collections alone, and nothing said about the rest: another pass will.
    case collections
    /// Items alone; the collections had a pass of their own.
    case items
  }

  /// Where it stands, for people.
  public let place: String
  let base: DocumentBase
  var part = Part.everything
  /// The collection that an item belongs to which names none.
  var enclosingCollection: String?
  let read: @Sendable () throws(JSONSyntaxError) -> JSONText

  /// A document that is a text.
  init(place: String, base: DocumentBase, text: [UInt8], part: Part = .everything) {
    self.place = place
    self.base = base
    self.part = part
    read = { () throws(JSONSyntaxError) in try JSONText(text) }
  }

  /// A document that was read already, or is made of several.
  init(
    place: String, base: DocumentBase, enclosingCollection: String? = nil,
    read: @escaping @Sendable () throws(JSONSyntaxError) -> JSONValue
  ) {
    self.place = place
    self.base = base
    self.enclosingCollection = enclosingCollection
    self.read = { () throws(JSONSyntaxError) in JSONText(try read()) }
  }

  /// The STAC documents in it.
  public func contents() -> StacDocuments { StacDocuments(self) }
}
