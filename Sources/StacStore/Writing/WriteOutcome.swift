/// What became of a write; everything but ``written`` leaves the database as it was.
enum WriteOutcome: Sendable {
  case written
  case unknownCollection(String)
  case unknownItem(String, collection: String)
  case taken(String, collection: String)
  case changed(String, collection: String)

  /// Throws unless it was written.
  func check() throws(StoreError) {
    switch self {
    case .written: return
    case .unknownCollection(let id): throw .notFound("collection '\(id)'")
    case .unknownItem(let id, let collection): throw .notFound("item '\(id)' in collection '\(collection)'")
    case .taken(let id, let collection): throw .conflict("item '\(id)' in collection '\(collection)'")
    case .changed(let id, let collection): throw .changed("item '\(id)' in collection '\(collection)'")
    }
  }
}
