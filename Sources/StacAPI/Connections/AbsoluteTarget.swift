import NIOHTTP1

extension HTTPRequestHead {
  /// Turns an absolute request target into a path and a Host (RFC 9112 section 3.2.2) before either is interpreted.
  ///
  /// The authority of the target replaces the one Host field there must be; where there is none or more than one, the
  /// fields stay as they came and are refused later.
  mutating func resolveAbsoluteTarget() {
    guard uri.utf8.first != UInt8(ascii: "/") else { return }
    if let target = AbsoluteTarget(uri) {
      uri = target.origin
      if headers["Host"].count == 1 { headers.replaceOrAdd(name: "Host", value: target.authority) }
    } else {
      // No place has this path, so that a target of another scheme is refused and not cut to its path.
      uri = "*"
    }
  }
}

/// An absolute request target, `http://authority/path?query`, taken apart.
private struct AbsoluteTarget {
  let authority: String
  /// The path with the query, beginning with a slash.
  let origin: String

  /// Nil for text of another scheme or form.
  init?(_ text: String) {
    guard let scheme = ["http://", "https://"].first(where: text.lowercased().hasPrefix) else { return nil }
    let rest = text.dropFirst(scheme.count)
    authority = String(rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    let path = String(rest.dropFirst(authority.count))
    origin = path.hasPrefix("/") ? path : "/" + path
  }
}
