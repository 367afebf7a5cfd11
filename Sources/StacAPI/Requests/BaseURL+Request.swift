import HTTPTypes
import InternetAddresses

extension BaseURL {
  /// The base that the links of an answer begin with.
  ///
  /// The configured URL wins; forwarding headers count only from a trusted proxy; else the Host header decides.
  static func of(
    _ headers: HTTPFields, authority: String?, peer: IPAddress?, configuration: APIConfiguration
  ) throws(APIError) -> BaseURL {
    if let url = configuration.publicURL { return url }
    let host = authority ?? ""
    guard let plain = BaseURL(host: host) else { throw APIError(.invalidRequest, "The Host header is not a host") }
    let trusted = peer.map { peer in configuration.trustedProxies.contains { $0.contains(peer) } } ?? false
    if trusted, let forwarded = Forwarding(headers) {
      let scheme = forwarded.scheme ?? "http"
      let prefix = forwarded.prefix ?? ""
      if let url = BaseURL("\(scheme)://\(forwarded.host ?? host)\(prefix)") { return url }
    }
    return plain
  }
}

/// What a proxy says about the request it received: RFC 7239 `Forwarded`, or `X-Forwarded-*`.
private struct Forwarding {
  var scheme: String?
  var host: String?
  var prefix: String?

  /// Reads the first (outermost) value of each header; nil where there is none.
  init?(_ headers: HTTPFields) {
    if let element = headers[.forwarded]?.split(separator: ",").first {
      for pair in element.split(separator: ";") {
        let sides = pair.split(separator: "=", maxSplits: 1).map { Self.trimmed($0) }
        guard sides.count == 2 else { continue }
        switch sides[0].lowercased() {
        case "proto": scheme = sides[1].lowercased()
        case "host": host = sides[1]
        default: break
        }
      }
    } else {
      scheme = Self.first(headers[.forwardedProtocol])?.lowercased()
      host = Self.first(headers[.forwardedHost])
      if let name = host, let port = Self.first(headers[.forwardedPort]), HostName(name)?.port == nil,
        port != (scheme == "https" ? "443" : "80")
      {
        host = "\(name):\(port)"
      }
    }
    if let path = Self.first(headers[.forwardedPrefix]), path.hasPrefix("/"), !path.hasPrefix("//") { prefix = path }
    if scheme == nil, host == nil, prefix == nil { return nil }
  }

  private static func first(_ value: String?) -> String? {
    value?.split(separator: ",").first.map { trimmed($0) }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop { $0 == " " || $0 == "\"" }
    while let last = text.last, last == " " || last == "\"" { text.removeLast() }
    return String(text)
  }
}

extension HTTPField.Name {
  /// Makes a name of text that is a token.
  private static func known(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .via }

  static let host = known("Host")
  static let forwarded = known("Forwarded")
  static let forwardedProtocol = known("X-Forwarded-Proto")
  static let forwardedHost = known("X-Forwarded-Host")
  static let forwardedPort = known("X-Forwarded-Port")
  static let forwardedPrefix = known("X-Forwarded-Prefix")
  static let requestID = known("X-Request-Id")
  static let contentTypeOptions = known("X-Content-Type-Options")
  static let prefer = known("Prefer")
  static let preferenceApplied = known("Preference-Applied")
  static let gnomonWarning = known("Gnomon-Warning")
  static let fetchSite = known("Sec-Fetch-Site")
}
