import Postgres
import StacStore
import TestSupport
import Testing

/// What a database must have for filters.
@Suite(.ownDatabases) struct FilterServerTests {
  @Test func `A database that is not in UTF-8 is refused with a line that says so`() async throws {
    let empty = PostgresPool(connectionURL: try await TestCluster.shared.emptyDatabase(), size: 1)
    let name = try await empty.withSession { session throws(PostgresError) in
      let name =
        try session.query("SELECT current_database() || '_latin'").map { row throws(PostgresError) in
          try row.text(0)
        }.first ?? ""
      _ = try session.query("CREATE DATABASE \(identifier: name) TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
      return name
    }
    let url = try await TestCluster.shared.emptyDatabase()
    let latin = PostgresPool(connectionURL: url.replacing(#/test_[0-9_]+/#, with: name), size: 1)
    await #expect(throws: Migrator.Refusal.self) { try await CatalogDatabase.migrate(latin) }
    await latin.shutdown()
    await empty.shutdown()
  }
}
