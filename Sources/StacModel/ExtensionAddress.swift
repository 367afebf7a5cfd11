/// The schema URLs of `stac_extensions`, however they are written.
public enum ExtensionAddress {
  /// Where extensions publish their schemas; MLM until 1.3 at the second.
  private static let hosts = ["stac-extensions.github.io", "crim-ca.github.io"]

  /// The URL as extensions publish it: with https, the host in lower case, without an empty fragment.
  ///
  /// Other URLs come back as they are.
  public static func published(_ address: String) -> String {
    let body = address.utf8.last == UInt8(ascii: "#") ? String(address.dropLast()) : address
    if hosts.contains(where: { body.hasPrefix("https://\($0)/") }) { return body }
    guard let scheme = ["https://", "http://"].first(where: { body.prefix($0.count).lowercased() == $0 }),
      let slash = body.dropFirst(scheme.count).firstIndex(of: "/")
    else { return address }
    let host = body[..<slash].dropFirst(scheme.count).lowercased()
    return hosts.contains(host) ? "https://\(host)\(body[slash...])" : address
  }
}
