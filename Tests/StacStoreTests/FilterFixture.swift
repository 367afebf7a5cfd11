import CQL2
import Foundation
import Postgres
import StacModel
import StacStore
import TestSupport
import Testing

/// A catalog of a few items, or of the data of the standard's abstract tests, to be filtered.
struct FilterFixture {
  let pool: PostgresPool
  let properties: Types

  /// The types of properties: those declared, and any for all others.
  struct Types: PropertyTypes {
    var declared: [String: ValueType] = [:]
    static let core: [String: ValueType] = [
      "id": .string, "collection": .string, "geometry": .geometry, "datetime": .timestamp,
      "start_datetime": .timestamp, "end_datetime": .timestamp,
    ]

    func type(ofProperty name: String) -> ValueType? { Self.core[name] ?? declared[name] ?? .any }
  }

  /// A migrated, empty catalog with one collection, `a`.
  init(declared: [String: ValueType] = [:]) async throws {
    let url = try await TestCluster.shared.database(from: "filter") { url in
      try await Self.withPool(url) { pool in
        _ = try await CatalogDatabase.migrate(pool)
        try await Self.insertCollections(["a"], into: pool)
      }
    }
    pool = PostgresPool(connectionURL: url, size: 1)
    properties = Types(declared: declared)
  }

  /// The data of the abstract tests.
  ///
  /// - Parameter declared: the collection whose properties have the types that the standard declares; without one,
  ///   nothing is known of them.
  static func naturalEarth(declared: String? = nil) async throws -> FilterFixture {
    let types = declared.flatMap { AbstractTests.shared.queryables[$0] } ?? [:]
    return FilterFixture(
      pool: try await naturalEarthPool.value,
      properties: Types(declared: types.mapValues { $0 == "integer" ? .number : ValueType(rawValue: $0) ?? .any }))
  }

  /// One database for all tests, which only read it.
  private static let naturalEarthPool = Task {
    // Hundreds of tests ask at once, of a machine that may be busy.
    let pool = PostgresPool(
      connectionURL: try await TestCluster.shared.emptyDatabase(), size: 4, patience: .seconds(120))
    _ = try await CatalogDatabase.migrate(pool)
    let sources = AbstractTests.shared.queryables.keys.sorted()
    try await insertCollections(sources, into: pool)
    for source in sources {
      let file = fixtures.appending(path: "natural-earth/\(source)/items.ndjson")
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
      try await insert(lines, into: pool)
    }
    return pool
  }

  private init(pool: PostgresPool, properties: Types) {
    self.pool = pool
    self.properties = properties
  }

  static let fixtures = URL(filePath: #filePath).appending(path: "../../../fixtures/cql2").standardized

  private static func withPool(_ url: String, _ body: (PostgresPool) async throws -> Void) async throws {
    let pool = PostgresPool(connectionURL: url, size: 1)
    try await body(pool)
    await pool.shutdown()
  }

  private static func insertCollections(_ ids: [String], into pool: PostgresPool) async throws {
    let columns: SQL = "(id, document, links_position, properties, geometry, start_datetime, end_datetime)"
    for id in ids {
      _ = try await pool.withSession { session throws(PostgresError) in
        try session.query(
          """
          INSERT INTO gnomon.collections \(columns) VALUES (\(id), '{}', 0, '{}', \
          ST_MakeEnvelope(-180, -90, 180, 90, 4326), '-infinity', 'infinity')
          """)
      }
    }
  }

  /// Adds items from the texts of their documents.
  static func insert(_ documents: [String], into pool: PostgresPool) async throws {
    _ = try await pool.withSession { session throws(PostgresError) in
      try session.query(
        """
        INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, geometry, links_position, \
        document, properties)
        SELECT
          collections.key, given ->> 'id',
          coalesce(given #>> '{properties,datetime}', given #>> '{properties,start_datetime}')::timestamptz,
          coalesce(given #>> '{properties,start_datetime}', given #>> '{properties,datetime}')::timestamptz,
          coalesce(given #>> '{properties,end_datetime}', given #>> '{properties,datetime}')::timestamptz,
          gnomon.valid(ST_SetSRID(ST_GeomFromGeoJSON(nullif(given -> 'geometry', 'null')), 4326)), 0, '{}', given -> 'properties'
        FROM unnest(\(SQL.Bind.textArray(documents))) AS text, jsonb(text) AS given, gnomon.collections
        WHERE collections.id = given ->> 'collection'
        """)
    }
  }

  /// Adds an item.
  func add(
    _ id: String, _ properties: String = "{}", geometry: String = #"{"type":"Point","coordinates":[10,20]}"#
  ) async throws {
    let time = properties.contains("datetime") ? "" : #""datetime":"2020-01-01T00:00:00Z""#
    let members = properties.dropFirst()
    let separator = time.isEmpty || members == "}" ? "" : ","
    try await Self.insert(
      [#"{"id":"\#(id)","collection":"a","geometry":\#(geometry),"properties":{\#(time)\#(separator)\#(members)}"#],
      into: pool)
  }

  /// The identifiers of the items for which a filter is true, in order.
  func find(_ filter: String, in collection: String? = nil) async throws -> [String] {
    try await find(Filter(text: filter), in: collection)
  }

  func find(_ filter: Filter, in collection: String? = nil) async throws -> [String] {
    try filter.check(properties: properties)
    let found = try await find(filter, in: collection, as: .items)
    #expect(
      try await find(filter, in: collection, as: .itemsWithoutPlace) == found, "by a walk: \(filter.expression.text)")
    return found
  }

  private func find(
    _ filter: Filter, in collection: String?, as columns: FilterColumns
  ) async throws -> [String] {
    let condition = try FilterCompiler.condition(filter.expression, columns: columns, properties: properties)
    let place: SQL =
      collection.map { "i.collection_key = (SELECT key FROM gnomon.collections WHERE id = \($0))" } ?? "true"
    return try await pool.withSession { session throws(PostgresError) in
      try session.query("SELECT i.id FROM gnomon.items i WHERE \(place) AND \(condition) ORDER BY i.id")
        .map { row throws(PostgresError) in try row.text(0) }
    }
  }
}

/// The predicates of the standard's abstract tests that have an expected number of items.
struct AbstractTests: Decodable {
  struct Row: Decodable, Sendable, CustomStringConvertible {
    let `class`: String
    let table: String
    let row: Int
    let collection: String
    let filter: String
    let count: Int

    var description: String { "\(table) \(row): \(filter)" }
  }

  let queryables: [String: [String: String]]
  let tests: [Row]

  static let shared: AbstractTests = {
    let file = FilterFixture.fixtures.appending(path: "abstract-tests.json")
    let empty = AbstractTests(queryables: [:], tests: [])
    return (try? JSONDecoder().decode(AbstractTests.self, from: Data(contentsOf: file))) ?? empty
  }()
}
