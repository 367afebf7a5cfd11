/// A file that belongs to an item or a collection, under its key.
public struct Asset: Sendable, Hashable {
  public let key: String
  /// The whole asset object, unknown members included.
  public let json: JSONObject

  public init(key: String, json: JSONObject) {
    self.key = key
    self.json = json
  }

  public var href: String { json["href"]?.string ?? "" }
  public var type: String? { json["type"]?.string }
  public var title: String? { json["title"]?.string }
  public var roles: [String] { json["roles"]?.array?.compactMap(\.string) ?? [] }
  /// `file:checksum` of the file extension: a multihash in hexadecimal.
  public var checksum: String? { json["file:checksum"]?.string }
  /// `file:size` of the file extension, in bytes; the largest number where it is beyond that.
  public var size: Int64? {
    guard let size = json["file:size"], let number = size.double else { return nil }
    return size.wholeNumber ?? (number >= 0x1p63 ? .max : nil)
  }
}

extension JSONObject {
  /// The document's assets in order; entries that are no objects are passed over.
  public var assets: [Asset] {
    (self["assets"]?.object?.members ?? []).compactMap { member in
      member.value.object.map { Asset(key: member.name, json: $0) }
    }
  }

  /// The document's links in order; entries that are no objects are passed over.
  public var links: [Link] { (self["links"]?.array ?? []).compactMap { $0.object.map(Link.init(json:)) } }
}
