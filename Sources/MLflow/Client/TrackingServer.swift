internal import Foundation

/// An MLflow tracking server by its URL, in one spelling: lower-case scheme and host, no default port, no slash at the end.
public struct TrackingServer: Sendable, Hashable, CustomStringConvertible {
  /// `https://mlflow.example.org`, or with a path where the server lies below one.
  public let url: String

  /// Reads an http or https URL without user, query and fragment; nil for anything else.
  public init?(_ text: String) {
    guard text.utf8.count <= 2_000, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }),
      let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      scheme == "http" || scheme == "https", let host = parts.percentEncodedHost?.lowercased(), !host.isEmpty,
      parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
    else { return nil }
    let path = parts.percentEncodedPath.split(separator: "/")
    guard !path.contains(where: { [".", "..", "%2e", "%2e%2e"].contains($0.lowercased()) }) else { return nil }
    let port = parts.port.flatMap { $0 == (scheme == "https" ? 443 : 80) ? nil : ":\($0)" } ?? ""
    url = "\(scheme)://\(host)\(port)" + path.map { "/\($0)" }.joined()
  }

  public var description: String { url }

  /// Scheme, host and port of a URL, for messages.
  static func origin(of url: String) -> String {
    url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3).joined(separator: "/")
  }

  /// Host and port, this one only where it is not the scheme's own.
  var authority: String { String(url.split(separator: "/", maxSplits: 2).dropFirst().first ?? "") }

  /// The page of a run in the server's web interface.
  public func page(ofRun run: String, experiment: String) -> String { "\(url)/#/experiments/\(experiment)/runs/\(run)" }
}

/// What a tracking server is told of who asks.
public enum MLflowCredentials: Sendable, Hashable {
  /// `Authorization: Bearer`.
  case bearer(String)
  /// `Authorization: Basic`, as MLflow's own authentication takes it.
  case basic(user: String, password: String)

  /// What of them nobody is to read, whoever repeats it: longer texts first.
  var secrets: [String] {
    switch self {
    case .bearer(let token): [token]
    case .basic(_, let password): [String(header.dropFirst("Basic ".count)), password]
    }
  }

  var header: String {
    switch self {
    case .bearer(let token): "Bearer \(token)"
    case .basic(let user, let password): "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
    }
  }
}
