/// A STAC collection: the document as it came, and its identifier and extent, checked.
///
/// Source: STAC collection specification 1.0.0 and 1.1.0.
public struct Collection: Sendable, Hashable {
  public let document: JSONObject
  public let id: String
  /// The first box of `extent.spatial.bbox`, which is the whole extent.
  public let boundingBox: BoundingBox
  /// The first interval of `extent.temporal.interval`, nil where both its ends are open.
  public let interval: DatetimeInterval?

  /// Checks the core rules of a collection and keeps the document as it is.
  ///
  /// - Throws: ``DocumentRefusal`` with every fault found, each at its JSON pointer.
  public init(_ json: JSONValue) throws(DocumentRefusal) {
    guard let document = json.object, let object = JSONText(json).root.object else {
      throw .init(.root, "a STAC collection is a JSON object")
    }
    var check = DocumentCheck(object)
    check.type("Collection")
    check.version()
    let id = check.identifier()
    check.text("description")
    check.text("license")
    let box = check.spatialExtent()
    let interval = check.temporalExtent()
    check.links()
    check.assets()
    check.extensions()
    check.commonMetadata(in: object, at: .root)
    check.collectionMembers()
    guard check.faults.isEmpty, let id, let box else { throw DocumentRefusal(check.faults) }
    self.document = document
    self.id = id
    boundingBox = box
    self.interval = interval
  }

  public var title: String? { document["title"]?.string }

  /// The schema URLs of the extensions that it declares.
  public var extensions: [String] { document["stac_extensions"]?.array?.compactMap(\.string) ?? [] }
}
