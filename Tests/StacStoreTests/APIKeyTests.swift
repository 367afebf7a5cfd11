import Postgres
import StacModel
import StacStore
import TestSupport
import Testing

@Suite(.ownDatabases) struct APIKeyTests {
  private static func request(
    _ name: String, _ role: Role = .analyst, isPerson: Bool = true, expires: Timestamp? = nil
  ) -> APIKeyRequest {
    APIKeyRequest(name: name, role: role, isPerson: isPerson, expires: expires, creator: "tests")
  }

  @Test func `A token reads back as itself and tells nothing but its identifier`() throws {
    let token = APIKeyToken()
    #expect(try #require(APIKeyToken(token.text)) == token)
    #expect(token.text.hasPrefix("gnomon_\(token.id)_"))
    #expect(token.text.utf8.count == 63)
    #expect(APIKeyToken().text != token.text)
  }

  @Test(arguments: [
    "", "gnomon_", "gnomon_0123456789ab", "gnomon_0123456789ab_",
    "gnomon_0123456789AB_" + String(repeating: "A", count: 43),
    "gnomon_0123456789ab_" + String(repeating: "A", count: 42),
    "gnomon_0123456789ab_" + String(repeating: "A", count: 44),
    "gnomon_0123456789ab_" + String(repeating: "=", count: 43), "ghp_0123456789ab_" + String(repeating: "A", count: 43),
    "gnomon_01234567é9ab_" + String(repeating: "A", count: 43), String(repeating: "gnomon_", count: 10_000),
  ])
  func `What is no token is none`(text: String) { #expect(APIKeyToken(text) == nil) }

  @Test func `A key is found by its token, and the table does not hold the token`() async throws {
    let catalog = try await CatalogFixture()
    let token = try await catalog.store.makeAPIKey(Self.request("ana", .approver))
    let key = try #require(try await catalog.store.standingAPIKeys().first)
    #expect(key.id == token.id && key.name == "ana" && key.role == .approver && key.isPerson && key.creator == "tests")
    #expect(key.matches(token))
    #expect(!key.matches(APIKeyToken()))
    let secret = String(token.text.suffix(43))
    let rows = try await catalog.pool.withSession { session throws(PostgresError) in
      try session.query("SELECT k::text FROM gnomon.api_keys k").map { row throws(PostgresError) in try row.text(0) }
    }
    #expect(rows.count == 1 && !rows[0].contains(secret))
    await catalog.pool.shutdown()
  }

  @Test func `A key that is revoked stands no longer, and its row stays`() async throws {
    let catalog = try await CatalogFixture()
    let first = try await catalog.store.makeAPIKey(Self.request("ana"))
    _ = try await catalog.store.makeAPIKey(Self.request("ana", .reader))
    _ = try await catalog.store.makeAPIKey(Self.request("bob"))
    #expect(try await catalog.store.revokeAPIKeys(first.id, by: "me").map(\.id) == [first.id])
    #expect(try await catalog.store.revokeAPIKeys(first.id, by: "me").isEmpty)
    #expect(try await catalog.store.revokeAPIKeys("ana", by: "me").map(\.role) == [.reader])
    #expect(try await catalog.store.standingAPIKeys().map(\.name) == ["bob"])
    #expect(try await catalog.store.apiKeys().count { $0.revoked != nil } == 2)
    await catalog.pool.shutdown()
  }

  @Test func `A name is a person's or a service's`() async throws {
    let catalog = try await CatalogFixture()
    _ = try await catalog.store.makeAPIKey(Self.request("ci", isPerson: false))
    await #expect(throws: StoreError.conflict("a key 'ci' of a service")) {
      _ = try await catalog.store.makeAPIKey(Self.request("ci", isPerson: true))
    }
    _ = try await catalog.store.revokeAPIKeys("ci", by: "me")
    _ = try await catalog.store.makeAPIKey(Self.request("ci", isPerson: true))
    await catalog.pool.shutdown()
  }

  @Test func `The last use is noted, and not again within the minute`() async throws {
    let catalog = try await CatalogFixture()
    let token = try await catalog.store.makeAPIKey(Self.request("ana"))
    #expect(try await catalog.store.apiKeys().first?.lastUsed == nil)
    try await catalog.store.noteUse(ofAPIKeys: [token.id])
    let noted = try #require(try await catalog.store.apiKeys().first?.lastUsed)
    try await catalog.store.noteUse(ofAPIKeys: [token.id])
    #expect(try await catalog.store.apiKeys().first?.lastUsed == noted)
    await catalog.pool.shutdown()
  }

  @Test func `Roles are ordered`() {
    #expect(Role.allCases.sorted() == [.reader, .registrar, .analyst, .approver, .admin])
  }
}
