import Foundation
import StacAPI
import StacModel
import StacStore

/// Copies of the documents that a result comes from, beside it: the model, the images, and what the model was trained on,
/// so that the trail can be walked without a server, and found again by `gnomon load`.
struct ResultTrail: Sendable {
  /// The copies; nil for an item that the catalog does not have.
  private var copies: [ItemReference: JSONObject?] = [:]

  /// How many steps back from the result are copied.
  private static let depth = 3

  /// Reads items and what they come from.
  init(of references: [ItemReference], in store: any CatalogStore) async throws {
    for reference in references { try await read(reference, in: store, depth: Self.depth) }
  }

  /// Writes the copies into a result's folder.
  func write(to folder: String) throws {
    for case (let reference, let document?) in copies {
      let file = URL(fileURLWithPath: folder + "/sources/" + Self.path(of: reference))
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(JSONSerializer.bytes(.object(document)) + [0x0A]).write(to: file, options: .atomic)
    }
  }

  /// The href of an item's copy from the result's item: `./sources/COLLECTION/ID.json`.
  static func href(of reference: ItemReference) -> String { "./sources/" + path(of: reference) }

  private mutating func read(_ reference: ItemReference, in store: any CatalogStore, depth: Int) async throws {
    guard copies[reference] == nil else { return }
    copies[reference] = .some(nil)
    guard let stored = try await store.item(collection: reference.collection, id: reference.id),
      var document = try JSONParser.parse(stored.document.bytes).object
    else { return }
    var links: [JSONValue] = []
    for link in document.links {
      var link = link
      if depth > 0, let source = Self.reference(link.href),
        try await store.item(collection: source.collection, id: source.id) != nil
      {
        try await read(source, in: store, depth: depth - 1)
        link.json["href"] = .string("../" + Self.path(of: source))
      }
      links.append(.object(link.json))
    }
    document["links"] = .array(links)
    copies[reference] = document
  }

  private static func path(of reference: ItemReference) -> String {
    "\(PercentCoding.encode(reference.collection))/\(PercentCoding.encode(reference.id)).json"
  }

  /// The item that a link of an item leads to within the catalog: `../../COLLECTION/items/ID`.
  private static func reference(_ href: String) -> ItemReference? {
    let parts = href.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 5, parts[0] == "..", parts[1] == "..", parts[3] == "items",
      let collection = PercentCoding.decode(parts[2]), let id = PercentCoding.decode(parts[4])
    else { return nil }
    return ItemReference(collection: collection, id: id)
  }
}
