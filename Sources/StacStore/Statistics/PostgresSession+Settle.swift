public import Postgres

extension PostgresSession {
  /// Reads the extents that are loose from the items: those of collections that lost items at their border.
  ///
  /// It takes about a second for a million items of such a collection, blocks nobody, and leaves alone what a writer
  /// merges at the moment. Until then the extent of a large collection may be too large, and that of a small one is read
  /// from its items whenever it is asked for.
  ///
  /// - Returns: how many collections were settled.
  public func settleStatistics() throws(PostgresError) -> Int {
    let loose = try query("SELECT collection_key FROM gnomon.collection_sums WHERE is_loose")
    var count = 0
    for row in loose {
      let merged = try query("SELECT gnomon.merge_changes(\(try row.integer(0))::int4, \(Int64.max))").first
      if try merged?.boolean(0) == true { count += 1 }
    }
    return count
  }
}
