import StacModel

/// The name of a container image: `[domain/]path[:tag][@digest]`.
///
/// Source: the grammar of references of the CNCF distribution (package reference), whose digests are those of the OCI image
/// specification.
public struct ImageReference: Sendable, Hashable, CustomStringConvertible {
  /// The registry's host, with its port where one is written: `docker.io` where none is named.
  public let domain: String
  /// The repository below it, such as `library/python`.
  public let path: String
  /// Nil where none is written.
  public let tag: String?
  /// `sha256:` and 64 digits, or that of another algorithm; nil where the image is not pinned.
  public let digest: String?

  private static let longest = 1_000
  private static var component: Regex<Substring> { #/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*/# }
  private static var domainForm: Regex<Substring> {
    #/(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?/#
  }

  /// Reads a reference; `docker://` and `oci://` before it are passed over.
  ///
  /// - Returns: nil where the text is none.
  public init?(_ text: String) {
    guard text.utf8.count <= Self.longest, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
    var rest = text[...]
    for scheme in ["docker://", "oci://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
    if let at = rest.firstIndex(of: "@") {
      let digest = rest[rest.index(after: at)...]
      guard ContentDigest.isWellFormed(digest) else { return nil }
      self.digest = String(digest)
      rest = rest[..<at]
    } else {
      digest = nil
    }
    // A colon behind the last slash begins a tag; one before it, a port.
    if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
      let tag = rest[rest.index(after: colon)...]
      guard tag.wholeMatch(of: #/[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}/#) != nil else { return nil }
      self.tag = String(tag)
      rest = rest[..<colon]
    } else {
      tag = nil
    }
    let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let namesDomain =
      parts.count == 2 && (parts[0] == "localhost" || parts[0].contains { ".:[".contains($0) || $0.isUppercase })
    let domain = namesDomain ? String(parts[0]) : "docker.io"
    let path = namesDomain ? parts[1] : rest
    guard domain.wholeMatch(of: Self.domainForm) != nil, !path.isEmpty, path.utf8.count <= 255,
      path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy({
        $0.wholeMatch(of: Self.component) != nil
      })
    else { return nil }
    self.domain = domain == "index.docker.io" ? "docker.io" : domain
    self.path = self.domain == "docker.io" && !path.contains("/") ? "library/\(path)" : String(path)
  }

  /// The reference written whole.
  public var description: String {
    "\(domain)/\(path)" + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
  }
}
