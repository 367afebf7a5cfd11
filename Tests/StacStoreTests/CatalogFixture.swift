import CQL2
import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport

/// A catalog in a database of its own.
struct CatalogFixture {
  let url: String
  let pool: PostgresPool
  let store: PostgresCatalogStore

  /// A migrated, empty catalog.
  init() async throws {
    url = try await TestCluster.shared.database(from: "catalog") { url in
      let pool = PostgresPool(connectionURL: url, size: 1)
      _ = try await CatalogDatabase.migrate(pool)
      await pool.shutdown()
    }
    pool = PostgresPool(connectionURL: url)
    store = try await PostgresCatalogStore(pool: pool, countLimit: 100_000)
  }

  /// Adds empty collections.
  func add(collections ids: String...) async throws {
    for id in ids { try await store.insert(Self.collection(id)) }
  }

  static func collection(_ id: String, description: String = "d") throws -> Collection {
    try Collection(
      JSONParser.parse(
        """
        {"type":"Collection","stac_version":"1.1.0","id":\(JSONSerializer.text(.string(id))),\
        "description":\(JSONSerializer.text(.string(description))),\
        "license":"other","extent":{"spatial":{"bbox":[[-180,-90,180,90]]},"temporal":{"interval":[["2020-01-01T00:00:00Z",null]]}},\
        "links":[]}
        """))
  }

  /// An item from the text of its geometry and properties; `bbox` is that of the world where there is a geometry.
  static func item(
    _ id: String, in collection: String = "a", geometry: String = #"{"type":"Point","coordinates":[10,20]}"#,
    properties: String = #"{"datetime":"2020-01-01T00:00:00Z"}"#
  ) throws -> Item {
    let box = geometry == "null" ? "" : #""bbox":[-180,-90,180,90],"#
    return try Item(
      JSONParser.parse(
        """
        {"type":"Feature","stac_version":"1.1.0","id":\(JSONSerializer.text(.string(id))),"geometry":\(geometry),\(box)\
        "properties":\(properties),"links":[],"assets":{},"collection":\(JSONSerializer.text(.string(collection)))}
        """))
  }

  /// The identifiers that a search finds, in order, as "collection/id".
  func find(_ request: SearchRequest) async throws -> [String] {
    try await store.search(request).documents.map { "\($0.collectionID)/\($0.id)" }
  }

  /// The plan of a filtered read of items.
  func plan(_ filter: String) async throws -> String {
    let expression = try Filter(text: filter).expression
    let condition = try FilterCompiler.condition(expression, columns: .items, properties: AnyTypes())
    return try await pool.withSession { session throws(PostgresError) in
      try session.query("EXPLAIN SELECT count(*) FROM gnomon.items i WHERE \(condition)").map {
        row throws(PostgresError) in try row.text(0)
      }.joined(separator: "\n")
    }
  }

  /// Properties of whatever types.
  private struct AnyTypes: PropertyTypes {
    func type(ofProperty name: String) -> ValueType? { .any }
  }
}
