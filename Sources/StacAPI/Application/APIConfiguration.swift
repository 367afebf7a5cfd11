public import InternetAddresses

/// Who may write to the catalog and run models while there is no key.
public enum AuthorizationMode: String, Sendable, Hashable {
  /// Only requests that come over loopback, without a proxy between and not from a foreign web page.
  case loopback
  /// Everybody.
  case open
}

/// What the HTTP interface needs to know; a plain value that the edge reads once.
public struct APIConfiguration: Sendable {
  /// The address the server listens on.
  public var host: String
  /// The port; 0 lets the system choose one.
  public var port: Int
  /// The URL of the landing page as clients see it, without a slash at its end; nil derives it from each request.
  public var publicURL: BaseURL?
  /// Peers whose forwarding headers decide the links.
  public var trustedProxies: [AddressRange]
  /// Who may write and run models while there is no key.
  public var authorization: AuthorizationMode
  public var reads: ReadAuthorization
  /// The name by which is remembered what programs of this machine do without a key.
  public var machineUser: String
  /// Absolute path of the folder whose `assets` folder holds the files that predictions publish.
  public var dataDirectory: String
  /// Absolute paths of further folders whose files may be read and served.
  public var assetRoots: [String]
  public var limits: RequestLimits
  /// How long a request may take before the log says so; nil never says it.
  public var slowRequests: Duration?
  /// The program's version, as the API description and results name it.
  public var version: String

  public init(
    host: String = "127.0.0.1", port: Int = 8080, publicURL: BaseURL? = nil, trustedProxies: [AddressRange] = [],
    authorization: AuthorizationMode = .loopback, reads: ReadAuthorization = .everybody,
    machineUser: String = "local user", dataDirectory: String, assetRoots: [String] = [],
    limits: RequestLimits = RequestLimits(), slowRequests: Duration? = nil, version: String
  ) {
    self.host = host
    self.port = port
    self.publicURL = publicURL
    self.trustedProxies = trustedProxies
    self.authorization = authorization
    self.reads = reads
    self.machineUser = machineUser
    self.dataDirectory = dataDirectory
    self.assetRoots = assetRoots
    self.limits = limits
    self.slowRequests = slowRequests
    self.version = version
  }
}

/// What a request may cost before it is refused.
public struct RequestLimits: Sendable {
  /// Bytes of a body that carries documents, after decompression.
  public var documentBody: Int
  /// Bytes of a body that asks for a search or a prediction, after decompression.
  public var queryBody: Int
  /// Bytes of the request target.
  public var target: Int
  /// Bytes of all header fields together.
  public var headers: Int
  /// How long a body may take to arrive.
  public var bodyTimeout: Duration
  /// How long a connection may be silent while a request is awaited or read.
  public var idleTimeout: Duration

  public init(
    documentBody: Int = 50 << 20, queryBody: Int = 1 << 20, target: Int = 32 << 10, headers: Int = 48 << 10,
    bodyTimeout: Duration = .seconds(120), idleTimeout: Duration = .seconds(60)
  ) {
    self.documentBody = documentBody
    self.queryBody = queryBody
    self.target = target
    self.headers = headers
    self.bodyTimeout = bodyTimeout
    self.idleTimeout = idleTimeout
  }
}
