import CQL2
import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

/// What models are searched by, which stands in a column of its own too.
@Suite(.ownDatabases) struct ModelPropertiesTests {
  /// Properties with none, one and all of them, of kinds that fit and that do not.
  private static let cases: [String] = [
    "", #","mlm:name":"n","mlm:architecture":"U-Net","mlm:framework":"pytorch","mlm:tasks":["detection","other"]"#,
    #","mlm:name":null"#, #","mlm:tasks":"detection""#, #","mlm:framework":{"name":"pytorch"},"title":"words""#,
    #","mlm:architecture":7,"mlm:tasks":[]"#, #","mlm:framework_version":"2","mlm:input":[]"#, #","title":"words""#,
    #","mlm:framework":"pytorch","mlm:tasks":["detection"]"#,
  ]

  private static func items(
    _ prefix: String, count: Int = cases.count, shift: Int = 0, isModel: Bool = false
  ) throws -> [Item] {
    try (0..<count).map { number in
      let properties = #"{"datetime":"2020-01-01T00:00:00Z"\#(cases[(number + shift) % cases.count])}"#
      let item = try CatalogFixture.item("\(prefix)\(number)", properties: properties)
      guard isModel else { return item }
      var json = item.document
      json["stac_extensions"] = ["https://stac-extensions.github.io/mlm/v1.5.1/schema.json"]
      return try Item(.object(json))
    }
  }

  /// How many items have the column, and of how many it is not what their properties say.
  private static func kept(_ catalog: CatalogFixture) async throws -> [Int?] {
    let expected: SQL = """
      (SELECT jsonb_object_agg(key, value) FROM jsonb_each(properties) \
      WHERE key = ANY('{mlm:architecture,mlm:framework,mlm:name,mlm:tasks}'))
      """
    return [
      try await catalog.number("SELECT count(*) FROM gnomon.items WHERE model_properties IS NOT NULL"),
      try await catalog.number(
        "SELECT count(*) FROM gnomon.items WHERE model_properties IS DISTINCT FROM \(expected)"),
    ]
  }

  private static func found(_ filter: String, in catalog: CatalogFixture) async throws -> Int {
    try await catalog.find(SearchRequest(query: [("filter", filter), ("limit", "1000")])).count
  }

  @Test(arguments: [false, true])
  func `It is kept of every item, however that is written`(isModel: Bool) async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    // Six of nine cases have one of the four.
    for item in try Self.items("one", isModel: isModel) { try await catalog.store.insert([item], into: "a") }
    #expect(try await Self.kept(catalog) == [6, 0])
    try await catalog.store.insert(try Self.items("many", count: 90, isModel: isModel), into: "a")
    #expect(try await Self.kept(catalog) == [66, 0])
    try await catalog.store.upsert(try Self.items("loaded", count: 900, isModel: isModel))
    #expect(try await Self.kept(catalog) == [666, 0])
    let detectors = #""mlm:framework" = 'pytorch' AND A_CONTAINS("mlm:tasks", ('detection'))"#
    #expect(try await Self.found(detectors, in: catalog) == 222)
    #expect(try await Self.found(#""mlm:name" IS NULL"#, in: catalog) == 888)
    #expect(try await Self.found(#""mlm:name" = 'n'"#, in: catalog) == 111)

    // Each becomes the next case, by one item, by a statement for all, and as what is loaded again.
    for item in try Self.items("one", shift: 1, isModel: isModel) {
      try await catalog.store.replace(item, in: "a", expecting: nil)
    }
    #expect(try await Self.kept(catalog) == [666, 0])
    try await catalog.store.upsert(try Self.items("many", count: 90, shift: 1, isModel: isModel))
    try await catalog.store.upsert(try Self.items("loaded", count: 1, shift: 1, isModel: isModel))
    #expect(try await Self.kept(catalog) == [667, 0])
    #expect(try await Self.found(#""mlm:name" = 'n'"#, in: catalog) == 112)
  }

  @Test func `A program that does not keep it cannot write what has it`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    func add(_ id: String, _ properties: String, isModel: Bool = true) async throws {
      try await catalog.run(
        """
        INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, is_model, links_position, \
        document, properties) VALUES (1, '\(id)', now(), now(), now(), \(isModel), 0, '{}', '\(properties)')
        """)
    }
    try await add("old", #"{"title":"t"}"#)
    await #expect(throws: PostgresError.self) { try await add("older", #"{"mlm:name":"n"}"#) }
    await #expect(throws: PostgresError.self) { try await add("no model", #"{"mlm:tasks":null}"#, isModel: false) }
    try await catalog.store.insert([try #require(try Self.items("one").dropFirst().first)], into: "a")
    for properties in ["'{}'", "properties || '{\"mlm:name\":\"other\"}'", "properties - 'mlm:tasks'"] {
      let change = "UPDATE gnomon.items SET properties = \(properties) WHERE id = 'one1'"
      await #expect(throws: PostgresError.self) { try await catalog.run(change) }
    }
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.items") == 2)
    #expect(try await Self.kept(catalog) == [1, 0])
  }

  @Test func `Models are found by indexes over it, their own and those that are asked for`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    try await catalog.run(
      """
      INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, is_model, links_position,
        document, properties, model_properties)
      SELECT 1, n, now(), now(), now(), true, 0, '{}', p, p FROM generate_series(1, 5000) n, jsonb_build_object(
        'mlm:name', 'n' || n, 'mlm:framework', 'f' || n, 'mlm:architecture', 'a' || n, 'mlm:tasks', ARRAY['t' || n]) p;
      ANALYZE gnomon.items
      """)
    for (filter, index) in [
      (#""mlm:framework" = 'f7'"#, "items_model_framework"),
      (#""mlm:architecture" = 'a7'"#, "items_model_architecture"),
      (#"A_CONTAINS("mlm:tasks", ('t7'))"#, "items_model_tasks"),
    ] { #expect(try await catalog.plan(filter).contains(index), "\(filter)") }
    guard case .made(let index) = try await PropertyIndexes(pool: catalog.pool).add("mlm:name") else {
      return #expect(Bool(false))
    }
    #expect(try await catalog.plan(#""mlm:name" = 'n7'"#).contains(index.name))
    #expect(try await Self.found(#""mlm:name" = 'n7'"#, in: catalog) == 1)
  }
}
