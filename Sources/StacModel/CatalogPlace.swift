/// An item or a collection that an href of a document leads to, by the form of its address.
///
/// Source: OGC API - Features, paths `/collections/{collectionId}` and `/collections/{collectionId}/items/{featureId}`.
public struct CatalogPlace: Sendable, Hashable {
  /// The collection's identifier.
  public let collection: String
  /// The item's identifier, nil for the collection itself.
  public let item: String?
  /// What an absolute href begins with, before `/collections/`; nil for a relative one, which leads within the catalog.
  public let base: String?

  /// Where the document stands whose href is read.
  public enum Document: Sendable, Hashable {
    case item(collection: String)
    case collection

    /// The segments that a relative href begins behind.
    fileprivate var folder: [Substring] {
      switch self {
      case .item(let collection): ["collections", PercentCoding.encode(collection)[...], "items"]
      case .collection: ["collections"]
      }
    }
  }

  /// A place of this catalog.
  public init(collection: String, item: String?) {
    self.collection = collection
    self.item = item
    base = nil
  }

  /// The place of an href, nil where its form is another.
  public init?(href: String, in document: Document) {
    let address = href.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    guard let colon = address.firstIndex(of: UInt8(ascii: ":")) else {
      guard !address.isEmpty, let (_, place) = Self.place(Self.path(address, in: document)) else { return nil }
      self.init(place, base: nil)
      return
    }
    let rest = address[colon...].dropFirst()
    guard rest.starts(with: "//".utf8), ["http", "https"].contains(Substring(address[..<colon]).lowercased()) else {
      return nil
    }
    let authority = rest.dropFirst(2).prefix { $0 != Self.slash }
    let segments = address[authority.endIndex...].split(separator: Self.slash).map { Substring($0) }
    guard !authority.isEmpty, let (prefix, place) = Self.place(segments) else { return nil }
    self.init(
      place, base: prefix.reduce(into: String(Substring(address[..<authority.endIndex]))) { $0 += "/" + $1 })
  }

  private static let slash = UInt8(ascii: "/")

  /// The segments of a relative address, from the catalog on.
  private static func path(_ address: Substring.UTF8View, in document: Document) -> [Substring] {
    var segments = address.first == slash ? [] : document.folder
    for segment in address.split(separator: slash).map({ Substring($0) }) where segment != "." {
      if segment != ".." { segments.append(segment) } else if !segments.isEmpty { segments.removeLast() }
    }
    return segments
  }

  private init?(_ place: ArraySlice<Substring>, base: String?) {
    guard let first = place.first, let collection = PercentCoding.decode(first), !collection.isEmpty else { return nil }
    self.collection = collection
    self.base = base
    guard place.count == 3, let last = place.last else {
      item = nil
      return
    }
    guard let id = PercentCoding.decode(last), !id.isEmpty else { return nil }
    item = id
  }

  /// What stands before and behind the last `collections` of a path; nil where it is no place of the two kinds.
  private static func place(
    _ segments: [Substring]
  ) -> (prefix: ArraySlice<Substring>, place: ArraySlice<Substring>)? {
    guard let index = segments.lastIndex(of: "collections") else { return nil }
    let place = segments[(index + 1)...]
    guard place.count == 1 || (place.count == 3 && place[index + 2] == "items") else { return nil }
    return (segments[..<index], place)
  }
}
