import StacModel

extension LineageWalk {
  /// How many documents that may have been made of one thing are looked at, and how many at a time.
  static let mostLookedAt = 10_000
  private static let lookedAtOnce = 250

  /// Adds what was made of an item or a collection.
  ///
  /// - Returns: the places that were not known before.
  mutating func addResults(of place: CatalogPlace, isBeyond: Bool) async throws -> [CatalogPlace] {
    var found: [CatalogPlace] = []
    for offset in stride(from: 0, to: Self.mostLookedAt, by: Self.lookedAtOnce) {
      let derived = try await catalog.documents(derivedFrom: place, limit: Self.lookedAtOnce, offset: offset)
      guard try await add(derived, of: place, isBeyond: isBeyond, to: &found) else { return found }
      if derived.isLast {
        let collections = try await derivedCollections()
        _ = try await add(collections, of: place, isBeyond: isBeyond, to: &found)
        return found
      }
      try Task.checkCancellation()
    }
    note(.looks)
    return found
  }

  /// Adds those that were made of a place.
  ///
  /// - Returns: whether more may be added.
  private mutating func add(
    _ derived: DerivedDocuments, of place: CatalogPlace, isBeyond: Bool, to found: inout [CatalogPlace]
  ) async throws -> Bool {
    for made in derived.documents {
      // What is listed is looked at: the list may be older than the document, or than what a name means.
      guard let link = try await link(of: made, to: place) else { continue }
      if isBeyond {
        note(.depth)
        return false
      }
      switch await add(made, of: place, through: link) {
      case .new: found.append(made.place)
      case .known: break
      case .full: return false
      }
    }
    return true
  }

  /// The first link of a document that leads to a place; nil where none does.
  private mutating func link(of made: DerivedDocument, to place: CatalogPlace) async throws -> LineageSource? {
    for source in LineageSource.sources(of: made.document, at: made.place) {
      guard let named = source.place, named.collection == place.collection else { continue }
      if try await meant(by: named) == place { return source }
    }
    return nil
  }
}
