import Postgres
import StacModel

/// One row of a search for items, which becomes a document when it is shown.
struct FoundItem: Sendable {
  /// The columns of a row, of a table or subquery called `i`.
  static let columns: SQL = """
    i.collection_key, i.id, i.links_position, i.packed, i.dictionary_key, i.document, i.is_model
    """
  static let columnCount = 7

  private let row: Row

  /// - Parameter row: ``columns``, then keys, then the number of a branch.
  init(_ row: Row) { self.row = row }

  /// The item's document, nil where its collection was deleted since the row was read, and the item with it.
  func document(_ memory: CatalogMemory, on session: isolated PostgresSession) throws(PostgresError) -> StoredDocument?
  {
    try Self.documents([self], memory, on: session).first
  }

  /// The items' documents, without those whose collection was deleted since the rows were read, and the items with it.
  ///
  /// - Parameter memory: knows the collections and dictionaries that rows refer to.
  static func documents(
    _ items: [FoundItem], _ memory: CatalogMemory, on session: isolated PostgresSession
  ) throws(PostgresError) -> [StoredDocument] {
    let keys = try items.map { item throws(PostgresError) in
      (
        collection: Int32(truncatingIfNeeded: try item.row.integer(0)),
        dictionary: item.row.isNull(4) ? nil : Int32(truncatingIfNeeded: try item.row.integer(4))
      )
    }
    let references = try memory.references(keys, on: session)
    var documents = try items.indices.map { index throws(PostgresError) in
      try items[index].document(references[index])
    }
    var models: [Int] = []
    for (index, item) in items.enumerated() where try item.row.boolean(6) { models.append(index) }
    if !models.isEmpty { try addFamilies(to: &documents, of: items, at: models, on: session) }
    return documents.compactMap(\.self)
  }

  /// Tells the documents of models the other versions of them, where there are any.
  private static func addFamilies(
    to documents: inout [StoredDocument?], of items: [FoundItem], at models: [Int],
    on session: isolated PostgresSession
  ) throws(PostgresError) {
    let members = try models.map { index throws(PostgresError) in
      ModelMember(collectionKey: try items[index].row.integer(0), id: try items[index].row.text(1))
    }
    let families = try session.modelFamilies(of: members, areSeveral: true)
    for (index, member) in zip(models, members) { documents[index]?.family = families[member] }
  }

  private func document(_ reference: CatalogMemory.Reference) throws(PostgresError) -> StoredDocument? {
    guard let collection = reference.collectionID else { return nil }
    let id = try row.text(1)
    let linksPosition = Int(try row.integer(2))
    if row.isNull(3) {
      return StoredDocument(collectionID: collection, id: id, linksPosition: linksPosition, row: row, column: 5)
    }
    return StoredDocument(
      collectionID: collection, id: id, linksPosition: linksPosition, row: row, column: 3,
      against: reference.dictionary)
  }

  /// The keys of the order as text, nil where the item has none.
  func keys(_ order: SearchOrder) throws(PostgresError) -> [String?] { try order.keys(row, from: Self.columnCount) }

  /// The instant that items are ordered by, in microseconds: the first key of an order by datetime.
  var datetime: Int64 { (try? row.timestamp(Self.columnCount)) ?? 0 }

  /// The number of the branch that the row comes from, behind the keys of an order by datetime.
  var branch: Int64 { (try? row.integer(Self.columnCount + 3)) ?? 0 }
}

extension SearchOrder {
  /// The keys of a row as text, from its columns ``keyColumns``.
  func keys(_ row: Row, from column: Int) throws(PostgresError) -> [String?] {
    try terms.enumerated().map { index, term throws(PostgresError) -> String? in
      if row.isNull(column + index) { return nil }
      return switch term.kind {
      case .timestamp: String(try row.timestamp(column + index))
      case .key: String(try row.integer(column + index))
      case .number, .text, .boolean: try row.text(column + index)
      }
    }
  }
}
