extension SearchRequest {
  /// Asks in one collection only; in none where the request names others.
  public mutating func limit(to collection: String) {
    collections = collections.map { $0.contains(collection) ? [collection] : [] } ?? [collection]
  }
}
