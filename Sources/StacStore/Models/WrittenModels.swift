import Postgres

/// The models of a set that was written, with a digest of each: of its document, or of a part of it.
struct WrittenModels {
  private var keys: [Int64?] = []
  private var ids: [String?] = []
  private var digests: [[UInt8]?] = []

  /// Those that have the digest.
  ///
  /// - Parameter known: the keys of collections, by the bytes of their identifiers.
  init(_ set: ItemSet, keys known: [[UInt8]: Int32], _ digest: (ItemRow) -> [UInt8]?) {
    for row in set.rows {
      guard let digest = digest(row), let key = known[Array(row.collectionID.utf8)] else { continue }
      keys.append(Int64(key))
      ids.append(row.id)
      digests.append(digest)
    }
  }

  var isEmpty: Bool { ids.isEmpty }

  /// As rows `n (key, id, digest)`.
  var rows: SQL {
    """
    unnest(\(.integerArray(keys))::int8[], \(.textArray(ids)), \(.bytesArray(digests))) AS n (key, id, digest)
    """
  }
}
