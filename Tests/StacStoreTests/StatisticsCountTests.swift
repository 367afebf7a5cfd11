import Postgres
import StacModel
import StacStore
import Testing

@Suite struct StatisticsCountTests {
  private static func catalog() async throws -> CatalogFixture {
    let catalog = try await CatalogFixture()
    try await catalog.run("\(StatisticsTests.filling(collections: 4, items: 20_000)); ANALYZE gnomon.items")
    return catalog
  }

  private static func matched(
    _ catalog: CatalogFixture, _ count: SQL, _ preference: CountPreference = .quick,
    deadline: Duration = .milliseconds(5), kept: SQL? = nil
  ) async throws -> MatchedCount? {
    try await catalog.pool.withSession { session throws(PostgresError) in
      try session.matched(count, preference, deadline: deadline, kept: kept)
    }
  }

  /// A count that takes far longer than a deadline, though the planner does not know.
  private static let slow: SQL = """
    SELECT count(*) FROM gnomon.items i WHERE i.id = 'i1' AND (SELECT count(*) FROM generate_series(1, 3000000)) > 0
    """

  @Test func `Whole collections are counted by what is kept of them`() async throws {
    let catalog = try await Self.catalog()
    // The statement itself would fail.
    let count: SQL = "SELECT 1 / 0"
    let all = CollectionStatistics.itemCount(ofCollections: nil)
    #expect(try await Self.matched(catalog, count, kept: all) == .exact(20_000))
    let two = CollectionStatistics.itemCount(ofCollections: [1, 3])
    #expect(try await Self.matched(catalog, count, .exact, kept: two) == .exact(10_000))
    #expect(
      try await Self.matched(catalog, count, kept: CollectionStatistics.itemCount(ofCollections: [])) == .exact(0))
    #expect(try await Self.matched(catalog, count, .none, kept: all) == nil)
  }

  @Test func `A count that fits its deadline is exact, a hopeless or late one an estimate`() async throws {
    let catalog = try await Self.catalog()
    let few: SQL = "SELECT count(*) FROM gnomon.items i WHERE i.collection_key = 1 AND i.id = \("i4")"
    #expect(try await Self.matched(catalog, few, deadline: .seconds(60)) == .exact(1))
    #expect(try await Self.matched(catalog, few, deadline: .zero)?.isExact == false)
    // Too dear for a try: were it tried, the division would fail.
    let dear: SQL = "SELECT count(*) FROM gnomon.items i, gnomon.items j WHERE 1 / (i.links_position - 1) > 0"
    #expect(try await Self.matched(catalog, dear)?.isExact == false)
    let middle = SQL.Bind.timestamp(microseconds: Timestamp("2001-02-20T20:00:00Z")?.microseconds ?? 0)
    let half: SQL = "SELECT count(*) FROM gnomon.items i WHERE i.datetime < \(middle)"
    let estimate = try #require(try await Self.matched(catalog, half, deadline: .zero))
    #expect(9_000...11_000 ~= estimate.number, "\(estimate)")
    #expect(try await Self.matched(catalog, half, .exact) == .exact(10_003))
    let sum: SQL = "SELECT (\(half)) + (\(half))"
    let twice = try #require(try await Self.matched(catalog, sum, deadline: .zero))
    #expect(18_000...22_000 ~= twice.number, "\(twice)")
  }

  @Test func `A count that is late leaves the session as it was`() async throws {
    let catalog = try await Self.catalog()
    let session = try await PostgresSession(connectionURL: catalog.url, statementTimeout: .seconds(33))
    let late = try await session.matched(Self.slow, .quick, deadline: .milliseconds(5))
    #expect(late?.isExact == false)
    let timeout = try await session.query("SELECT current_setting('statement_timeout')").first?.text(0)
    #expect(timeout == "33s")
    #expect(await session.isUsable)
    #expect(try await session.matched(Self.slow, .exact, deadline: .milliseconds(5)) == .exact(1))
    await session.close()
  }

  @Test func `Plans are read: one count, several, several processes, none`() throws {
    func estimate(_ plan: String) throws -> RowEstimate {
      try #require(RowEstimate(explained: Array(#"[{"Plan":\#(plan)}]"#.utf8)))
    }
    let scan = #"{"Node Type":"Seq Scan","Plan Rows":70,"Total Cost":9.5}"#
    let count = #"{"Node Type":"Aggregate","Partial Mode":"Simple","Plan Rows":1,"Total Cost":10,"Plans":[\#(scan)]}"#
    #expect(try estimate(count).rows == 70)
    #expect(try estimate(count).cost == 10)
    #expect(
      try estimate(#"{"Node Type":"Result","Plan Rows":1,"Total Cost":20,"Plans":[\#(count),\#(count)]}"#).rows == 140)
    #expect(try estimate(scan).rows == 70)
    let partial = #"{"Node Type":"Aggregate","Partial Mode":"Partial","Plan Rows":1,"Plans":[\#(scan)]}"#
    let gather = #"{"Node Type":"Gather","Workers Planned":2,"Plan Rows":2,"Plans":[\#(partial)]}"#
    let final =
      #"{"Node Type":"Aggregate","Partial Mode":"Finalize","Plan Rows":1,"Total Cost":5,"Plans":[\#(gather)]}"#
    #expect(try estimate(final).rows == 168)
    #expect(RowEstimate(explained: Array("{}".utf8)) == nil)
  }
}
