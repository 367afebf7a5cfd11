import Postgres
import StacModel

extension PostgresCatalogStore: ModelRunStore {
  public func modelRun(collection: String, id: String) async throws(StoreError) -> ModelRun? {
    try await read { session throws(PostgresError) in
      try session.query(
        """
        SELECT \(ModelRun.columns) FROM gnomon.mlflow_runs r \
        JOIN gnomon.collections c ON c.key = r.collection_key \
        JOIN gnomon.items i ON i.collection_key = r.collection_key AND i.id = r.id AND i.updated_at = r.item_updated_at \
        WHERE c.id = \(collection) AND r.id = \(id) AND i.is_model
        """, plan: .generic
      ).first.map { row throws(PostgresError) in try ModelRun(row) }
    }
  }

  public func findModelRuns(limit: Int) async throws(StoreError) -> Int {
    try await noteWithoutWriting { session throws(PostgresError) in
      _ = try session.query(
        """
        DELETE FROM gnomon.mlflow_runs r WHERE NOT EXISTS (SELECT FROM gnomon.items i \
        WHERE i.collection_key = r.collection_key AND i.id = r.id AND i.is_model)
        """)
      // What the item said before is not what it says now: it is asked for anew. What is known is kept until then, since it
      // may be of the same run.
      let rows = try session.query(
        """
        INSERT INTO gnomon.mlflow_runs AS r (collection_key, id, item_updated_at, state) \
        SELECT i.collection_key, i.id, i.updated_at, 'waiting' FROM gnomon.items i \
        LEFT JOIN gnomon.mlflow_runs r ON r.collection_key = i.collection_key AND r.id = i.id \
        WHERE i.is_model AND r.item_updated_at IS DISTINCT FROM i.updated_at \
        ORDER BY i.collection_key, i.id LIMIT \(limit) \
        ON CONFLICT (collection_key, id) DO UPDATE SET item_updated_at = excluded.item_updated_at, state = 'waiting', \
        reasons = '[]', checked_at = NULL, due_at = now(), failures = 0 RETURNING 1
        """)
      return rows.count
    }
  }

  public func takeDueModelRuns(limit: Int) async throws(StoreError) -> [DueModelRun] {
    try await taken(
      """
      UPDATE gnomon.mlflow_runs r SET due_at = now() + interval '3 minutes' FROM (\
      SELECT d.collection_key, d.id FROM gnomon.mlflow_runs d WHERE d.due_at <= now() AND d.state <> 'unlinked' \
      ORDER BY d.due_at LIMIT \(limit) FOR UPDATE SKIP LOCKED) due \
      WHERE r.collection_key = due.collection_key AND r.id = due.id RETURNING r.*
      """)
  }

  public func takeModelRun(collection: String, id: String) async throws(StoreError) -> DueModelRun? {
    try await taken(
      """
      INSERT INTO gnomon.mlflow_runs AS r (collection_key, id, item_updated_at, state, due_at) \
      SELECT i.collection_key, i.id, i.updated_at, 'waiting', now() + interval '3 minutes' FROM gnomon.items i \
      WHERE i.collection_key = (SELECT c.key FROM gnomon.collections c WHERE c.id = \(collection)) AND i.id = \(id) \
      AND i.is_model ON CONFLICT (collection_key, id) DO UPDATE SET due_at = excluded.due_at, \
      item_updated_at = excluded.item_updated_at, \
      state = CASE WHEN \(Self.isSameItem) THEN r.state ELSE 'waiting' END, \
      reasons = CASE WHEN \(Self.isSameItem) THEN r.reasons ELSE '[]' END, \
      checked_at = CASE WHEN \(Self.isSameItem) THEN r.checked_at END RETURNING r.*
      """
    ).first
  }

  private static let isSameItem: SQL = "r.item_updated_at = excluded.item_updated_at"

  /// Runs a statement that takes rows, and reads the items that they are of.
  private func taken(_ statement: SQL) async throws(StoreError) -> [DueModelRun] {
    try await noteWithoutWriting { [memory] session throws(PostgresError) in
      let rows = try session.query(
        """
        WITH r AS (\(statement)) SELECT \(FoundItem.columns), i.updated_at, r.failures, r.collection_key FROM r \
        JOIN gnomon.items i ON i.collection_key = r.collection_key AND i.id = r.id
        """)
      let own = FoundItem.columnCount
      var due: [DueModelRun] = []
      for row in rows {
        guard let document = try FoundItem(row).document(memory, on: session) else { continue }
        due.append(
          DueModelRun(
            key: ModelRunKey(collection: try row.integer(own + 2), id: document.id), document: document,
            itemTime: try row.timestamp(own), failures: Int(try row.integer(own + 1)),
            link: (try? Item(JSONText(document.document.bytes)))?.runLinkDigest))
      }
      return due
    }
  }

  public func note(_ note: ModelRunNote, for due: DueModelRun) async throws(StoreError) {
    let run = note.run.map { SQL.Bind.json(JSONSerializer.text(.object($0))) }
    let declared = note.declared.map { SQL.Bind.json(JSONSerializer.text(.object($0))) }
    let reasons = SQL.Bind.json(JSONSerializer.text(.array(note.reasons.map(JSONValue.string))))
    let names = note.run?.derivedNames ?? []
    // Where MLflow does not answer, what it said last holds, but of the same run alone.
    let identity = SQL.Bind.json(JSONSerializer.text(.object(note.declared?.ofRun ?? [:])))
    let keeps: SQL = "(\(note.keepsRun) AND r.declared - ARRAY['metrics', 'experiment_id', 'alias'] = \(identity))"
    try await noteWithoutWriting { session throws(PostgresError) in
      _ = try session.query(
        """
        WITH noted AS (UPDATE gnomon.mlflow_runs r SET declared = \(declared ?? .null), state = \(note.state), \
        reasons = \(reasons), run = CASE WHEN \(keeps) THEN r.run ELSE \(run ?? .null) END, \
        fetched_at = CASE WHEN \(note.isAnswered) THEN now() WHEN \(keeps) THEN r.fetched_at END, checked_at = now(), \
        due_at = now() + make_interval(secs => \(Double(note.secondsUntilDue))), failures = \(note.failures)::int4, \
        link = \(due.link.map { SQL.Bind.bytes($0) } ?? .null) \
        WHERE r.collection_key = \(due.key.collection)::int4 AND r.id = \(due.key.id) \
        AND r.item_updated_at = \(SQL.Bind.timestamp(microseconds: due.itemTime)) RETURNING r.collection_key) \
        INSERT INTO gnomon.mlflow_names SELECT noted.collection_key, name FROM noted, unnest(\(texts: names)) name \
        ON CONFLICT DO NOTHING
        """)
    }
  }

  public func modelRunCounts() async throws(StoreError) -> [ModelRunCount] {
    try await read { session throws(PostgresError) in
      try session.query(
        """
        SELECT r.state, count(*) FROM gnomon.mlflow_runs r JOIN gnomon.items i ON i.collection_key = r.collection_key \
        AND i.id = r.id WHERE r.state <> 'unlinked' AND i.is_model GROUP BY r.state ORDER BY r.state
        """
      ).map { row throws(PostgresError) in ModelRunCount(state: try row.text(0), count: Int(try row.integer(1))) }
    }
  }

  public func modelRuns(
    inStates states: [String], limit: Int?
  ) async throws(StoreError) -> DoubtfulModels<ModelRun> {
    try await read { session throws(PostgresError) in
      let rows = try session.query(
        """
        SELECT \(ModelRun.columns), count(*) OVER () FROM gnomon.mlflow_runs r \
        JOIN gnomon.collections c ON c.key = r.collection_key \
        JOIN gnomon.items i ON i.collection_key = r.collection_key AND i.id = r.id \
        WHERE r.state = ANY(\(texts: states)) AND i.is_model ORDER BY c.id, r.id \
        LIMIT \(limit ?? Int(Int32.max))
        """)
      let count = try rows.first.map { row throws(PostgresError) in try row.integer(ModelRun.columnCount) }
      return DoubtfulModels(
        named: try rows.map { row throws(PostgresError) in try ModelRun(row) }, count: Int(count ?? 0))
    }
  }

  /// Runs a body that changes what is kept beside items: on the primary; no document is another than before.
  private func noteWithoutWriting<Result: Sendable>(
    _ body: @Sendable (isolated PostgresSession) throws(PostgresError) -> Result
  ) async throws(StoreError) -> Result {
    let result = try await perform(body)
    replicas?.noteWrite(isCommitted: true)
    return result
  }
}

extension ModelRun {
  static let columns: SQL =
    "c.id, r.id, r.declared::text, r.state, r.reasons::text, r.run::text, r.fetched_at, r.checked_at"
  static let columnCount: Int = 8

  init(_ row: Row) throws(PostgresError) {
    func json(_ column: Int) throws(PostgresError) -> JSONValue? {
      row.isNull(column) ? nil : try? JSONParser.parse(try row.text(column))
    }
    func time(_ column: Int) throws(PostgresError) -> Timestamp? {
      row.isNull(column) ? nil : Timestamp(microseconds: try row.timestamp(column))
    }
    // What was declared and fetched before the item changed may be of another run.
    let state = try row.text(3)
    let isKnown = state != "waiting"
    self.init(
      collection: try row.text(0), id: try row.text(1), declared: isKnown ? try json(2)?.object : nil, state: state,
      reasons: try json(4)?.array?.compactMap(\.string) ?? [], run: isKnown ? try json(5)?.object : nil,
      fetchedAt: isKnown ? try time(6) : nil, checkedAt: try time(7))
  }
}

extension ModelRunNote {
  /// Whether MLflow told nothing, which says nothing of the run.
  fileprivate var keepsRun: Bool { run == nil && (state == "unreachable" || state == "refused") }
}

extension JSONObject {
  /// Which run an item declares: the server, the run, the registered model and its version.
  fileprivate var ofRun: JSONObject {
    JSONObject(members.filter { !["metrics", "experiment_id", "alias"].contains($0.name) })
  }

  /// The names under which filters find what a run has; what is too long for an index is found, but not listed.
  fileprivate var derivedNames: [String] {
    ["metrics", "params", "tags"].flatMap { kind in
      (self[kind]?.object?.names ?? []).filter { $0.utf8.count <= 500 }.map { "mlflow:\(kind).\($0)" }
    }
  }
}
