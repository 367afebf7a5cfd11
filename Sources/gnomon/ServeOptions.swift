import ArgumentParser
import Foundation
import InternetAddresses
import Logging
import StacAPI

/// The settings of `gnomon serve`: options first, then the environment, then defaults; docs/configuration.md lists them.
struct ServeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Address to listen on (GNOMON_HOST; default 127.0.0.1).", valueName: "address"))
  var host: String?

  @Option(help: ArgumentHelp("Port to listen on, 0 for a free one (GNOMON_PORT; default 8080).", valueName: "port"))
  var port: Int?

  @OptionGroup var database: DatabaseOptions

  @OptionGroup var replicas: ReplicaOptions

  @Option(
    help: ArgumentHelp(
      "Who may write and run models while there is no key: loopback, this machine alone, or open, everybody (GNOMON_AUTH).",
      valueName: "mode"))
  var auth: String?

  @Option(
    help: ArgumentHelp(
      "Who may read: everybody, or whoever shows a key (GNOMON_READS; default everybody).", valueName: "mode"))
  var reads: String?

  @Flag(
    help: "Whoever approves a model must be another than who proposed it (GNOMON_FOUR_EYES).")
  var fourEyes = false

  @Option(
    help: ArgumentHelp(
      "Folder whose files may be read as assets; repeatable (GNOMON_ASSET_ROOT).", valueName: "folder"))
  var assetRoot: [String] = []

  @Option(
    help: ArgumentHelp("Host that assets may be fetched from; repeatable (GNOMON_ALLOW_HOST).", valueName: "host"))
  var allowHost: [String] = []

  @OptionGroup var artifacts: ArtifactOptions

  @Option(help: ArgumentHelp("Address that links are made with (GNOMON_PUBLIC_URL).", valueName: "https://…"))
  var publicURL: String?

  @Option(
    help: ArgumentHelp(
      "Proxy whose forwarding headers decide the links; repeatable (GNOMON_TRUSTED_PROXY).", valueName: "address"))
  var trustedProxy: [String] = []

  @OptionGroup var mlflow: MLflowOptions

  @OptionGroup var search: SearchOptions

  @Option(
    help: ArgumentHelp(
      "How long a request or a statement may take before the log names it; 0 never does (GNOMON_SLOW_QUERY_LOG; default "
        + "1s).", valueName: "duration"))
  var slowQueryLog: String?

  @Option(help: ArgumentHelp("How much is logged (GNOMON_LOG_LEVEL; default info).", valueName: "level"))
  var logLevel: String?

  /// The settings, or the first that cannot be understood.
  func settings() throws -> ServeSettings {
    let allowedHosts = Set(allowHost.isEmpty ? Environment.list("GNOMON_ALLOW_HOST") : allowHost)
    let artifacts = try artifacts.settings(allowedHosts: allowedHosts)
    return ServeSettings(
      api: APIConfiguration(
        host: host ?? Environment.value("GNOMON_HOST") ?? "127.0.0.1", port: try resolvedPort(),
        publicURL: try resolvedPublicURL(), trustedProxies: try resolvedProxies(), authorization: try resolvedMode(),
        reads: try resolvedReads(), machineUser: Machine.user,
        dataDirectory: database.dataDirectory, assetRoots: try resolvedRoots(), slowRequests: try resolvedSlowness(),
        version: Version.current),
      allowedHosts: allowedHosts, mlflow: try mlflow.settings(policy: artifacts.policy),
      fourEyes: try Environment.flag("GNOMON_FOUR_EYES", option: fourEyes),
      artifacts: artifacts,
      search: try search.settings(), replicas: try replicas.settings(), logLevel: try resolvedLogLevel())
  }

  private func resolvedPort() throws -> Int {
    guard port == nil else { return try checked(port) }
    guard let text = Environment.value("GNOMON_PORT") else { return 8080 }
    return try checked(Int(text))
  }

  private func checked(_ port: Int?) throws -> Int {
    guard let port, 0...65_535 ~= port else { throw CommandFailure("a port is a number from 0 to 65535") }
    return port
  }

  private func resolvedPublicURL() throws -> BaseURL? {
    guard let text = publicURL ?? Environment.value("GNOMON_PUBLIC_URL") else { return nil }
    guard let url = BaseURL(text) else {
      throw CommandFailure("--public-url needs an address such as https://example.org/stac, not '\(text)'")
    }
    return url
  }

  private func resolvedProxies() throws -> [AddressRange] {
    let texts = trustedProxy.isEmpty ? Environment.list("GNOMON_TRUSTED_PROXY") : trustedProxy
    return try texts.map { text in
      guard let range = AddressRange(text) else {
        throw CommandFailure("--trusted-proxy needs an address or a network such as 10.0.0.0/8, not '\(text)'")
      }
      return range
    }
  }

  private func resolvedMode() throws -> AuthorizationMode {
    guard let text = auth ?? Environment.value("GNOMON_AUTH") else { return .loopback }
    guard let mode = AuthorizationMode(rawValue: text) else {
      throw CommandFailure("--auth is loopback or open, not '\(text)'")
    }
    return mode
  }

  private func resolvedReads() throws -> ReadAuthorization {
    guard let text = reads ?? Environment.value("GNOMON_READS") else { return .everybody }
    guard let reads = ReadAuthorization(rawValue: text) else {
      throw CommandFailure("--reads is everybody or key, not '\(text)'")
    }
    return reads
  }

  private func resolvedRoots() throws -> [String] {
    try (assetRoot.isEmpty ? Environment.list("GNOMON_ASSET_ROOT") : assetRoot).map { text in
      let path = URL(fileURLWithPath: text).standardizedFileURL.path
      var isFolder: ObjCBool = false
      guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
        throw CommandFailure("--asset-root needs a folder; \(text) is none")
      }
      return path
    }
  }

  /// Nil for 0.
  private func resolvedSlowness() throws -> Duration? {
    let text = slowQueryLog ?? Environment.value("GNOMON_SLOW_QUERY_LOG") ?? "1s"
    if Int(text) == 0 { return nil }
    guard let duration = Duration(option: text) else {
      throw CommandFailure("--slow-query-log is a duration such as 250ms, 1s or 2min, or 0, not '\(text)'")
    }
    return duration == .zero ? nil : duration
  }

  private func resolvedLogLevel() throws -> Logger.Level {
    guard let text = logLevel ?? Environment.value("GNOMON_LOG_LEVEL") else { return .info }
    guard let level = Logger.Level(rawValue: text) else {
      throw CommandFailure(
        "--log-level is one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")), not '\(text)'")
    }
    return level
  }
}

/// The settings of the server as plain values.
struct ServeSettings: Sendable {
  let api: APIConfiguration
  /// Hosts that assets may be fetched from.
  let allowedHosts: Set<String>
  let mlflow: MLflowSettings
  /// Whether whoever approves a model must be another than who proposed it.
  let fourEyes: Bool
  /// How assets are fetched.
  let artifacts: ArtifactSettings
  let search: SearchSettings
  /// Where reads may go, nil for the database alone.
  let replicas: ReplicaChoice?
  let logLevel: Logger.Level
}
