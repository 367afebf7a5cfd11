package import Postgres

/// Which collections hold items with a property, for properties that few collections have; as old as the sample that it is
/// read with.
package struct PropertyHolders: Sendable {
  /// The sets that have a property, by the bytes of its name (`gnomon.property_sets`).
  private let sets: [[UInt8]: Set<Int32>]
  /// The collections of a set by the bytes of their identifiers, nothing for a set of very many.
  private let collections: [Int32: [[UInt8]]]

  /// The longest name that is registered, in bytes.
  private static let longestName = 1_000
  /// How many sets there are at most, and how many names in all of them: whoever names properties after something has more.
  private static let mostSets = 2_000
  private static let mostNames = 100_000
  /// In how many collections a property is looked for at most.
  private static let mostCollections = 64

  /// Knows nothing of any property.
  package static let unknown = PropertyHolders(sets: [:], collections: [:])

  private init(sets: [[UInt8]: Set<Int32>], collections: [Int32: [[UInt8]]]) {
    (self.sets, self.collections) = (sets, collections)
  }

  /// Reads them; where they are too many, ``unknown``.
  package init(on session: isolated PostgresSession) throws(PostgresError) {
    self = .unknown
    // No more is read than is kept.
    let sets = try session.query(
      "SELECT count(*) FROM (SELECT FROM gnomon.property_sets LIMIT \(Int64(Self.mostSets + 1))) s"
    ).first.map { row throws(PostgresError) in try row.integer(0) }
    guard let sets, sets <= Self.mostSets else { return }
    let names = try session.query(
      """
      SELECT s.key, substr(p.property, strpos(p.property, ' ') + 1) FROM gnomon.property_sets s \
      CROSS JOIN LATERAL unnest(s.properties) AS p (property) LIMIT \(Int64(Self.mostNames + 1))
      """)
    guard names.count <= Self.mostNames else { return }
    var setsWithName: [[UInt8]: Set<Int32>] = [:]
    var collections: [Int32: [[UInt8]]] = [:]
    for row in names {
      let set = Int32(truncatingIfNeeded: try row.integer(0))
      setsWithName[try row.bytes(1), default: []].insert(set)
      collections[set] = []
    }
    let holders = try session.query(
      """
      SELECT s.key, h.id FROM gnomon.property_sets s CROSS JOIN LATERAL (\
      SELECT c.id FROM gnomon.collection_property_sets k JOIN gnomon.collections c ON c.key = k.collection_key \
      WHERE k.set_key = s.key LIMIT \(Int64(Self.mostCollections + 1))) h
      """)
    for row in holders {
      collections[Int32(truncatingIfNeeded: try row.integer(0)), default: []].append(try row.bytes(1))
    }
    self.init(sets: setsWithName, collections: collections.filter { $0.value.count <= Self.mostCollections })
  }

  /// The collections whose items have or had a property, nil where they are many or it is not known; all by the bytes of
  /// their names.
  package func collections(with property: [UInt8]) -> Set<[UInt8]>? {
    guard !sets.isEmpty, property.count <= Self.longestName else { return nil }
    var found: Set<[UInt8]> = []
    for set in sets[property] ?? [] {
      guard let holders = collections[set] else { return nil }
      found.formUnion(holders)
      if found.count > Self.mostCollections { return nil }
    }
    return found
  }
}
