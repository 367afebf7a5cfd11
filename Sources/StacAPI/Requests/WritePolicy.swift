import HTTPTypes
import InternetAddresses

/// Decides who may write and run models while there is no key.
struct WritePolicy {
  let mode: AuthorizationMode

  /// Refuses a request that did not come straight from a program on this machine.
  func check(_ headers: HTTPFields, authority: String?, peer: IPAddress?) throws(APIError) {
    guard mode == .loopback else { return }
    guard peer?.isLoopback == true else { throw refusal("it did not come over loopback") }
    if let field = headers.first(where: { Self.isForwarding($0.name) }) {
      throw refusal("it came through a proxy (\(field.name.rawName))")
    }
    guard let host = HostName(authority ?? ""), host.isLoopback else {
      throw refusal("its Host is not this machine")
    }
    try checkOrigin(headers, host: host)
  }

  private func checkOrigin(_ headers: HTTPFields, host: HostName) throws(APIError) {
    if let site = headers[.fetchSite]?.lowercased(), site != "same-origin", site != "none" {
      throw refusal("a page of another site sent it")
    }
    guard headers.contains(.origin) else { return }
    let origin = headers[.origin] ?? ""
    guard origin.lowercased().hasPrefix("http://"), let other = HostName(String(origin.dropFirst(7))),
      other.isLoopback, (other.port ?? 80) == (host.port ?? 80)
    else { throw refusal("a page of another origin sent it") }
  }

  private static func isForwarding(_ name: HTTPField.Name) -> Bool {
    let name = name.canonicalName
    return name.hasPrefix("x-forwarded") || forwardingNames.contains(name)
  }

  private static let forwardingNames: Set<String> = [
    "forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "x-original-forwarded-for",
    "x-original-host", "x-original-url", "x-rewrite-url", "true-client-ip", "cf-connecting-ip", "fastly-client-ip",
    "cdn-loop", "x-envoy-external-address",
  ]

  private func refusal(_ reason: String) -> APIError {
    APIError(
      .forbidden,
      "Writing and running are allowed only to programs on this machine, and this request is refused because \(reason). "
        + "Make a key with gnomon keys create, or start the server with --auth open to allow everybody.")
  }
}
