import CatalogFiles
import Postgres
import StacModel
import StacStore

/// A load into a database: what it remembers is written with the items.
actor StoreLoadTarget: LoadTarget {
  /// What the sessions of a load are called in `pg_stat_activity`.
  static let applicationName = "gnomon load"

  private let pool: PostgresPool
  private let store: PostgresCatalogStore
  private var key: Int64 = 0
  private var run = ""
  private var written = 0

  init(_ catalog: OpenCatalog) {
    pool = catalog.pool
    store = catalog.store
  }

  func begin(source: String, fingerprint: String, anew: Bool) async throws -> LoadState {
    let (key, run, state) = try await translating {
      try await self.pool.withSession { session throws(PostgresError) in
        let rows = try session.query(
          """
          SELECT key, run::text, step, place, collections, items, skipped, refused, is_changed \
          FROM gnomon.begin_load(\(source), \(fingerprint), \(anew))
          """)
        guard let row = rows.first else { throw PostgresError(reason: .unreadableValue, function: "begin_load") }
        let counts = LoadCounts(
          collections: Int(try row.integer(4)), items: Int(try row.integer(5)), skipped: Int(try row.integer(6)),
          refused: Int(try row.integer(7)))
        let state = LoadState(
          step: try row.integer(2), position: row.isNull(3) ? nil : try row.text(3), counts: counts,
          sourceHasChanged: try row.boolean(8))
        return (try row.integer(0), try row.text(1), state)
      }
    }
    (self.key, self.run) = (key, run)
    return state
  }

  func put(_ collections: [Collection]) async throws {
    try await translating { try await self.store.upsert(collections) }
  }

  func put(_ items: [Item], note: LoadNote?) async throws {
    let statement: SQL? = note.map { note in
      """
      SELECT gnomon.note_load(\(key), \(run)::uuid, \(note.number), \(JSONSerializer.text(note.json))::jsonb)::text
      """
    }
    try await translating { try await self.store.load(items, note: statement) }
    written += items.count
  }

  /// Whether nobody but loads has used the database for a second; what a role may not see of others counts as use.
  func isAlone() async throws -> Bool {
    try await pool.withSession { session throws(PostgresError) in
      try session.query(
        """
        SELECT FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' \
        AND application_name <> \(Self.applicationName) AND (state IS NULL OR state <> 'idle' \
        OR state_change > clock_timestamp() - interval '1 second') LIMIT 1
        """, plan: .generic
      ).isEmpty
    }
  }

  func finish() async throws {
    let (key, run) = (key, run)
    try await translating {
      _ = try await self.pool.withSession { session throws(PostgresError) in
        try session.query("UPDATE gnomon.loads SET finished_at = now() WHERE key = \(key) AND run = \(run)::uuid")
      }
    }
    if written >= Self.manyItems { try? await analyze() }
  }

  /// From how many items on a load may have changed what the planner has to know.
  private static let manyItems = 10_000

  /// Tells the planner of what has come, where that is so much that the server will look at the table itself, in a
  /// minute: until then a sample of a tenth the size serves. A user who does not own the table leaves it to that.
  private func analyze() async throws(PostgresError) {
    let written = Int64(written)
    try await pool.withSession { session throws(PostgresError) in
      let changed = try session.query(
        """
        SELECT FROM pg_class WHERE oid = 'gnomon.items'::regclass AND (reltuples < \(written) \
        OR reltuples < 10 * pg_stat_get_mod_since_analyze(oid))
        """)
      guard !changed.isEmpty else { return }
      try session.transaction { session throws(PostgresError) in
        _ = try session.query("SET LOCAL default_statistics_target = 10")
        _ = try session.query(
          """
          ANALYZE gnomon.items, gnomon.collections, gnomon.collection_changes, gnomon.property_sets, \
          gnomon.collection_property_sets
          """)
      }
    }
  }

  func refusals(behind place: RefusalPlace?) async throws -> (refusals: [RefusedDocument], next: RefusalPlace?) {
    let key = key
    let (step, row) = (place?.step ?? -1, place?.row ?? "(0,0)")
    return try await translating {
      try await self.pool.withSession { session throws(PostgresError) in
        // Nobody writes them now: a row's place in the table tells it from the others of its batch.
        let rows = try session.query(
          """
          SELECT place, collection, id, pointer, message, step, ctid::text FROM gnomon.load_refusals \
          WHERE load = \(key) AND (step, ctid) > (\(step), \(row)::tid) ORDER BY step, ctid LIMIT 50000
          """)
        let refusals = try rows.map { row throws(PostgresError) in
          RefusedDocument(
            place: try row.text(0), collection: row.isNull(1) ? nil : try row.text(1),
            id: row.isNull(2) ? nil : try row.text(2), pointer: try row.text(3), message: try row.text(4))
        }
        let next = try rows.last.map { row throws(PostgresError) in
          RefusalPlace(step: try row.integer(5), row: try row.text(6))
        }
        return (refusals, next)
      }
    }
  }

  func compare(with counts: [PgSTACDatabase.Count]) async throws -> [CountComparison] {
    var comparisons: [CountComparison] = []
    let key = key
    for count in counts {
      let (here, refused) = try await translating {
        try await self.pool.withSession { session throws(PostgresError) in
          let rows = try session.query(
            """
            SELECT (SELECT count(*) FROM gnomon.items i JOIN gnomon.collections c ON c.key = i.collection_key \
            WHERE c.id = \(count.collection)), (SELECT count(DISTINCT id) FROM gnomon.load_refusals \
            WHERE load = \(key) AND collection = \(count.collection))
            """)
          return try rows.map { row throws(PostgresError) in (Int(try row.integer(0)), Int(try row.integer(1))) }.first
            ?? (0, 0)
        }
      }
      comparisons.append(
        CountComparison(collection: count.collection, there: count.items, here: here, refused: refused))
    }
    return comparisons
  }

  /// Errors of the database as a load tells them apart.
  private func translating<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch let error as PostgresError {
      if error.isConnectionLoss { throw TargetAway(reason: error.description) }
      throw CommandFailure("the database failed: \(error.description): \(error.message)")
    } catch let error as StoreError {
      switch error {
      case .notFound(let name): throw DestinationRefusal(reason: "there is no \(name); load it first", missing: name)
      case .conflict(let name): throw DestinationRefusal(reason: "\(name) is in the way")
      case .parameter(let error): throw DestinationRefusal(reason: error.message)
      case .unavailable(let reason): throw TargetAway(reason: reason)
      default: throw CommandFailure(error.description)
      }
    }
  }
}
