import CQL2
import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

/// Conditions on properties of which some have an index: which of them lead to what is searched.
@Suite(.ownDatabases) struct IndexedConditionTests {
  @Test func `An index is read where it leads to little, whatever else is asked`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.run(StatisticsTests.filling(collections: 2, items: 20_000))
    try await catalog.run(
      """
      UPDATE gnomon.items SET properties = properties || jsonb_build_object(
        'eo:cloud_cover', (properties -> 'n')::int % 1000 / 10.0, 'tile', 'T' || (properties ->> 'n'));
      ANALYZE gnomon.items
      """)
    guard case .made = try await PropertyIndexes(pool: catalog.pool).add("tile") else {
      Issue.record("the index was not made")
      return
    }
    let statements = RecordedStatements()
    let store = try await PostgresCatalogStore(pool: PostgresPool(connectionURL: catalog.url, observer: statements))
    let cases: [(filter: String, isFetched: Bool, count: Int)] = [
      (#""eo:cloud_cover" < 0.05"#, true, 20), (#""eo:cloud_cover" = 200"#, true, 0), ("tile = 'none'", true, 0),
      (#""eo:cloud_cover" < 90 AND tile LIKE 'T1234%'"#, true, 11),
      (#""eo:cloud_cover" < 90 AND (tile = 'T17' OR 'T18' = tile OR tile IN ('T19'))"#, true, 3),
      // The index over what most have would lead past all of them.
      (#""eo:cloud_cover" < 90 AND n = 777"#, false, 1), (#""eo:cloud_cover" < 90 AND tile LIKE '%9123'"#, false, 2),
      (#""eo:cloud_cover" < 90 AND (tile = 'T17' OR n = 18)"#, false, 2),
    ]
    for (filter, isFetched, count) in cases {
      _ = statements.takeAll()
      var request = SearchRequest(filter: try Filter(text: filter), limit: 1)
      var found = 0
      repeat {
        let page = try await store.search(request)
        found += page.documents.count
        request.token = page.next
      } while request.token != nil
      let pages = statements.takeAll().filter { $0.contains(" AS branch ") }
      #expect(found == count, "\(filter)")
      #expect(!pages.isEmpty && pages.allSatisfy { $0.contains("OFFSET 0) i") == isFetched }, "\(filter)")
    }
  }
}
