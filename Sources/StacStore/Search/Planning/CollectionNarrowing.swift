import Postgres
import StacSearch

/// A search that is made in those collections alone that hold a property without which no item meets its conditions.
///
/// Which these are is as old as the catalog's sample. Whoever reads what is found looks in the same snapshot whether they are
/// all of them.
struct CollectionNarrowing: Sendable {
  /// The search in these collections.
  let request: SearchRequest
  private let property: [UInt8]
  /// All collections that hold the property, and those that the search was to be made in, nil for all.
  private let holders: [String]
  private let searched: [String]?

  /// How many items must be left out for it to be worth looking, and what share of those that are searched.
  private static let fewestLeftOut = 1_000
  private static let leastShare = 0.75

  /// - Parameters:
  ///   - required: properties of which every item that is found has each, by the bytes of their names.
  ///   - served: the same of conditions that have an index, which leads to them in whatever collection. The sample tells how
  ///     many meet them where it knows the collections, and little of a small one among others.
  ///   - token: where the page begins, nil for the first page.
  init?(
    _ request: SearchRequest, to required: Set<[UInt8]>, served: Set<[UInt8]>, order: SearchOrder, token: PageToken?,
    in sample: CatalogSample
  ) {
    // Identifiers and words have indexes that lead to them.
    guard request.ids == nil, request.freeText == nil else { return nil }
    let count = request.collections.map { sample.count($0) } ?? sample.total
    func candidates(_ properties: Set<[UInt8]>) -> [Candidate] {
      properties.compactMap { Candidate($0, in: sample, named: request.collections) }
    }
    let all = candidates(required) + candidates(served).filter { sample.isSmall($0.named) }
    guard let best = all.min(by: { $0.precedes($1) }), count - best.count >= Self.fewestLeftOut,
      Double(count - best.count) >= Self.leastShare * Double(count)
    else { return nil }
    // Within one collection the order is that of its own: a place in another one is none in it.
    if best.named.count == 1, let token, order.collectionKey(of: token) != sample.keys[Array(best.named[0].utf8)] {
      return nil
    }
    (property, holders, self.searched) = (best.property, best.holders, request.collections)
    var narrowed = request
    narrowed.collections = best.named
    self.request = narrowed
  }

  /// A property, and the collections that hold it.
  private struct Candidate {
    let property: [UInt8]
    let holders: [String]
    /// Those of them that a search names, in its order, or all where it names none; and how many items these have.
    let named: [String]
    let count: Int

    init?(_ property: [UInt8], in sample: CatalogSample, named: [String]?) {
      guard let holders = sample.holders.collections(with: property) else { return nil }
      self.property = property
      self.holders = holders.map { String(decoding: $0, as: UTF8.self) }.sorted()
      self.named = named?.filter { holders.contains(Array($0.utf8)) } ?? self.holders
      count = sample.count(self.named)
    }

    /// Whether it leaves less to be searched; of equal ones always the same is first.
    func precedes(_ other: Candidate) -> Bool {
      count == other.count ? property.lexicographicallyPrecedes(other.property) : count < other.count
    }
  }

  /// Whether no other collection that was to be searched holds the property.
  func holds(on session: isolated PostgresSession) throws(PostgresError) -> Bool {
    let name = String(decoding: property, as: UTF8.self)
    let among: SQL = searched.map { " AND c.id = ANY(\(texts: $0))" } ?? ""
    let typed = Self.types.map { "\($0) \(name)" }
    return try session.query(
      """
      SELECT FROM gnomon.property_sets s JOIN gnomon.collection_property_sets k ON k.set_key = s.key \
      JOIN gnomon.collections c ON c.key = k.collection_key \
      WHERE s.properties && \(texts: typed) AND c.id <> ALL(\(texts: holders))\(among) LIMIT 1
      """, plan: .generic
    ).isEmpty
  }

  /// What is null meets no condition.
  private static let types = ["array", "boolean", "number", "object", "string"]
}
