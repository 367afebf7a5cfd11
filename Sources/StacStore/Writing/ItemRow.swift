import Digests
import StacModel

/// An item taken apart for the table.
///
/// An object: rows are sorted, cut into pieces and passed on, and each copy of a value would count a dozen references.
final class ItemRow: Sendable {
  let collectionID: String
  let id: String
  let time: ItemTime
  /// EWKB, nil where the item has no geometry.
  let geometry: [UInt8]?
  /// Whether the geometry is known to be valid; of others the database finds out.
  let isSurelyValid: Bool
  let isModel: Bool
  /// Whether the properties may hold words that free text searches, or what models are searched by.
  let hasWords: Bool
  /// The properties as text that `jsonb` takes.
  let properties: [UInt8]
  /// The same for properties of the same names and kinds (``JSONMembers/shape``).
  let propertyShape: Int
  let linksPosition: Int
  /// The document's frame, and the key of the dictionary that it was packed against.
  let packed: [UInt8]
  let dictionaryKey: Int32?
  /// What the item names as its sources; of most items nothing.
  let derivations: [CatalogPlace]
  /// SHA-256 of a model's document, by which decisions name it; of all else nothing.
  let digest: [UInt8]?
  /// What a model says of its MLflow run (``Item/runLinkDigest``).
  let runLink: [UInt8]?
  /// The bytes of the primary key; U+0000 stands in no identifier.
  let identity: [UInt8]

  init(_ item: Item, packing: DocumentPacking) throws(StoreError) {
    collectionID = item.collectionID ?? ""
    id = item.id
    time = item.time
    geometry = item.geometry?.extendedWKB
    isSurelyValid = item.geometry?.isSurelyValid ?? true
    isModel = item.declaresModel
    let members = item.member("properties")
    hasWords = members?.object?.contains(anyOf: Self.searchedNames) ?? false
    propertyShape = members?.object?.shape ?? 0
    properties = item.text.hasPlainNumbers ? Array(members?.bytes ?? []) : Array(item.properties.jsonbText.utf8)
    let document = item.serialized
    linksPosition = document.linksPosition
    derivations = item.derivations
    do throws(DigestError) {
      digest = isModel ? try SHA256.hash(document.bytes) : nil
    } catch {
      throw .failed("\(error)")
    }
    runLink = isModel ? item.runLinkDigest : nil
    (packed, dictionaryKey) = try packing.pack(document.bytes, of: collectionID)
    identity = Array(collectionID.utf8) + [0] + Array(id.utf8)
  }

  /// The properties that `gnomon.search_text` and `gnomon.model_properties` read.
  private static let searchedNames: [StaticString] = [
    "title", "description", "keywords", "mlm:name", "mlm:architecture", "mlm:framework", "mlm:tasks",
  ]

  /// Whether the database has nothing to compute for its columns.
  var isPlain: Bool { isSurelyValid && !hasWords }

  /// How many bytes it puts into a statement, about.
  var size: Int {
    derivations.reduce(packed.count + properties.count + (geometry?.count ?? 0) + 200) { $0 + $1.byteCount }
  }
}

/// Items in the one order in which all writers write, which keeps them from waiting for each other in a circle.
struct ItemSet: Sendable {
  /// Ordered by ``ItemRow/identity``; those of one identity in the order they were given.
  private(set) var rows: [ItemRow]
  /// Who writes them (``Actor``).
  let writer = Actor.current

  init(_ rows: [ItemRow]) {
    if zip(rows, rows.dropFirst()).allSatisfy({ $0.identity.lexicographicallyPrecedes($1.identity) }) {
      self.rows = rows
      return
    }
    let order = rows.indices.sorted { left, right in
      if rows[left].identity == rows[right].identity { return left < right }
      return rows[left].identity.lexicographicallyPrecedes(rows[right].identity)
    }
    self.rows = order.map { rows[$0] }
  }

  /// The identifiers of the collections, each once.
  var collectionIDs: [String] {
    var ids: [String] = []
    for row in rows where ids.last?.utf8.elementsEqual(row.collectionID.utf8) != true { ids.append(row.collectionID) }
    return ids
  }

  /// A row whose identity another one has too, nil where there is none.
  var repeated: ItemRow? {
    zip(rows, rows.dropFirst()).first { $0.identity == $1.identity }?.0
  }

  /// The set with the latest of those with one identity.
  func keepingLatest() -> ItemSet {
    guard repeated != nil else { return self }
    var set = self
    set.rows = rows.indices.filter { $0 + 1 == rows.count || rows[$0].identity != rows[$0 + 1].identity }
      .map { rows[$0] }
    return set
  }

  /// The item of a set of one.
  var onlyItem: ItemRow? { rows.count == 1 ? rows[0] : nil }

  /// The item of a set of one where one statement adds all that is kept of it.
  var plainItem: ItemRow? { onlyItem.flatMap { $0.isModel ? nil : $0 } }

  /// The most that one statement takes: the rows that a statement wrote are kept for its triggers, in memory as long as
  /// they are within `work_mem` (4 MB by default).
  private static let chunkRows = 1_000
  private static let chunkBytes = 3 << 20

  /// The rows in pieces, each for one statement.
  var chunks: [ArraySlice<ItemRow>] {
    var chunks: [ArraySlice<ItemRow>] = []
    var start = 0
    var bytes = 0
    for (index, row) in rows.enumerated() {
      if index > start, index - start == Self.chunkRows || bytes + row.size > Self.chunkBytes {
        chunks.append(rows[start..<index])
        start = index
        bytes = 0
      }
      bytes += row.size
    }
    if start < rows.count { chunks.append(rows[start...]) }
    return chunks
  }
}
