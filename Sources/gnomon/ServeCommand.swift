import ArgumentParser
import Foundation
import Hummingbird
import Logging
import NIOCore
import Postgres
import StacAPI
import StacStore

/// `gnomon serve`: the server.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Answer requests until Ctrl-C.",
    discussion: """
      Without --database-url a private PostgreSQL is made under the data directory, and started and stopped with the \
      server. Writing and running models is for requests of this machine alone, unless --auth open is said; or for those \
      who show a key, once gnomon keys create has made one.

      EXAMPLES
        gnomon serve
        gnomon serve --host 0.0.0.0 --public-url https://example.org/stac --trusted-proxy 10.0.0.2
        gnomon serve --database-url postgresql://gnomon@db/gnomon --asset-root /data/imagery
        gnomon serve --database-url postgresql://gnomon@db/gnomon --read-database-url postgresql://gnomon@one,two/gnomon
      """)

  @OptionGroup var options: ServeOptions

  func run() async throws {
    let settings = try options.settings()
    guard let url = options.database.namedDatabaseURL else {
      let database = try await PrivateDatabase.start(dataDirectory: settings.api.dataDirectory, command: "serve")
      let outcome = await Result { try await serve(settings, connectionURL: database.connectionURL) }
      await database.stop(waitingForUsers: false)
      return try outcome.get()
    }
    try await serve(settings, connectionURL: url)
  }

  private func serve(_ settings: ServeSettings, connectionURL: String) async throws {
    let log = ServerLog()
    defer { log.flush() }
    var logger = Logger(label: "gnomon") { ServerLogHandler(label: $0, log: log) }
    logger.logLevel = settings.logLevel
    let slow = settings.api.slowRequests.map { [logger] in SlowStatements(limit: $0, logger: logger) }
    let catalog = try await OpenCatalog(
      connectionURL: connectionURL, sessions: 8, search: settings.search, observer: slow
    ) {
      try await Self.follow(settings.replicas, of: connectionURL, observer: slow, logger: logger)
    }
    let runs = ModelRunUpkeep(store: catalog.store, settings: settings.mlflow, logger: logger)
    let proofs = ModelProofs(
      store: catalog.store, proof: ModelProof(access: AssetAccess.server(settings, logger: logger)), logger: logger)
    let application = buildApplication(
      configuration: settings.api,
      services: Services.make(catalog: catalog, settings: settings, runs: runs, proofs: proofs, logger: logger),
      logger: logger
    ) { channel in
      Banner.print(host: settings.api.host, port: channel.localAddress?.port ?? settings.api.port)
    }
    let reading = Task { await catalog.store.readAhead() }
    let upkeep = StatisticsUpkeep.start(pool: catalog.pool, logger: logger)
    let asking = runs.start()
    let proving = ProofUpkeep(proofs: proofs).start()
    let aliases = AliasUpkeep.start(
      store: catalog.store, mirror: MLflowAliases(servers: settings.mlflow.servers), logger: logger)
    let outcome = await Result { try await application.runService() }
    reading.cancel()
    upkeep.cancel()
    asking?.cancel()
    proving.cancel()
    aliases.cancel()
    await asking?.value
    await proving.value
    await aliases.value
    await catalog.close()
    do {
      try outcome.get()
    } catch {
      throw CommandFailure("cannot serve on \(settings.api.host), port \(settings.api.port): \(Self.reason(error))")
    }
  }

  /// Begins to follow the replicas, where there are any; the log says which of them reads go to.
  private static func follow(
    _ choice: ReplicaChoice?, of primaryURL: String, observer: SlowStatements?, logger: Logger
  ) async throws -> ReadReplicas? {
    guard let choice else { return nil }
    let settings = ReplicaSettings(maximumLag: choice.maximumLag, observer: observer)
    return try await ReadReplicas.follow(choice.connectionURL, primaryURL: primaryURL, settings: settings) { report in
      let metadata: Logger.Metadata = ["replica": .string(report.address)]
      if report.isServing { return logger.notice("reads go to the replica", metadata: metadata) }
      logger.warning(
        "reads do not go to the replica",
        metadata: metadata.merging(["reason": .string(report.reason ?? "none given")]) { $1 })
    }
  }

  /// What the system says, without the names of functions.
  private static func reason(_ error: any Error) -> String {
    guard let error = error as? IOError else { return "\(error)" }
    return unsafe String(cString: strerror(error.errnoCode))
  }
}

/// What the server says when it is ready: where it is, and three things to try.
private enum Banner {
  static func print(host: String, port: Int) {
    let name = host.contains(":") ? "[\(host)]" : host == "0.0.0.0" ? "127.0.0.1" : host
    let url = "http://\(name):\(port)"
    Progress.write(
      """

      gnomon \(Version.current) answers on \(url)   (Ctrl-C stops it)

      Try:
        curl -s '\(url)/search?limit=3'
        curl -s '\(url)/processes'
        curl -s -X POST '\(url)/processes/models:amazon-land-cover/execution' -H 'Content-Type: application/json' \\
          -d '{"inputs": {"items": [{"collection": "sentinel-2-amazon", "id": "s2-amazon"}]}}'


      """)
  }
}

extension Result where Failure == any Error {
  /// What an asynchronous body gives or throws.
  init(_ body: () async throws -> Success) async {
    do {
      self = .success(try await body())
    } catch {
      self = .failure(error)
    }
  }
}
