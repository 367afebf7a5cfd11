import Foundation
import StacAPI
import StacModel
import StacStore

/// Copies of the documents that a result comes from, beside it: the model, the images, and what the model was trained on,
/// so that the trail can be walked without a server, and found again by `gnomon load`.
struct ResultTrail {
  let store: any CatalogStore
  /// The result's folder.
  let folder: String
  private var written: Set<ItemReference> = []

  /// How many steps back from the result are copied.
  private static let depth = 3

  init(store: any CatalogStore, folder: String) {
    self.store = store
    self.folder = folder
  }

  /// Writes an item and what it comes from.
  ///
  /// - Returns: its href from the result's item: `./sources/COLLECTION/ID.json`.
  mutating func write(_ reference: ItemReference) async throws -> String {
    try await write(reference, depth: Self.depth)
    return "./sources/" + Self.path(of: reference)
  }

  private mutating func write(_ reference: ItemReference, depth: Int) async throws {
    guard written.insert(reference).inserted,
      let stored = try await store.item(collection: reference.collection, id: reference.id),
      var document = try JSONParser.parse(stored.document.bytes).object
    else { return }
    var links: [JSONValue] = []
    for link in document.links {
      var link = link
      if depth > 0, let source = Self.reference(link.href),
        try await store.item(collection: source.collection, id: source.id) != nil
      {
        try await write(source, depth: depth - 1)
        link.json["href"] = .string("../" + Self.path(of: source))
      }
      links.append(.object(link.json))
    }
    document["links"] = .array(links)
    let file = URL(fileURLWithPath: folder + "/sources/" + Self.path(of: reference))
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(JSONSerializer.bytes(.object(document)) + [0x0A]).write(to: file, options: .atomic)
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
