import Postgres
import StacModel

/// One row of a search for collections.
struct FoundCollection: Sendable {
  let document: StoredDocument
  /// The keys of the order as text, nil where the collection has none.
  let keys: [String?]

  /// Reads: id, links position, document, the keys, and what is kept of the collection's items.
  ///
  /// - Parameter order: what the rows are sorted by, nil where there are no keys.
  init(_ row: Row, order: SearchOrder?) throws(PostgresError) {
    let id = try row.text(0)
    let written = SerializedDocument(bytes: try row.bytes(2), linksPosition: Int(try row.integer(1)))
    keys = try order?.keys(row, from: 3) ?? []
    document = StoredDocument(
      collectionID: id, id: id, document: written.withExtent(of: try CollectionStatistics(row, from: 3 + keys.count)))
  }
}
