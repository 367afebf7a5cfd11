import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

@Suite(.ownDatabases) struct SmokeTests {
  @Test func `An item goes in and comes out`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    try await catalog.store.insert([CatalogFixture.item("x")], into: "a")
    #expect(try await catalog.find(SearchRequest()) == ["a/x"])
  }
}
