import Digests
import HTTPClient
import StacModel

/// An answer with status 200 where a manifest was asked for, judged: any web server may answer so for any path.
enum ManifestAnswer {
  static let mediaTypes = [
    "application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json", "application/vnd.docker.distribution.manifest.v2+json",
  ]

  /// What the header fields tell; nil where the manifest itself has to be looked at.
  static func finding(header answer: HTTPResponse, reference: String) -> ImageFinding? {
    guard let type = mediaType(answer) else { return nil }
    guard mediaTypes.contains(type) else { return noManifest("its content type is '\(type.prefix(100))'") }
    guard let digest = answer.headers["docker-content-digest"], digest.utf8.count <= 200,
      ContentDigest.isWellFormed(digest), isComparable(digest, reference)
    else { return nil }
    return ImageFinding(.found, digest: digest, mediaType: type)
  }

  /// What a manifest tells that was sent whole: its digest is computed.
  static func finding(whole answer: HTTPResponse, reference: String) -> ImageFinding {
    guard let type = mediaType(answer) else { return noManifest("it has no content type") }
    guard mediaTypes.contains(type) else { return noManifest("its content type is '\(type.prefix(100))'") }
    guard (try? JSONParser.parse(answer.body))?.object?["schemaVersion"]?.integer == 2 else {
      return noManifest("its body is none")
    }
    let (name, algorithm): (String, DigestAlgorithm) =
      reference.hasPrefix("sha512:") ? ("sha512", .sha512) : ("sha256", .sha256)
    guard isComparable("\(name):", reference), let bytes = try? Digest.hash(answer.body, with: algorithm) else {
      return ImageFinding(
        .unreachable,
        reason: "the registry says no digest of the manifest, and one like '\(reference.prefix(100))' is "
          + "not computed here")
    }
    return ImageFinding(.found, digest: "\(name):\(Hexadecimal.encode(bytes))", mediaType: type)
  }

  /// The media type without its parameters.
  private static func mediaType(_ answer: HTTPResponse) -> String? {
    guard let field = answer.headers["content-type"] else { return nil }
    let type = field.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
    return type.isEmpty ? nil : type
  }

  /// Whether a digest is of the algorithm that was asked by; a tag is none.
  private static func isComparable(_ digest: String, _ reference: String) -> Bool {
    guard let colon = reference.firstIndex(of: ":") else { return true }
    return digest.hasPrefix(reference[...colon])
  }

  private static func noManifest(_ why: String) -> ImageFinding {
    ImageFinding(.unreachable, reason: "the host answers, but not with a manifest, as a registry does: \(why)")
  }
}
