package import Postgres

/// Which collections hold items with a property, for properties that few collections have; as old as the sample that it is
/// read with.
package struct PropertyHolders: Sendable {
  /// The sets that have a property, by its name (`gnomon.property_sets`).
  private let sets: [String: [Int32]]
  /// The collections of a set by their identifiers, nothing for a set of very many.
  private let collections: [Int32: [String]]

  /// The longest name that is registered, in bytes.
  private static let longestName = 1_000
  /// How many names there are at most, of all sets: whoever names properties after something has more.
  private static let mostNames = 20_000
  /// In how many collections one is looked for at most.
  package static let mostCollections = 64

  /// Knows nothing of any property.
  package static let unknown = PropertyHolders(sets: [:], collections: [:])

  private init(sets: [String: [Int32]], collections: [Int32: [String]]) {
    (self.sets, self.collections) = (sets, collections)
  }

  /// Reads them.
  package init(on session: isolated PostgresSession) throws(PostgresError) {
    let names = try session.query(
      """
      SELECT DISTINCT s.key, substr(p.property, strpos(p.property, ' ') + 1) FROM gnomon.property_sets s \
      CROSS JOIN LATERAL unnest(s.properties) AS p (property) LIMIT \(Int64(Self.mostNames + 1))
      """)
    guard names.count <= Self.mostNames else {
      self = .unknown
      return
    }
    var sets: [String: [Int32]] = [:]
    var collections: [Int32: [String]] = [:]
    for row in names {
      let set = Int32(truncatingIfNeeded: try row.integer(0))
      sets[try row.text(1), default: []].append(set)
      collections[set] = []
    }
    let holders = try session.query(
      """
      SELECT s.key, h.id FROM gnomon.property_sets s CROSS JOIN LATERAL (\
      SELECT c.id FROM gnomon.collection_property_sets k JOIN gnomon.collections c ON c.key = k.collection_key \
      WHERE k.set_key = s.key LIMIT \(Int64(Self.mostCollections + 1))) h
      """)
    for row in holders {
      collections[Int32(truncatingIfNeeded: try row.integer(0)), default: []].append(try row.text(1))
    }
    self.init(sets: sets, collections: collections.filter { $0.value.count <= Self.mostCollections })
  }

  /// The collections whose items have or had a property, nil where they are many or it is not known.
  package func collections(with property: String) -> Set<[UInt8]>? {
    guard !collections.isEmpty, property.utf8.count <= Self.longestName else { return nil }
    var found: Set<[UInt8]> = []
    for set in sets[property] ?? [] {
      guard let holders = collections[set] else { return nil }
      found.formUnion(holders.map { Array($0.utf8) })
    }
    return found.count <= Self.mostCollections ? found : nil
  }
}
