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
      let text = try source.read()
      take(text.root, of: text)
    } catch {
      refused.append(RefusedDocument(place: source.place, message: error.description))
      refusedCount += 1
    }
    if source.part == .collections {
      (skipped, refused, refusedCount) = (0, [], 0)
    }
  }

  /// Takes a value of a text, or the documents that it lists.
  private mutating func take(_ json: JSONView, of text: JSONText) {
    guard let object = json.object else {
      if let list = json.array { return take(list) }
      skipped += 1
      return
    }
    let type = object["type"]
    if let features = object["features"]?.array, type?.equals("FeatureCollection") == true { return take(features) }
    if let collections = object["collections"]?.array { return take(collections) }
    guard object["stac_version"] != nil else {
      skipped += 1
      return
    }
    if type?.equals("Feature") == true {
      if source.part != .collections { item(object, of: text) }
    } else if type?.equals("Collection") == true {
      collection(object.value)
    } else {
      skipped += 1
    }
  }

  /// Takes the elements of a list, each as a text of its own.
  private mutating func take(_ list: JSONElements) {
    for json in list {
      let text = JSONText(json)
      take(text.root, of: text)
    }
  }

  /// Takes an item: its text as it is, where nothing in it has to be resolved.
  private mutating func item(_ object: JSONMembers, of text: JSONText) {
    do throws(DocumentRefusal) {
      let isPlain = !source.base.mayResolve(object)
      let item = isPlain ? try Item(text) : try Item(.object(source.base.resolving(object.value)))
      guard
        let collection = item.collectionID ?? source.base.collectionByLink(object.value) ?? source.enclosingCollection
      else {
        throw DocumentRefusal([
          .misplaced(
            "/collection", "the item names no collection, in its collection member or by a link",
            mend: "write the collection that it goes to into its member collection")
        ])
      }
      items.append(item.inCollection(collection))
    } catch {
      refuse(object.value, error)
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
          pointer: fault.pointer.description, message: fault.sentence))
    }
  }
}
