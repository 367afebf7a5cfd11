import Postgres
import StacModel

extension PostgresSession {
  /// From how many rows on a COPY is quicker than a statement that looks for conflicts.
  private static let fewestRows = 20

  /// Adds rows by COPY in the running transaction, the quickest way, which knows nothing of conflicts.
  ///
  /// - Returns: false where nothing was added, for one of the rows is there already, or they are not for this way: the
  ///   database has to compute something, or they are too few.
  func add(_ rows: ArraySlice<ItemRow>, keys: [Int32]) throws(PostgresError) -> Bool {
    guard rows.count >= Self.fewestRows, rows.allSatisfy(\.isPlain), let first = rows.first, let key = keys.first else {
      return false
    }
    // Whoever loads the same again finds its first item there, and need not try.
    let found = try query(
      "SELECT FROM gnomon.items WHERE collection_key = \(Int64(key))::int4 AND id = \(first.id)", plan: .generic)
    guard found.isEmpty else { return false }
    let buffer = try CopyBuffer(rows, keys: keys)
    _ = try query("SAVEPOINT before_copy")
    do throws(PostgresError) {
      try copy(unsafeStatement: Self.copyStatement, buffer)
      _ = try query("RELEASE SAVEPOINT before_copy")
      return true
    } catch {
      guard error.state == .uniqueViolation else { throw error }
      _ = try query("ROLLBACK TO SAVEPOINT before_copy")
      return false
    }
  }

  private static let copyStatement = """
    COPY gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, geometry, is_model, properties, \
    links_position, packed, dictionary_key) FROM STDIN (FORMAT binary)
    """
}

extension CopyBuffer {
  /// The rows for the statement of ``PostgresSession/add(_:keys:)``.
  fileprivate init(_ rows: ArraySlice<ItemRow>, keys: [Int32]) throws(PostgresError) {
    self.init()
    for (row, key) in zip(rows, keys) {
      startRow(fieldCount: 11)
      append(int4: key)
      append(bytes: Array(row.id.utf8))
      try append(.timestamp(microseconds: row.time.sortKey.microseconds))
      try append(.timestamp(microseconds: row.time.start.microseconds))
      try append(.timestamp(microseconds: row.time.end.microseconds))
      if let shape = row.geometry { append(bytes: shape) } else { appendNull() }
      try append(.boolean(row.isModel))
      append(json: row.properties)
      append(int4: Int32(truncatingIfNeeded: row.linksPosition))
      append(bytes: row.packed)
      if let key = row.dictionaryKey { append(int4: key) } else { appendNull() }
    }
  }
}
