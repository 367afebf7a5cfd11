public import HTTPClient

/// The tracking servers that may be asked.
///
/// Those that the operator names are reached at whatever address and are told the credentials. Every other one, which a
/// document names, must be a host of the fetch policy with a public address, and is told nothing.
public struct MLflowServers: Sendable {
  /// The servers that the operator names; what names no server is looked for on the first.
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
    var policy = policy
    policy.maximumBytes = limit
    policy.connectSeconds = min(time, 5)
    policy.totalSeconds = time
    do throws(FetchError) {
      try policy.check(server.url)
      policy = try policy.narrowed(to: server.url)
    } catch {
      throw .notAllowed(error)
    }
    return MLflowClient(server: server, credentials: nil, http: HTTPClient(policy: policy))
  }

  /// A file behind the artifact proxy of the first server that the operator names: what `mlflow-artifacts:/{path}` names.
  ///
  /// - Throws: ``MLflowError/unusable(_:)`` where no server is named, or the path has parts that lead elsewhere.
  public func file(ofProxiedArtifact path: String) throws(MLflowError) -> MLflowFile {
    let server = try client(of: nil).server
    return MLflowFile(
      url: server.url + (try MLflowClient.proxyPath(of: path)), host: server.authority,
      headers: credentials.map { ["Authorization": $0.header] } ?? [:])
  }
}

/// A file that a tracking server hands out, and how it is asked for.
public struct MLflowFile: Sendable {
  public let url: String
  /// The server's host, with its port where that is not the scheme's own.
  public let host: String
  /// What the server is told of who asks; for it alone.
  public let headers: [String: String]
}
