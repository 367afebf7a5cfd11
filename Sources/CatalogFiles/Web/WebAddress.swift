import Foundation

/// URLs as text.
enum WebAddress {
  static func isWeb(_ text: String) -> Bool {
    let lower = text.prefix(8).lowercased()
    return lower.hasPrefix("http://") || lower.hasPrefix("https://")
  }

  /// An href as an absolute URL, nil where it is none.
  static func resolve(_ href: String, against base: String) -> String? {
    guard let base = URL(string: base) else { return nil }
    return URL(string: href, relativeTo: base)?.absoluteURL.absoluteString
  }

  /// Scheme, host and port, which make two addresses the same server.
  static func origin(_ text: String) -> String? {
    guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), let host = url.host?.lowercased() else {
      return nil
    }
    return "\(scheme)://\(host):\(url.port ?? (scheme == "https" ? 443 : 80))"
  }

  /// A URL with a parameter set; one that it has stays.
  static func adding(_ name: String, _ value: Int, to text: String) -> String {
    guard var parts = URLComponents(string: text), parts.queryItems?.contains(where: { $0.name == name }) != true else {
      return text
    }
    let addition = "\(name)=\(value)"
    parts.percentEncodedQuery =
      parts.percentEncodedQuery.map { $0.isEmpty ? addition : "\($0)&\(addition)" } ?? addition
    return parts.string ?? text
  }

  /// The URL without user, password, query and fragment, to be shown and remembered.
  static func plain(_ text: String) -> String {
    guard var parts = URLComponents(string: text) else { return text }
    (parts.user, parts.password, parts.fragment) = (nil, nil, nil)
    return parts.string ?? text
  }
}
