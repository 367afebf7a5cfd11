import Foundation
import Hummingbird
import Logging
import Postgres
import StacAPI
import StacModel
import StacStore
import TestSupport

/// The real application on a port of this machine, over a database of its own.
struct LiveServer: Sendable {
  let client: WireClient
  let store: PostgresCatalogStore
  let dataDirectory: String

  /// Runs a server as long as the body runs.
  static func run(
    predictions: (any PredictionService)? = nil, readiness: Readiness = .ready,
    _ body: @escaping (LiveServer) async throws -> Void
  ) async throws {
    try await Setup(change: { _ in }, predictions: predictions, readiness: readiness).run(body)
  }

  /// A server that refuses filters over properties that nothing knows.
  static var strict: Setup { Setup(change: { _ in }, allowsOtherProperties: false) }

  /// A server with other settings.
  static func configured(_ change: @escaping (inout APIConfiguration) -> Void) -> Setup { Setup(change: change) }
}

/// How a server differs from the usual one.
struct Setup {
  let change: (inout APIConfiguration) -> Void
  var predictions: (any PredictionService)?
  var readiness = Readiness.ready
  var allowsOtherProperties = true

  /// Runs the server as long as the body runs.
  func run(_ body: @escaping (LiveServer) async throws -> Void) async throws {
    let readiness = readiness
    let url = try await TestCluster.shared.database(from: "api") { url in
      let pool = PostgresPool(connectionURL: url, size: 1)
      _ = try await CatalogDatabase.migrate(pool)
      await pool.shutdown()
    }
    let pool = PostgresPool(connectionURL: url, size: 4)
    let store = try await PostgresCatalogStore(
      pool: pool, countLimit: 100_000, allowsOtherProperties: allowsOtherProperties)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gnomon-api-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var configuration = APIConfiguration(port: 0, dataDirectory: folder, version: "test")
    change(&configuration)
    let (ports, continuation) = AsyncStream<Int>.makeStream()
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let application = buildApplication(
      configuration: configuration,
      services: APIServices(store: store, predictions: predictions, readiness: { readiness }), logger: logger
    ) { channel in continuation.yield(channel.localAddress?.port ?? 0) }
    let running = Task { try await application.runService(gracefulShutdownSignals: []) }
    let outcome: Result<Void, any Error>
    do {
      var iterator = ports.makeAsyncIterator()
      let port = await iterator.next() ?? 0
      try await body(LiveServer(client: WireClient(port: port), store: store, dataDirectory: folder))
      outcome = .success(())
    } catch {
      outcome = .failure(error)
    }
    running.cancel()
    _ = await running.result
    await pool.shutdown()
    try outcome.get()
  }
}

/// Documents that the tests store.
enum Documents {
  static func collection(_ id: String, title: String = "A collection") -> JSONValue {
    [
      "type": "Collection", "stac_version": "1.1.0", "id": .string(id), "title": .string(title),
      "description": "For tests", "license": "CC0-1.0",
      "extent": [
        "spatial": ["bbox": [[-180, -90, 180, 90]]], "temporal": ["interval": [["2020-01-01T00:00:00Z", nil]]],
      ],
      "links": [["rel": "license", "href": "https://example.org/license"]],
    ]
  }

  static func item(_ id: String, day: Int = 1, assets: JSONValue = [:]) -> JSONValue {
    [
      "type": "Feature", "stac_version": "1.1.0", "id": .string(id),
      "geometry": ["type": "Point", "coordinates": [10, 20]], "bbox": [10, 20, 10, 20],
      "properties": [
        "datetime": .string("2020-01-\(day < 10 ? "0" : "")\(day)T00:00:00Z"), "unknown:member": [1, nil],
      ],
      "links": [["rel": "derived_from", "href": "https://example.org/source"]], "assets": assets,
    ]
  }
}

extension JSONValue {
  /// The object with a member set.
  func with(_ name: String, _ value: JSONValue?) -> JSONValue {
    var object = self.object ?? [:]
    object[name] = value
    return .object(object)
  }
}
