public import HTTPClient

/// The tracking servers that may be asked.
///
/// Those that the operator names are reached at whatever address and are told the credentials. Every other one, which a
/// document names, must be a host of the fetch policy with a public address, and is told nothing.
public struct MLflowServers: Sendable {
  /// The servers that the operator names; what names no server is looked for on one after the other.
  public let named: [TrackingServer]
  private let credentials: MLflowCredentials?
  private let policy: FetchPolicy
  private let seconds: Int

  /// - Parameters:
  ///   - policy: which other hosts documents may name.
  ///   - seconds: how long one answer may take.
  public init(
    named: [TrackingServer] = [], credentials: MLflowCredentials? = nil, policy: FetchPolicy = FetchPolicy(),
    seconds: Int = 15
  ) {
    self.named = named
    self.credentials = credentials
    self.policy = policy
    self.seconds = seconds
  }

  /// The largest answer about runs and models, in bytes.
  static let mostAnswered: Int64 = 16 << 20

  /// A client of a server.
  ///
  /// - Parameters:
  ///   - server: the one that a document names; nil for the first that the operator names.
  ///   - maximumBytes: the largest answer; a file of a model that is read whole needs more than what is said of it.
  /// - Throws: ``MLflowError/notAllowed(_:)``, or ``MLflowError/unusable(_:)`` where no server is named at all.
  public func client(
    of server: TrackingServer?, maximumBytes: Int64? = nil, seconds: Int? = nil
  ) throws(MLflowError) -> MLflowClient {
    guard let server = server ?? named.first else {
      throw .unusable("no MLflow tracking server is named: neither by the document nor by --mlflow-tracking-uri")
    }
    let limit = maximumBytes ?? Self.mostAnswered
    let time = seconds ?? self.seconds
    if named.contains(server) {
      return MLflowClient(
        server: server, credentials: credentials,
        http: HTTPClient(connectSeconds: min(time, 5), totalSeconds: time, maximumBytes: limit))
    }
    var policy = try documentPolicy(for: server)
    policy.maximumBytes = limit
    policy.connectSeconds = min(time, 5)
    policy.totalSeconds = time
    return MLflowClient(server: server, credentials: nil, http: HTTPClient(policy: policy))
  }

  /// A file behind the artifact proxy of a server: what `mlflow-artifacts:/{path}` names.
  ///
  /// - Parameter server: nil for the first that the operator names.
  /// - Throws: ``MLflowError/unusable(_:)`` where no server is named, or the path has parts that lead elsewhere;
  ///   ``MLflowError/notAllowed(_:)``.
  public func file(ofProxiedArtifact path: String, at server: TrackingServer?) throws(MLflowError) -> MLflowFile {
    let server = try client(of: server).server
    let url = server.url + (try MLflowClient.proxyPath(of: path))
    guard named.contains(server) else {
      return MLflowFile(url: url, headers: [:], policy: try documentPolicy(for: server))
    }
    var policy = FetchPolicy(allowedHosts: [server.authority], addressCheck: .any, maximumRedirects: 0)
    policy.usesProxies = true
    return MLflowFile(url: url, headers: credentials.map { ["Authorization": $0.header] } ?? [:], policy: policy)
  }

  /// How a server is reached that only a document names.
  private func documentPolicy(for server: TrackingServer) throws(MLflowError) -> FetchPolicy {
    do throws(FetchError) {
      try policy.check(server.url)
      var policy = try self.policy.narrowed(to: server.url)
      policy.maximumRedirects = 0
      return policy
    } catch {
      throw .notAllowed(error)
    }
  }

  /// The server of the operator that has a host and port.
  public func server(at authority: String) throws(MLflowError) -> TrackingServer {
    guard let server = named.first(where: { $0.authority == authority }) else {
      throw .unusable("no server of --mlflow-tracking-uri is at '\(authority.prefix(100))'")
    }
    return server
  }
}

/// A file that a tracking server hands out, and how it is asked for.
public struct MLflowFile: Sendable {
  public let url: String
  /// What the server is told of who asks; for it alone.
  public let headers: [String: String]
  /// Which hosts it may be fetched from: its server alone, which may be at any address where the operator names it.
  public let policy: FetchPolicy
}
