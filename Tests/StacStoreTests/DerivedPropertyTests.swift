import CQL2
import Postgres
import StacModel
import StacSearch
import StacStore
import TestSupport
import Testing

/// Properties that no document holds: what is kept beside models, found by filters, orders and aggregations.
@Suite(.ownDatabases) struct DerivedPropertyTests {
  private static func model(_ id: String, properties: String = "") throws -> Item {
    try Item(
      JSONParser.parse(
        """
        {"type":"Feature","stac_version":"1.1.0","id":"\(id)","geometry":null,"collection":"a","links":[],"assets":{},\
        "stac_extensions":["https://stac-extensions.github.io/mlm/v1.5.2/schema.json"],\
        "properties":{"datetime":"2020-01-01T00:00:00Z"\(properties)}}
        """))
  }

  /// Three models, of which two have runs, and an image.
  private static func catalog() async throws -> CatalogFixture {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a", "b")
    try await catalog.store.insert(
      [
        model("good"), model("poor"), model("bare", properties: #","mlflow:metrics":{"accuracy":0.7}"#),
        CatalogFixture.item("image", properties: #"{"datetime":"2021-01-01T00:00:00Z","mlflow:status":"FAILED"}"#),
      ], into: "a")
    try await catalog.note(
      "good", "ok", #"{"status":"FINISHED","metrics":{"accuracy":0.95},"params":{"max_depth":"6"},"tags":{"team":"x"}}"#
    )
    try await catalog.note("poor", "drifted", #"{"status":"FAILED","metrics":{"accuracy":0.5},"params":{},"tags":{}}"#)
    return catalog
  }

  @Test func `A filter, the query extension and a parameter find models by what their runs say`() async throws {
    let catalog = try await Self.catalog()
    func find(_ filter: String) async throws -> Set<String> {
      Set(try await catalog.find(SearchRequest(filter: Filter(text: filter))))
    }
    #expect(try await find("mlflow:metrics.accuracy > 0.9") == ["a/good"])
    #expect(try await find("mlflow:metrics.accuracy > 0.6") == ["a/good", "a/bare"])
    #expect(try await find("NOT (mlflow:metrics.accuracy > 0.6)") == ["a/poor"])
    #expect(try await find("mlflow:metrics.accuracy BETWEEN 0.4 AND 0.8") == ["a/poor", "a/bare"])
    #expect(try await find("mlflow:params.max_depth = '6'") == ["a/good"])
    #expect(try await find("mlflow:tags.team LIKE 'x%'") == ["a/good"])
    #expect(try await find("mlflow:state IN ('drifted', 'missing')") == ["a/poor"])
    #expect(try await find("mlflow:status = 'FAILED'") == ["a/poor"])
    #expect(try await find("mlflow:status IS NULL") == ["a/bare", "a/image"])
    #expect(try await find("mlflow:fetched >= TIMESTAMP('2020-01-01T00:00:00Z')") == ["a/good", "a/poor"])
    #expect(try await find("mlflow:metrics.none > 0") == [])
    #expect(try await find("mlflow:metrics.accuracy > 0.9 OR id = 'image'") == ["a/good", "a/image"])
    #expect(throws: CQL2SyntaxError.self) {
      try Filter(text: "mlflow:metrics.accuracy = 'high'").check(
        properties: Queryables.ofItems(found: [:], allowsOthers: true))
    }
    let query = try SearchRequest(body: JSONParser.parse(#"{"query":{"mlflow:metrics.accuracy":{"gt":"0.9"}}}"#))
    #expect(try await catalog.find(query) == ["a/good"])
  }

  @Test func `What was fetched of a run is not told of an item that may name another by now`() async throws {
    let catalog = try await Self.catalog()
    func find(_ filter: String) async throws -> Set<String> {
      Set(try await catalog.find(SearchRequest(filter: Filter(text: filter))))
    }
    let linked = try Self.model("good", properties: #","mlflow:run_id":"other","mlflow:metrics":{"accuracy":0.8}"#)
    try await catalog.store.replace(linked, in: "a", expecting: nil)
    #expect(try await catalog.store.modelRun(collection: "a", id: "good") == nil)
    // Until it is looked at again, and until MLflow has answered; the item's own metrics count meanwhile.
    for _ in 0..<2 {
      #expect(try await find("mlflow:metrics.accuracy > 0.9") == [])
      #expect(try await find("mlflow:metrics.accuracy = 0.8") == ["a/good"])
      #expect(try await find("mlflow:status = 'FINISHED' OR mlflow:params.max_depth = '6'") == [])
      #expect(try await find("mlflow:state = 'ok'") == [])
      #expect(try await find("mlflow:fetched IS NULL AND mlflow:tags.team IS NULL AND id = 'good'") == ["a/good"])
      _ = try await catalog.store.findModelRuns(limit: 10)
    }
    #expect(try await find("mlflow:state = 'waiting'").contains("a/good"))
    await catalog.pool.shutdown()
  }

  @Test func `What was fetched of a run stays with an item that is edited and names the same run`() async throws {
    let catalog = try await CatalogFixture()
    try await catalog.add(collections: "a")
    func model(run: String, title: String, accuracy: String = "0.9") throws -> Item {
      try Self.model(
        "m", properties: #","mlflow:run_id":"\#(run)","title":"\#(title)","mlflow:metrics":{"accuracy":\#(accuracy)}"#)
    }
    func find(_ filter: String) async throws -> [String] {
      try await catalog.find(SearchRequest(filter: Filter(text: filter)))
    }
    try await catalog.store.insert([model(run: "1", title: "first")], into: "a")
    let due = try #require(try await catalog.store.takeModelRun(collection: "a", id: "m"))
    let note = ModelRunNote(
      declared: ["run_id": "1", "metrics": ["accuracy": .init(0.9)]], state: "ok", reasons: [],
      run: ["status": "FINISHED", "metrics": ["loss": .init(0.25)]], isAnswered: true, secondsUntilDue: 600, failures: 0
    )
    try await catalog.store.note(note, for: due)
    try await catalog.store.replace(model(run: "1", title: "second"), in: "a", expecting: nil)
    #expect(try await find("mlflow:metrics.loss = 0.25 AND title = 'second'") == ["a/m"])
    let kept = try #require(try await catalog.store.modelRun(collection: "a", id: "m"))
    #expect(kept.state == "ok" && kept.checkedAt != nil)
    #expect(try await catalog.store.takeDueModelRuns(limit: 10).isEmpty)
    // Other copied metrics may have drifted from the run's.
    try await catalog.store.upsert([model(run: "1", title: "third", accuracy: "0.8")])
    #expect(try await find("mlflow:metrics.loss = 0.25") == ["a/m"])
    #expect(try await catalog.store.modelRun(collection: "a", id: "m")?.checkedAt == nil)
    #expect(try await catalog.store.takeDueModelRuns(limit: 10).count == 1)
    try await catalog.store.replace(model(run: "2", title: "third"), in: "a", expecting: nil)
    #expect(try await find("mlflow:metrics.loss = 0.25").isEmpty)
    #expect(try await catalog.store.modelRun(collection: "a", id: "m") == nil)
    await catalog.pool.shutdown()
  }

  @Test func `Items are sorted by a metric, page by page, and counted`() async throws {
    let catalog = try await Self.catalog()
    var token: String?
    var found: [String] = []
    repeat {
      var request = try SearchRequest(query: [("sortby", "-mlflow:metrics.accuracy"), ("limit", "1")])
      request.token = token
      let page = try await catalog.store.search(request, counting: .exact)
      #expect(page.numberMatched == .exact(4))
      found += page.documents.map(\.id)
      token = page.next
    } while token != nil
    #expect(found == ["good", "bare", "poor", "image"])
  }

  @Test func `Queryables list the names that occur, where they occur`() async throws {
    let catalog = try await Self.catalog()
    let listed = try await catalog.store.queryables(collection: "a")
    let names = Set(listed.definitions.map(\.name))
    #expect(
      names.isSuperset(of: ["mlflow:state", "mlflow:status", "mlflow:metrics.accuracy", "mlflow:params.max_depth"]))
    #expect(listed["mlflow:metrics.accuracy"]?.type == .number)
    let others = try await catalog.store.queryables(collection: "b")
    #expect(!others.definitions.contains { $0.name.hasPrefix("mlflow:") })
    let all = try await catalog.store.queryables(collection: nil)
    #expect(all.definitions.contains { $0.name == "mlflow:metrics.accuracy" })
  }

  @Test func `A name never stands in SQL, and the index over models is what a comparison is found by`() async throws {
    let queryables = Queryables.ofItems(found: [:], allowsOthers: true)
    let request = SearchRequest(filter: try Filter(text: #""mlflow:metrics.a'b" > 0.9"#))
    let plan = try SearchPlan(request, strategy: .planned, token: nil, queryables: queryables)
    let rendered = plan.pages[0].rendered()
    #expect(!rendered.text.contains("a'b"))
    #expect(rendered.binds.contains(.text("a'b")))
    #expect(rendered.text.contains("i.is_model AND"))
    let plain = SearchRequest(filter: try Filter(text: "eo:cloud_cover > 9"))
    let other = try SearchPlan(plain, strategy: .planned, token: nil, queryables: queryables).pages[0].rendered().text
    #expect(!other.contains("i.is_model AND") && !other.contains("mlflow_runs"))
  }

  @Test func `No index is made over what is kept beside the models`() async throws {
    let catalog = try await Self.catalog()
    await #expect(throws: PropertyIndexes.Refusal.self) {
      _ = try await PropertyIndexes(pool: catalog.pool).add(
        "mlflow:metrics.accuracy", as: .number, declared: nil, report: { _ in })
    }
  }
}

extension CatalogFixture {
  /// Keeps what MLflow says of a model of the collection `a`.
  fileprivate func note(_ id: String, _ state: String, _ run: String) async throws {
    try await pool.withSession { session throws(PostgresError) in
      _ = try session.query(
        """
        WITH run AS (INSERT INTO gnomon.mlflow_runs (collection_key, id, item_updated_at, state, run, fetched_at) \
        SELECT i.collection_key, i.id, i.updated_at, \(state), \(SQL.Bind.json(run)), now() FROM gnomon.items i \
        WHERE i.id = \(id) RETURNING collection_key, run) \
        INSERT INTO gnomon.mlflow_names SELECT r.collection_key, 'mlflow:' || kind || '.' || name FROM run r, \
        unnest(ARRAY['metrics', 'params', 'tags']) kind, jsonb_object_keys(r.run -> kind) name ON CONFLICT DO NOTHING
        """)
    }
  }
}
