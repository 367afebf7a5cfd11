import MLMExtension
import Postgres
import StacAPI
import StacModel
import StacStore
import TestSupport
import Testing

@Suite(.ownDatabases) struct PromotionGateTests {
  private struct Catalog {
    let url: String
    let pool: PostgresPool
    let store: PostgresCatalogStore
    let model = ItemReference(collection: "models", id: "one")

    init() async throws {
      url = try await TestCluster.shared.database(from: "gate") { url in
        let pool = PostgresPool(connectionURL: url, size: 1)
        _ = try await CatalogDatabase.migrate(pool)
        await pool.shutdown()
      }
      pool = PostgresPool(connectionURL: url, size: 4)
      store = try await PostgresCatalogStore(pool: pool, countLimit: 100_000)
      try await store.insert(Collection(Documents.collection("models")))
      let document = try Documents.model().with("id", "one").with("collection", "models")
      try await store.insert([Item(document)], into: "models")
    }
  }

  private static func evidence(_ item: Item) -> ModelEvidence {
    let file = ModelEvidence.SeenFile(asset: "model", sha256: String(repeating: "0", count: 64), size: 1)
    return ModelEvidence(findings: MLMExtension.validate(item), modelFile: file, testVector: file)
  }

  private func promotions(
    _ catalog: Catalog, evidence: @escaping @Sendable (Item) async throws -> ModelEvidence
  ) async throws -> ModelPromotions {
    let promotions = ModelPromotions(store: catalog.store, evidence: evidence)
    _ = try await promotions.promote(catalog.model, to: .proposed, comment: "", evidence: nil, by: .user("ana"))
    return promotions
  }

  @Test func `Nothing is decided where the other items of the version cannot be read`() async throws {
    let catalog = try await Catalog()
    let breaking = BrokenOffSearch(url: catalog.url)
    let promotions = try await promotions(catalog) { item in
      try await breaking.begin()
      return Self.evidence(item)
    }
    await #expect(throws: StoreError.self) {
      _ = try await promotions.promote(catalog.model, to: .validated, comment: "", evidence: nil, by: .user("ana"))
    }
    try await breaking.end()
    let standing = try await catalog.store.standing(ofModel: "one", in: "models")
    #expect(standing?.state == .proposed)
    // What was in the way has gone.
    let undisturbed = ModelPromotions(store: catalog.store) { Self.evidence($0) }
    _ = try await undisturbed.promote(catalog.model, to: .validated, comment: "", evidence: nil, by: .user("ana"))
    await catalog.pool.shutdown()
  }

  @Test func `Nothing is decided where the evidence cannot be had`() async throws {
    let catalog = try await Catalog()
    let promotions = try await promotions(catalog) { _ in throw StoreError.timeout("evidence") }
    await #expect(throws: StoreError.timeout("evidence")) {
      _ = try await promotions.promote(catalog.model, to: .validated, comment: "", evidence: nil, by: .user("ana"))
    }
    await catalog.pool.shutdown()
  }
}

/// Keeps the next search for models by their name waiting, and breaks it off, as a timeout would.
private actor BrokenOffSearch {
  private let pool: PostgresPool
  private var holding: Task<Void, any Error>?

  init(url: String) { pool = PostgresPool(connectionURL: url, size: 1) }

  /// Returns once the items are locked.
  func begin() async throws {
    let (locked, continuation) = AsyncStream<Void>.makeStream()
    holding = Task { [pool] in
      defer { continuation.finish() }
      try await pool.withSession { session throws(PostgresError) in
        _ = try session.query("BEGIN")
        _ = try session.query("LOCK TABLE gnomon.items IN ACCESS EXCLUSIVE MODE")
        continuation.finish()
        let deadline = ContinuousClock.now + .seconds(60)
        while try !session.breaksOff(), ContinuousClock.now < deadline {}
        while try session.isWaitedFor(), ContinuousClock.now < deadline {}
        _ = try session.query("COMMIT")
      }
    }
    for await _ in locked {}
  }

  func end() async throws {
    try await holding?.value
    await pool.shutdown()
  }
}

extension PostgresSession {
  private static let waiting: SQL = """
    pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND l.relation = 'gnomon.items'::regclass \
    AND a.query LIKE '%mlm:name%'
    """

  /// Breaks off who waits; whether there is somebody.
  fileprivate func breaksOff() throws(PostgresError) -> Bool {
    _ = try query("SELECT pg_stat_clear_snapshot()")
    return try !query("SELECT pg_cancel_backend(l.pid) FROM \(Self.waiting)").isEmpty
  }

  fileprivate func isWaitedFor() throws(PostgresError) -> Bool {
    _ = try query("SELECT pg_stat_clear_snapshot()")
    return try !query("SELECT 1 FROM \(Self.waiting)").isEmpty
  }
}
