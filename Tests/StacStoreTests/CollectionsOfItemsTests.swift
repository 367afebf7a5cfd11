import Postgres
import StacStore
import TestSupport
import Testing

/// Items keep to collections that are there, whoever writes them, by triggers in place of a foreign key.
@Suite(.ownDatabases) struct CollectionsOfItemsTests {
  private static let filling = StatisticsTests.filling(collections: 3, items: 30)

  @Test func `An item of no collection is refused, with all that its statement writes`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.run(Self.filling)
    for number in [4, -1] {
      try await Self.isRefused(Self.insertion("CASE WHEN n = 7 THEN \(number) ELSE 1 END", 10), by: catalog)
    }
    try await Self.isRefused("UPDATE gnomon.items SET collection_key = 4 WHERE id = 'i1'", by: catalog)
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.items WHERE collection_key IN (1, 2, 3)") == 30)
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.items") == 30)
    try await catalog.run(Self.insertion("1 + n % 3", 9))
    #expect(try await catalog.number("SELECT sum(items)::int8 FROM gnomon.collection_sums") == 39)
  }

  @Test func `The items of several collections go with them, and those of others stay`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.run(Self.filling)
    try await catalog.run("DELETE FROM gnomon.collections WHERE key IN (1, 3)")
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.items") == 10)
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.items WHERE collection_key = 2") == 10)
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_changes WHERE collection_key <> 2") == 0)
    try await catalog.run("TRUNCATE gnomon.collections CASCADE")
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.items") == 0)
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.collection_changes") == 0)
  }

  @Test func `Whoever deletes a collection waits for who writes into it, and takes those items along`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.run(Self.filling)
    let writer = try await PostgresSession(connectionURL: catalog.url)
    try await writer.run(unsafeScript: "BEGIN; \(Self.insertion("1", 5))")
    let deletion = Task { try await catalog.store.deleteCollection(id: "c1") }
    try await Self.somebodyWaits(catalog)
    try await writer.run(unsafeScript: "\(Self.insertion("1", 5, prefix: "more")); COMMIT")
    try await deletion.value
    await writer.close()
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.items WHERE collection_key = 1") == 0)
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.items") == 20)
  }

  @Test func `Whoever writes into a collection that is being deleted waits, and is refused`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.run(Self.filling)
    let owner = try await PostgresSession(connectionURL: catalog.url)
    try await owner.run(unsafeScript: "BEGIN; DELETE FROM gnomon.collections WHERE key = 1")
    let writing = Task { try await catalog.run(Self.insertion("1", 5)) }
    try await Self.somebodyWaits(catalog)
    try await owner.run(unsafeScript: "COMMIT")
    await owner.close()
    await #expect(throws: PostgresError.self) { try await writing.value }
    #expect(try await catalog.number("SELECT count(*) FROM gnomon.items WHERE collection_key = 1") == 0)
  }

  private static func insertion(_ key: String, _ count: Int, prefix: String = "n") -> String {
    """
    INSERT INTO gnomon.items (collection_key, id, datetime, start_datetime, end_datetime, links_position, document)
    SELECT \(key), '\(prefix)' || n, now(), now(), now(), 1, '{}' FROM generate_series(1, \(count)) n
    """
  }

  private static func isRefused(_ statement: String, by catalog: CatalogFixture) async throws {
    let error = await #expect(throws: PostgresError.self) { try await catalog.run(statement) }
    #expect(error?.state == .foreignKeyViolation, "\(statement)")
  }

  private static func somebodyWaits(_ catalog: CatalogFixture) async throws {
    try await eventually {
      try await catalog.number(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()") != 0
    }
  }
}
