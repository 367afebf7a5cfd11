import CPostgres

/// A libpq connection string taken apart: a URL or a list of `keyword=value` (PostgreSQL documentation, section 34.1.1).
public struct ConnectionString: Sendable {
  private var settings: [(keyword: String, value: String)] = []

  /// Reads a connection string; nil where libpq does not understand it.
  public init?(_ text: String) {
    guard let options = unsafe PQconninfoParse(text, nil) else { return nil }
    defer { unsafe PQconninfoFree(options) }
    var option = unsafe options
    while let keyword = unsafe option.pointee.keyword {
      if let value = unsafe option.pointee.val {
        settings.append(unsafe (String(cString: keyword), String(cString: value)))
      }
      unsafe option += 1
    }
  }

  /// The value of a keyword, nil where the string does not say it.
  public subscript(keyword: String) -> String? {
    get { settings.first { $0.keyword == keyword }?.value }
    set {
      settings.removeAll { $0.keyword == keyword }
      if let newValue { settings.append((keyword, newValue)) }
    }
  }

  /// One string for each server that this one names, in its order: libpq would take the first that answers.
  public var servers: [ConnectionString] {
    let hosts = list("host")
    let addresses = list("hostaddr")
    let ports = list("port")
    let count = max(hosts.count, addresses.count)
    guard count > 1 else { return [self] }
    return (0..<count).map { index in
      var server = self
      if index < hosts.count { server["host"] = hosts[index] }
      if index < addresses.count { server["hostaddr"] = addresses[index] }
      // One port serves all of them.
      if !ports.isEmpty { server["port"] = ports.count == 1 ? ports[0] : index < ports.count ? ports[index] : "" }
      return server
    }
  }

  private func list(_ keyword: String) -> [String] {
    guard let value = self[keyword] else { return [] }
    return value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  /// The string as `keyword='value'`.
  public var text: String {
    settings.map { setting in
      let escaped = setting.value.flatMap { $0 == "'" || $0 == "\\" ? ["\\", $0] : [$0] }
      return "\(setting.keyword)='\(String(escaped))'"
    }.joined(separator: " ")
  }

  /// The server's address without user and password, as a log may name it.
  public var address: String {
    let host = self["host"] ?? self["hostaddr"] ?? "the local socket"
    return self["port"].map { $0.isEmpty ? host : "\(host):\($0)" } ?? host
  }
}
