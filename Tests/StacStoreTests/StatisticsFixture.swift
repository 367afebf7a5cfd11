import Postgres
import StacModel
import StacStore

extension CatalogFixture {
  /// What is kept of the collections, by identifier.
  func statistics() async throws -> [String: CollectionStatistics] {
    try await pool.withSession { session throws(PostgresError) in
      let kept = try session.statistics(ofCollections: nil)
      var found: [String: CollectionStatistics] = [:]
      for row in try session.query("SELECT id, key FROM gnomon.collections") {
        found[try row.text(0)] = kept[try row.integer(1)]
      }
      return found
    }
  }

  /// Runs statements of a test.
  func run(_ script: String) async throws {
    try await pool.withSession { session throws(PostgresError) in try session.run(unsafeScript: script) }
  }

  /// The first number of a statement's first row.
  func number(_ statement: SQL) async throws -> Int? {
    try await pool.withSession { session throws(PostgresError) in
      try session.query(statement).first.map { row throws(PostgresError) in Int(try row.integer(0)) }
    }
  }

  /// Merges the rows of a collection, as a writer does now and then.
  func merge(_ collection: String, limit: Int) async throws {
    _ = try await pool.withSession { session throws(PostgresError) in
      try session.query(
        "SELECT gnomon.merge_changes(key, \(limit)) FROM gnomon.collections WHERE id = \(collection)")
    }
  }

  static func point(_ longitude: Double, _ latitude: Double = 0) -> String {
    #"{"type":"Point","coordinates":[\#(longitude),\#(latitude)]}"#
  }
}
