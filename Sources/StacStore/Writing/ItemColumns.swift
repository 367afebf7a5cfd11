import Postgres
import StacModel

/// Rows of items as the arrays that one statement unnests, one for each column.
struct ItemColumns {
  private var id: BinaryArray
  private var datetime: BinaryArray
  private var start: BinaryArray
  private var end: BinaryArray
  private var geometry: BinaryArray
  private var isValid: BinaryArray
  private var isModel: BinaryArray
  private var hasWords: BinaryArray
  private var properties: BinaryArray
  private var linksPosition: BinaryArray
  private var packed: BinaryArray
  private var dictionaryKey: BinaryArray

  init(_ rows: ArraySlice<ItemRow>) {
    let count = rows.count
    func array(_ type: BinaryArray.ElementType, _ size: (ItemRow) -> Int) -> BinaryArray {
      BinaryArray(of: type, count: count, capacity: rows.reduce(0) { $0 + size($1) })
    }
    id = array(.text) { $0.id.utf8.count }
    datetime = array(.timestamptz) { _ in 8 }
    start = datetime
    end = datetime
    geometry = array(.bytea) { $0.geometry?.count ?? 0 }
    isModel = array(.bool) { _ in 1 }
    hasWords = isModel
    isValid = isModel
    properties = array(.jsonb) { $0.properties.count + 1 }
    linksPosition = array(.int4) { _ in 4 }
    packed = array(.bytea) { $0.packed.count }
    dictionaryKey = linksPosition
    for row in rows { append(row) }
  }

  private mutating func append(_ row: ItemRow) {
    id.append(row.id.utf8)
    datetime.append(microsecondsSince1970: row.time.sortKey.microseconds)
    start.append(microsecondsSince1970: row.time.start.microseconds)
    end.append(microsecondsSince1970: row.time.end.microseconds)
    if let shape = row.geometry { geometry.append(shape) } else { geometry.appendNull() }
    isValid.append(row.isSurelyValid)
    isModel.append(row.isModel)
    hasWords.append(row.hasWords)
    properties.append(jsonText: row.properties)
    linksPosition.append(Int32(truncatingIfNeeded: row.linksPosition))
    packed.append(row.packed)
    if let key = row.dictionaryKey { dictionaryKey.append(key) } else { dictionaryKey.appendNull() }
  }

  /// The columns that are written, but for `collection_key`, which is the first.
  static let names: SQL = """
    collection_key, id, datetime, start_datetime, end_datetime, geometry, is_model, properties, model_properties, \
    search_text, links_position, packed, dictionary_key
    """

  /// The values of ``names`` without the first, from a row of ``rows`` named `r`.
  static let values: SQL = """
    r.id, r.datetime, r.start_datetime, r.end_datetime, \
    CASE WHEN r.is_valid THEN r.shape::geometry ELSE gnomon.valid(r.shape::geometry) END, r.is_model, r.properties, \
    CASE WHEN r.has_words THEN gnomon.model_properties(r.properties) END, \
    CASE WHEN r.has_words THEN gnomon.search_text(r.properties) END, r.links_position, r.packed, \
    r.dictionary_key
    """

  /// A query of the rows, in order.
  ///
  /// - Parameter keys: one more column, unnested beside the others.
  func rows(keys: SQL = "") -> SQL {
    """
    SELECT \(keys)unnest(\(.binary(id.bytes))::text[]) AS id, \
    unnest(\(.binary(datetime.bytes))::timestamptz[]) AS datetime, \
    unnest(\(.binary(start.bytes))::timestamptz[]) AS start_datetime, \
    unnest(\(.binary(end.bytes))::timestamptz[]) AS end_datetime, \
    unnest(\(.binary(geometry.bytes))::bytea[]) AS shape, unnest(\(.binary(isValid.bytes))::bool[]) AS is_valid, \
    unnest(\(.binary(isModel.bytes))::bool[]) AS is_model, \
    unnest(\(.binary(hasWords.bytes))::bool[]) AS has_words, \
    unnest(\(.binary(properties.bytes))::jsonb[]) AS properties, \
    unnest(\(.binary(linksPosition.bytes))::int4[]) AS links_position, \
    unnest(\(.binary(packed.bytes))::bytea[]) AS packed, \
    unnest(\(.binary(dictionaryKey.bytes))::int4[]) AS dictionary_key
    """
  }
}

extension ItemRow {
  /// A query of this row alone, with the columns of ``ItemColumns/rows(keys:)``: arrays of one would cost more.
  var query: SQL {
    let shape: SQL.Bind = geometry.map { .ewkb($0) } ?? .null
    let key: SQL.Bind = dictionaryKey.map { .integer(Int64($0)) } ?? .null
    return """
      SELECT \(id)::text AS id, \(.timestamp(microseconds: time.sortKey.microseconds))::timestamptz AS datetime, \
      \(.timestamp(microseconds: time.start.microseconds))::timestamptz AS start_datetime, \
      \(.timestamp(microseconds: time.end.microseconds))::timestamptz AS end_datetime, \
      \(shape)::geometry AS shape, \(isSurelyValid)::bool AS is_valid, \
      \(isModel)::bool AS is_model, \(hasWords)::bool AS has_words, \
      \(.binary([1] + properties))::jsonb AS properties, \(Int64(linksPosition))::int4 AS links_position, \
      \(.bytes(packed))::bytea AS packed, \(key)::int4 AS dictionary_key
      """
  }
}
