public import Postgres
public import StacModel

/// What is kept of a collection's items.
///
/// It follows every write in the same transaction: whoever sees an item sees it counted.
public struct CollectionStatistics: Sendable, Hashable {
  /// How many items the collection has, exactly.
  public let itemCount: Int
  /// The box of the items' geometries, the shorter way round the globe; nil where none has a geometry.
  public let spatialExtent: BoundingBox?
  /// The earliest start of an item, nil where there is none or it is open.
  public let start: Timestamp?
  /// The latest end of an item, nil where there is none or it is open.
  public let end: Timestamp?

  public init(itemCount: Int, spatialExtent: BoundingBox?, start: Timestamp?, end: Timestamp?) {
    self.itemCount = itemCount
    self.spatialExtent = spatialExtent
    self.start = start
    self.end = end
  }

  /// The columns of `gnomon.collection_statistics`, which a statement calls `s`, in the order in which
  /// ``init(_:from:)`` reads them.
  public static let columns: SQL =
    "s.items, s.west, s.south, s.east, s.north, s.start_datetime, s.end_datetime"

  /// The join that gives a statement ``columns`` for the collection of a key, NULL where it never had items.
  public static func join(to key: SQL) -> SQL {
    """
    LEFT JOIN LATERAL (SELECT * FROM gnomon.collection_statistics WHERE collection_key = \(key) OFFSET 0) s ON true
    """
  }

  /// Reads ``columns``, beginning with a column; nil where the collection never had items.
  public init?(_ row: Row, from column: Int) throws(PostgresError) {
    if row.isNull(column) { return nil }
    itemCount = Int(try row.integer(column))
    spatialExtent =
      row.isNull(column + 1)
      ? nil
      : BoundingBox(
        west: try row.double(column + 1), south: try row.double(column + 2), east: try row.double(column + 3),
        north: try row.double(column + 4))
    start = try Self.timestamp(row, column + 5)
    end = try Self.timestamp(row, column + 6)
  }

  /// An instant, nil where it is NULL or infinite.
  private static func timestamp(_ row: Row, _ column: Int) throws(PostgresError) -> Timestamp? {
    guard !row.isNull(column) else { return nil }
    let microseconds = try row.timestamp(column)
    return microseconds == .min || microseconds == .max ? nil : Timestamp(microseconds: microseconds)
  }

  /// One row with the number of items in some collections, or in all; it reads a few rows for each.
  public static func itemCount(ofCollections ids: [String]?) -> SQL {
    var statement: SQL = "SELECT coalesce(sum(items), 0)::int8 FROM gnomon.collection_changes"
    if let ids {
      statement +=
        " WHERE collection_key = ANY(ARRAY(SELECT key FROM gnomon.collections WHERE id = ANY(\(texts: ids))))"
    }
    return statement
  }
}

extension PostgresSession {
  /// What is kept of collections by their keys; those that never had items are absent.
  ///
  /// An extent is exact, but where an item at its border went from a collection of more than 10,000: then it may stay too
  /// large until a later write reads it from the items again.
  ///
  /// - Parameter keys: the collections, nil for all.
  public func statistics(ofCollections keys: [Int64]?) throws(PostgresError) -> [Int64: CollectionStatistics] {
    var source: SQL = "gnomon.collection_statistics s"
    if let keys {
      source = """
        unnest(\(SQL.Bind.integerArray(keys))::int4[]) AS wanted CROSS JOIN LATERAL \
        (SELECT * FROM gnomon.collection_statistics WHERE collection_key = wanted OFFSET 0) s
        """
    }
    var found: [Int64: CollectionStatistics] = [:]
    for row in try query("SELECT s.collection_key, \(CollectionStatistics.columns) FROM \(source)") {
      found[try row.integer(0)] = try CollectionStatistics(row, from: 1)
    }
    return found
  }
}
