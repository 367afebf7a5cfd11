import Postgres
import StacModel
import StacStore
import TestSupport
import Testing

/// What is kept of the files of models.
@Suite(.ownDatabases) struct ModelProofTests {
  private static func model(_ title: String = "") throws -> Item {
    try Item(
      JSONParser.parse(
        """
        {"type":"Feature","stac_version":"1.1.0","id":"m","geometry":null,"collection":"a","links":[],"assets":{},\
        "stac_extensions":["https://stac-extensions.github.io/mlm/v1.5.2/schema.json"],\
        "properties":{"datetime":"2020-01-01T00:00:00Z","title":"\(title)"}}
        """))
  }

  private static func note(_ state: ModelProofRecord.State, obstacle: String? = nil) -> ModelProofNote {
    var note = ModelProofNote(runtime: "r", state: state, findings: #"[{"pointer":"/assets/model"}]"#)
    note.obstacle = obstacle
    note.files = "f"
    return note
  }

  /// What matching is told by a software.
  private static func obstacle(_ runtime: String?, _ catalog: CatalogFixture) async throws -> String? {
    let keys = try await catalog.store.modelChanges(since: nil).changes.map(\.key)
    return try await catalog.store.models(keys, provedBy: runtime).first?.obstacle
  }

  @Test func `What was found is told of the present document alone, by the software that found it`() async throws {
    let catalog = try await CatalogFixture()
    let store = catalog.store
    try await catalog.add(collections: "a")
    try await store.insert([Self.model()], into: "a")
    let model = try #require(try await store.modelToProve("m", in: "a"))
    #expect(try await store.unprovedModels(by: "r", among: nil, limit: 10).map(\.key) == [model.key])
    let before = try await store.modelChanges(since: nil).changes.first?.transaction
    try await store.note(Self.note(.faulty, obstacle: "it is wrong"), for: model)
    // Who keeps models in memory reads it again.
    #expect(try await store.modelChanges(since: nil).changes.first?.transaction != before)
    #expect(try await store.unprovedModels(by: "r", among: nil, limit: 10).isEmpty)
    #expect(try await store.unprovedModels(by: "s", among: nil, limit: 10).count == 1)
    #expect(try await Self.obstacle("r", catalog) == "it is wrong")
    #expect(try await Self.obstacle("s", catalog) == nil)
    #expect(try await Self.obstacle(nil, catalog) == nil)
    #expect(try await store.faultyProofs(limit: nil).named.map(\.state) == [.faulty])
    #expect(try await store.seenFiles(by: "r", since: nil).map(\.files) == ["f"])
    try await store.replace(Self.model("other"), in: "a", expecting: nil)
    #expect(try await Self.obstacle("r", catalog) == nil)
    #expect(try await store.unprovedModels(by: "r", among: [model.key], limit: 10).count == 1)
    // What was seen of the document before says nothing of this one.
    try await store.note(Self.note(.faulty, obstacle: "it is wrong"), for: model)
    #expect(try await Self.obstacle("r", catalog) == nil)
    #expect(try await store.proofs(ofModel: "m", in: "a").map(\.isOfPresentItem) == [false])
    #expect(try await store.faultyProofs(limit: nil).count == 0)
  }

  @Test func `What could not be seen again leaves what was known, and is tried later`() async throws {
    let catalog = try await CatalogFixture()
    let store = catalog.store
    try await catalog.add(collections: "a")
    try await store.insert([Self.model()], into: "a")
    let model = try #require(try await store.modelToProve("m", in: "a"))
    #expect(try await !store.postpone(model, by: "r", in: [.faulty], seconds: 60))
    try await store.note(Self.note(.faulty, obstacle: "it is wrong"), for: model)
    #expect(try await !store.postpone(model, by: "r", in: [.met], seconds: 0))
    #expect(try await store.unprovedModels(by: "r", among: nil, limit: 10).isEmpty)
    #expect(try await store.postpone(model, by: "r", in: [.faulty], seconds: 0))
    #expect(try await store.unprovedModels(by: "r", among: nil, limit: 10).count == 1)
    #expect(try await Self.obstacle("r", catalog) == "it is wrong")
    // What holds no longer is told to whoever keeps models in memory too.
    let before = try await store.modelChanges(since: nil).changes.first?.transaction
    try await store.note(Self.note(.met), for: model)
    #expect(try await store.modelChanges(since: nil).changes.first?.transaction != before)
    #expect(try await Self.obstacle("r", catalog) == nil)
  }
}
