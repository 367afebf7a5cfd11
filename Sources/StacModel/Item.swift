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
/// Source: STAC item specification 1.0.0 and 1.1.0. Unknown members stay in ``text`` and are never touched.
public struct Item: Sendable, Hashable {
  /// The document.
  public private(set) var text: JSONText
  public let id: String
  /// The `collection` member, nil where the document has none.
  public private(set) var collectionID: String?
  public let geometry: Geometry?
  public let boundingBox: BoundingBox?
  public let time: ItemTime
  /// Whether the item declares a version of the MLM extension.
  public let declaresModel: Bool

  /// Checks the core rules of an item and keeps the document as it is.
  ///
  /// - Throws: ``DocumentRefusal`` with every fault found, each at its JSON pointer.
  public init(_ json: JSONValue) throws(DocumentRefusal) { try self.init(JSONText(json)) }

  /// Checks the core rules of an item and keeps the document as it is.
  ///
  /// - Throws: ``DocumentRefusal`` with every fault found, each at its JSON pointer.
  public init(_ text: JSONText) throws(DocumentRefusal) {
    guard let object = text.root.object else { throw .init(.root, "a STAC item is a JSON object") }
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
    if let properties = object["properties"]?.object { check.commonMetadata(in: properties, at: "/properties") }
    guard check.faults.isEmpty, let id, let time else { throw DocumentRefusal(check.faults) }
    self.text = text
    self.id = id
    collectionID = collection
    self.geometry = geometry
    boundingBox = box
    self.time = time
    declaresModel = object["stac_extensions"]?.array?.contains { Self.isModelExtension($0) } ?? false
  }

  /// The item as a member of the collection, in its `collection` member too.
  public func inCollection(_ id: String) -> Item {
    var item = self
    item.collectionID = id
    if collectionID != id || text.root.object?["collection"] == nil {
      var document = document
      document["collection"] = .string(id)
      item.text = JSONText(.object(document))
    }
    return item
  }

  /// What the schema URLs of the MLM extension begin with, in every version; the second until 1.3.
  private static let modelExtensions: [StaticString] = [
    "https://stac-extensions.github.io/mlm/", "https://crim-ca.github.io/mlm-extension/",
  ]
  private static let modelExtensionPrefixes = modelExtensions.map { "\($0)" }

  /// Whether a schema URL is the MLM extension's, in whatever version and spelling.
  public static func isModelExtension(_ schemaURL: String) -> Bool {
    let address = ExtensionAddress.published(schemaURL)
    return modelExtensionPrefixes.contains(where: address.hasPrefix)
  }

  /// The same of a document's member; most are other extensions, spelt as they are published, and cost no text.
  private static func isModelExtension(_ schemaURL: JSONView) -> Bool {
    if modelExtensions.contains(where: { schemaURL.hasPrefix($0) }) { return true }
    guard !schemaURL.hasPrefix("https://stac-extensions.github.io/") else { return false }
    return schemaURL.string.map { isModelExtension($0) } ?? false
  }

  /// The document as it is stored and served.
  public var serialized: SerializedDocument { SerializedDocument(text) }

  // What follows is made of the text each time that it is asked for.

  /// The document.
  public var document: JSONObject { text.root.object?.value ?? [:] }
  public var properties: JSONObject { member("properties")?.object?.value ?? [:] }
  public var assets: [Asset] { part("assets").assets }
  public var links: [Link] { part("links").links }
  public var extensions: [String] { member("stac_extensions")?.array?.compactMap(\.string) ?? [] }

  /// A member of the document, where it stands.
  public func member(_ name: StaticString) -> JSONView? { text.root.object?[name] }

  /// The document with one of its members alone.
  private func part(_ name: StaticString) -> JSONObject {
    member(name).map { JSONObject([JSONObject.Member(name: "\(name)", value: $0.value)]) } ?? [:]
  }
}
