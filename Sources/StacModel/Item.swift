/// When an item was made: an instant, or a stretch of time, or both.
public struct ItemTime: Sendable, Hashable {
  /// `datetime`, nil where the document says null.
  public let datetime: Timestamp?
  public let start: Timestamp
  public let end: Timestamp

  /// What items are sorted by: `datetime`, else `start_datetime`.
  public var sortKey: Timestamp { datetime ?? start }
}

/// A STAC item: the document as it came, and the members the catalog needs, checked.
///
/// Source: STAC item specification 1.0.0 and 1.1.0. Unknown members stay in ``document`` and are never touched.
public struct Item: Sendable, Hashable {
  public private(set) var document: JSONObject
  public let id: String
  /// The `collection` member, nil where the document has none.
  public private(set) var collectionID: String?
  public let geometry: Geometry?
  public let boundingBox: BoundingBox?
  public let time: ItemTime

  /// Checks the core rules of an item and keeps the document as it is.
  ///
  /// - Throws: ``DocumentRefusal`` with every fault found, each at its JSON pointer.
  public init(_ json: JSONValue) throws(DocumentRefusal) {
    guard let object = json.object else { throw .init(.root, "a STAC item is a JSON object") }
    var check = DocumentCheck(object)
    check.type("Feature")
    check.version()
    let id = check.identifier()
    let collection = check.collectionMember()
    let geometry = check.geometry()
    let box = check.boundingBox(requiredBy: geometry)
    let time = check.time()
    check.links()
    check.assets()
    check.extensions()
    check.commonMetadata(in: object["properties"]?.object ?? [:], at: "/properties")
    guard check.faults.isEmpty, let id, let time else { throw DocumentRefusal(check.faults) }
    document = object
    self.id = id
    collectionID = collection
    self.geometry = geometry
    boundingBox = box
    self.time = time
  }

  /// The item as a member of the collection, in its `collection` member too.
  public func inCollection(_ id: String) -> Item {
    var item = self
    item.collectionID = id
    if document["collection"]?.string != id { item.document["collection"] = .string(id) }
    return item
  }

  /// What the schema URLs of the MLM extension begin with, in every version.
  public static let modelExtensionPrefix = "https://stac-extensions.github.io/mlm/"

  public var properties: JSONObject { document["properties"]?.object ?? [:] }
  public var assets: [Asset] { document.assets }
  public var links: [Link] { document.links }
  public var extensions: [String] { document["stac_extensions"]?.array?.compactMap(\.string) ?? [] }
}
