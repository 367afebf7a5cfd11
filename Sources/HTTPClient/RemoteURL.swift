internal import CCurl
internal import Foundation
internal import InternetAddresses

/// An http or https URL as libcurl itself reads it, so that what is checked is what is fetched.
struct RemoteURL {
  /// The whole URL, normalised.
  let text: String
  /// `http` or `https`.
  let scheme: String
  /// Lower case, without brackets and trailing dot; international names in their ASCII form.
  let host: String
  let port: Int

  /// Reads and checks a URL.
  init(_ text: String) throws(FetchError) {
    guard !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f || $0 == UInt8(ascii: "\\") }) else {
      throw .malformedURL
    }
    // libcurl converts international names by the locale's character set; Foundation needs no locale.
    let text = text.utf8.allSatisfy { $0 < 0x80 } ? text : URL(string: text)?.absoluteString ?? ""
    guard let handle = unsafe curl_url() else { throw .malformedURL }
    defer { unsafe curl_url_cleanup(handle) }
    guard unsafe curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK,
      let scheme = unsafe Self.part(handle, CURLUPART_SCHEME)?.lowercased()
    else { throw .malformedURL }
    guard scheme == "http" || scheme == "https" else { throw .schemeNotAllowed(scheme) }
    for part in [CURLUPART_USER, CURLUPART_PASSWORD] where unsafe Self.part(handle, part) != nil {
      throw .credentialsInURL
    }
    guard unsafe Self.part(handle, CURLUPART_ZONEID) == nil,
      let host = unsafe Self.part(handle, CURLUPART_HOST, flags: UInt32(CURLU_PUNYCODE)),
      let port = unsafe Self.part(handle, CURLUPART_PORT, flags: UInt32(CURLU_DEFAULT_PORT)).flatMap(Int.init),
      let whole = unsafe Self.part(handle, CURLUPART_URL, flags: UInt32(CURLU_PUNYCODE))
    else { throw .malformedURL }
    self.text = whole
    self.scheme = scheme
    self.host = Self.normalized(host)
    self.port = port
    try checkLiteral(in: text)
  }

  /// Whether the port is the scheme's own.
  var hasDefaultPort: Bool { port == (scheme == "https" ? 443 : 80) }

  /// Whether the host is this machine by its name.
  var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

  private static func normalized(_ host: String) -> String {
    var name = host.lowercased()
    if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
    if name.hasSuffix(".") { name.removeLast() }
    return name
  }

  /// Refuses addresses that are not written as four decimal numbers: libcurl would quietly read 0x7f.1 as 127.0.0.1.
  private func checkLiteral(in text: String) throws(FetchError) {
    guard let start = text.range(of: "://")?.upperBound else { throw .malformedURL }
    let authority = text[start...].prefix { !"/?#".contains($0) }
    let isLiteral = !host.contains(":") && IPAddress(host) != nil
    let written = authority.hasPrefix("[") ? "" : String(authority.prefix { $0 != ":" })
    if authority.contains("%") || (isLiteral && Self.normalized(written) != host) { throw .obscuredAddress }
    let labels = host.split(separator: ".")
    if !isLiteral, !host.contains(":"), let last = labels.last,
      last.allSatisfy(\.isNumber) || last.hasPrefix("0x")
    {
      throw .obscuredAddress
    }
  }

  /// A part of a parsed URL, nil where it is absent.
  private static func part(_ handle: OpaquePointer, _ part: CURLUPart, flags: UInt32 = 0) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard unsafe curl_url_get(handle, part, &text, flags) == CURLUE_OK, let found = unsafe text else { return nil }
    defer { unsafe curl_free(found) }
    return unsafe String(cString: found)
  }
}
