import Postgres
import StacModel

/// A collection taken apart for the table.
struct CollectionRow: Sendable {
  private let collection: Collection
  private let document: SerializedDocument

  init(_ collection: Collection) {
    self.collection = collection
    document = SerializedDocument(collection.document)
  }

  static let columns: SQL =
    "id, properties, search_text, geometry, start_datetime, end_datetime, links_position, document"

  static let replaceOnConflict: SQL = """
    properties = excluded.properties, search_text = excluded.search_text, geometry = excluded.geometry, \
    start_datetime = excluded.start_datetime, end_datetime = excluded.end_datetime, \
    links_position = excluded.links_position, document = excluded.document
    """

  /// A query of one row with the columns.
  var values: SQL {
    """
    SELECT \(collection.id), p, gnomon.search_text(p), \(geometry), \(end(collection.interval?.start, "-infinity")), \
    \(end(collection.interval?.end, "infinity")), \(document.linksPosition)::int4, \
    \(String(decoding: document.bytes, as: UTF8.self)) FROM (SELECT \(properties)::jsonb) AS properties (p)
    """
  }

  /// What filters see: the document without what the table has apart, and without what no filter compares.
  private var properties: String {
    let apart: Set<String> = ["links", "assets", "item_assets", "extent"]
    return JSONObject(collection.document.members.filter { !apart.contains($0.name) }).jsonbText
  }

  private var geometry: SQL {
    let parts = collection.boundingBox.parts.map { "\(ewkb: $0.area.extendedWKB)" as SQL }
    return parts.count == 1 ? parts[0] : "ST_Union(\(parts[0]), \(parts[1]))"
  }

  private func end(_ timestamp: Timestamp?, _ infinity: SQL) -> SQL {
    guard let timestamp else { return "'\(infinity)'::timestamptz" }
    return "\(timestamp: timestamp)"
  }
}
