public import StacModel

/// The STAC documents of one text: an item, a collection, or a list of either.
public struct StacDocuments: Sendable {
  public private(set) var collections: [Collection] = []
  /// Items whose ``Item/collectionID`` is set.
  public private(set) var items: [Item] = []
  /// JSON that is no STAC item or collection.
  public private(set) var skipped = 0
  /// Every fault of what was not taken.
  public private(set) var refused: [RefusedDocument] = []
  /// How many documents were not taken.
  public private(set) var refusedCount = 0
  private let source: SourceDocument

  init(_ source: SourceDocument) {
    self.source = source
    do {
      take(try source.read())
    } catch {
      refused.append(RefusedDocument(place: source.place, message: error.description))
      refusedCount += 1
    }
    if source.part == .collections {
      (skipped, refused, refusedCount) = (0, [], 0)
    }
  }

  private mutating func take(_ json: JSONValue) {
    guard let object = json.object else {
      if let list = json.array { return take(list) }
      skipped += 1
      return
    }
    if let features = object["features"]?.array, object["type"]?.string == "FeatureCollection" {
      return take(features)
    }
    if let collections = object["collections"]?.array { return take(collections) }
    switch (object["type"]?.string, object["stac_version"]) {
    case ("Feature", _?): if source.part != .collections { item(object) }
    case ("Collection", _?): collection(object)
    default: skipped += 1
    }
  }

  private mutating func take(_ list: [JSONValue]) {
    for json in list { take(json) }
  }

  private mutating func item(_ object: JSONObject) {
    do throws(DocumentRefusal) {
      let item = try Item(.object(source.base.resolving(object)))
      guard
        let collection = item.collectionID ?? source.base.collectionByLink(object) ?? source.enclosingCollection
      else {
        throw DocumentRefusal([
          Fault("/collection", "the item names no collection, in its collection member or by a link")
        ])
      }
      items.append(item.inCollection(collection))
    } catch {
      refuse(object, error)
    }
  }

  private mutating func collection(_ object: JSONObject) {
    do throws(DocumentRefusal) {
      let collection = try Collection(.object(source.base.resolving(object)))
      if source.part != .items { collections.append(collection) }
    } catch {
      refuse(object, error)
    }
  }

  private mutating func refuse(_ object: JSONObject, _ refusal: DocumentRefusal) {
    refusedCount += 1
    let isItem = object["type"]?.string == "Feature"
    for fault in refusal.faults {
      refused.append(
        RefusedDocument(
          place: source.place, collection: isItem ? object["collection"]?.string : nil, id: object["id"]?.string,
          pointer: fault.pointer.description, message: fault.message))
    }
  }
}
