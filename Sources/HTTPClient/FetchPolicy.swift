internal import InternetAddresses

/// What may be fetched from the network, and how much of it.
public struct FetchPolicy: Sendable {
  /// Which addresses a host's name may lead to.
  public enum AddressCheck: Sendable {
    /// Public addresses only; looked at for each connection, after the name was resolved.
    case publicOnly
    /// Any address: for hosts inside one's own network that the operator names.
    case any
  }

  /// Hosts, `name` for the scheme's own port or `name:port`; compared without case and trailing dot.
  public var allowedHosts: Set<String>
  /// Those of the hosts, written the same way, whose names may lead to any address: hosts inside one's own network.
  public var privateHosts: Set<String> = []
  /// Which addresses may be connected to.
  public var addressCheck: AddressCheck
  /// The largest file, in bytes.
  public var maximumBytes: Int64
  /// Seconds for one connection to be made.
  public var connectSeconds: Int
  /// Seconds for one hop in all.
  public var totalSeconds: Int
  /// Seconds during which fewer than 1,000 bytes a second may arrive.
  public var slowSeconds: Int
  /// Redirects that are followed.
  public var maximumRedirects: Int
  /// Whether proxies of the environment are used: for hosts that the operator names, since they resolve names themselves.
  public var usesProxies = false

  /// A policy; as it stands nothing is allowed.
  public init(
    allowedHosts: Set<String> = [], addressCheck: AddressCheck = .publicOnly, maximumBytes: Int64 = 4 << 30,
    connectSeconds: Int = 10, totalSeconds: Int = 600, slowSeconds: Int = 30, maximumRedirects: Int = 5
  ) {
    self.allowedHosts = allowedHosts
    self.addressCheck = addressCheck
    self.maximumBytes = maximumBytes
    self.connectSeconds = connectSeconds
    self.totalSeconds = totalSeconds
    self.slowSeconds = slowSeconds
    self.maximumRedirects = maximumRedirects
  }

  /// Throws where a URL may not be fetched, before any name is resolved.
  public func check(_ url: String) throws(FetchError) {
    try check(RemoteURL(url))
  }

  func check(_ url: RemoteURL) throws(FetchError) {
    let bracketed = url.host.contains(":") ? "[\(url.host)]" : url.host
    guard allowedHosts.contains(where: { Self.matches($0, url) }) else {
      throw .hostNotAllowed(url.hasDefaultPort ? url.host : "\(bracketed):\(url.port)")
    }
    if addressCheck(for: url) == .publicOnly, let literal = IPAddress(url.host), !literal.isPublic {
      throw .addressNotAllowed(host: url.host)
    }
  }

  /// The policy as it holds for the host of a URL: whether the host may lead to any address is said by ``addressCheck``.
  public func narrowed(to url: String) throws(FetchError) -> FetchPolicy { narrowed(to: try RemoteURL(url)) }

  func narrowed(to url: RemoteURL) -> FetchPolicy {
    var policy = self
    policy.addressCheck = addressCheck(for: url)
    return policy
  }

  private func addressCheck(for url: RemoteURL) -> AddressCheck {
    privateHosts.contains { Self.matches($0, url) } ? .any : addressCheck
  }

  private static func matches(_ entry: String, _ url: RemoteURL) -> Bool {
    guard let allowed = try? RemoteURL("\(url.scheme)://\(entry)/") else { return false }
    return allowed.host == url.host && allowed.port == url.port
  }
}
