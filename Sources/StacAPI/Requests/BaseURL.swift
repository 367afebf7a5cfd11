import InternetAddresses
import StacModel

/// The URL of the landing page as the client sees it, which every link begins with; no slash at its end.
public struct BaseURL: Sendable, Hashable, CustomStringConvertible {
  public let description: String

  /// Reads `http://host[:port][/path]` or the same with https; a slash at the end is dropped; nil for anything else.
  public init?(_ text: String) {
    guard let scheme = ["http://", "https://"].first(where: text.lowercased().hasPrefix) else { return nil }
    let rest = text.dropFirst(scheme.count)
    let authority = rest.prefix { $0 != "/" }
    guard HostName(String(authority)) != nil, Self.isPath(rest.dropFirst(authority.count)) else { return nil }
    var url = scheme + rest
    while url.hasSuffix("/") { url.removeLast() }
    description = url
  }

  /// The root of a host, as a Host header has it, by plain HTTP; nil for text that is no host.
  init?(host: String) {
    guard HostName(host) != nil else { return nil }
    description = "http://" + host
  }

  /// Text that a URL's path may have without escapes, and no query.
  private static func isPath(_ text: Substring) -> Bool {
    text.utf8.allSatisfy { byte in
      byte > 0x20 && byte < 0x7F && !"?#\"<>\\^`{|}".utf8.contains(byte)
    }
  }

  /// The URL of a place below the landing page; each segment is encoded.
  public func url(_ segments: String...) -> String {
    segments.reduce(into: description) { url, segment in
      url += "/"
      url += PercentCoding.encode(segment)
    }
  }
}

/// A host with an optional port, as the Host header has it.
struct HostName: Sendable, Hashable {
  /// The name or address, in lower case; brackets of an IPv6 address are off.
  let name: String
  let port: Int?

  init?(_ text: String) {
    guard !text.isEmpty, text.utf8.count <= 255, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    let name: Substring
    let rest: Substring
    if text.utf8.first == UInt8(ascii: "[") {
      guard let end = text.utf8.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      name = text[..<end].dropFirst()
      rest = text[end...].dropFirst()
      guard name.contains(":"), IPAddress(name) != nil else { return nil }
    } else {
      let end = text.utf8.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
      name = text[..<end]
      rest = text[end...]
      guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte) else { return nil }
    }
    guard let port = Self.port(rest) else { return nil }
    self.name = name.lowercased()
    self.port = port
  }

  /// Whether the host is localhost, in 127.0.0.0/8 or ::1.
  var isLoopback: Bool { name == "localhost" || name == "localhost." || IPAddress(name)?.isLoopback == true }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// The port behind a colon: nil within where there is none, nil outside where it is no port.
  private static func port(_ text: Substring) -> Int?? {
    if text.isEmpty { return .some(nil) }
    let digits = text.dropFirst()
    guard text.utf8.first == UInt8(ascii: ":"), 1...5 ~= digits.utf8.count,
      digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let value = Int(digits), value <= 65_535
    else { return nil }
    return .some(value)
  }
}

extension BaseURL {
  /// The landing page's own URL.
  public var landing: String { description + "/" }
}
