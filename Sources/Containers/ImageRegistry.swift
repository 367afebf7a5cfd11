import Foundation
public import HTTPClient
import StacModel

/// What a registry says of an image.
public struct ImageFinding: Sendable, Hashable {
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// The image is there, as it is named.
    case found
    /// The registry has no such image.
    case missing
    /// The tag leads to another image than the digest.
    case changed
    /// The registry does not tell us, or may not be asked.
    case refused
    /// The registry does not answer, or not as a registry does.
    case unreachable
  }

  public let state: State
  /// The digest of the manifest that was found.
  public let digest: String?
  public let mediaType: String?
  /// Why, where it was not found as it is named.
  public let reason: String?

  init(_ state: State, digest: String? = nil, mediaType: String? = nil, reason: String? = nil) {
    self.state = state
    self.digest = digest
    self.mediaType = mediaType
    self.reason = reason
  }
}

/// Asks registries for the manifests of images, without credentials; pulls nothing.
///
/// Each host, that of the token service too, is held against a policy. Source: OCI distribution specification 1.1 (pulling
/// manifests), and the token authentication of the CNCF distribution.
public struct ImageRegistry: Sendable {
  private let policy: FetchPolicy

  /// The largest manifest that registries have to take (OCI distribution specification 1.1), in bytes.
  private static let mostBytes: Int64 = 4 << 20

  /// - Parameter policy: the hosts that may be asked.
  public init(policy: FetchPolicy) {
    var bounded = policy
    bounded.totalSeconds = min(policy.totalSeconds, 30)
    bounded.maximumBytes = Self.mostBytes
    self.policy = bounded
  }

  /// Looks for an image; whatever goes wrong is a finding.
  public func find(_ image: ImageReference) async -> ImageFinding {
    guard let digest = image.digest else { return await manifest(image.tag ?? "latest", of: image) }
    let pinned = await manifest(digest, of: image)
    guard pinned.state == .found else { return pinned }
    if let found = pinned.digest, found != digest {
      return ImageFinding(
        .changed, digest: found, reason: "the registry answers with another digest than it was asked for")
    }
    guard let tag = image.tag else { return pinned }
    let tagged = await manifest(tag, of: image)
    guard tagged.state == .found, let other = tagged.digest, other != digest else { return pinned }
    return ImageFinding(
      .changed, digest: digest, mediaType: pinned.mediaType,
      reason: "the tag '\(tag)' leads to \(other) now; the image of the digest is still there")
  }

  private func manifest(_ reference: String, of image: ImageReference) async -> ImageFinding {
    let host = image.domain == "docker.io" ? "registry-1.docker.io" : image.domain
    // As other clients do: a registry of this machine needs no certificate.
    let scheme = Self.isLoopback(host) ? "http" : "https"
    let url = "\(scheme)://\(host)/v2/\(image.path)/manifests/\(reference)"
    do throws(HTTPClientError) {
      var fields = ["Accept": ManifestAnswer.mediaTypes.joined(separator: ", ")]
      var answer = try await send("HEAD", url, fields)
      if answer.status == 401, let challenge = answer.headers["www-authenticate"].flatMap(TokenChallenge.init) {
        guard let token = try await token(challenge, image) else {
          return ImageFinding(.refused, reason: "the registry's token service gives no token without credentials")
        }
        fields["Authorization"] = "Bearer \(token)"
        answer = try await send("HEAD", url, fields)
      }
      guard answer.status == 200 else { return Self.failure(answer.status, reference: reference) }
      if let finding = ManifestAnswer.finding(header: answer, reference: reference) { return finding }
      let whole = try await send("GET", url, fields)
      guard whole.status == 200 else { return Self.failure(whole.status, reference: reference) }
      return ManifestAnswer.finding(whole: whole, reference: reference)
    } catch {
      if case .notAllowed = error { return ImageFinding(.refused, reason: error.description) }
      return ImageFinding(.unreachable, reason: Self.words(error))
    }
  }

  private static func failure(_ status: Int, reference: String) -> ImageFinding {
    switch status {
    case 404: return ImageFinding(.missing, reason: "the registry has no manifest '\(reference)' of it")
    case 401, 403: return ImageFinding(.refused, reason: "the registry asks for credentials (\(status))")
    case 300..<400: return ImageFinding(.refused, reason: "the registry leads elsewhere (\(status))")
    default: return ImageFinding(.unreachable, reason: "the registry answers with status \(status)")
    }
  }

  /// A token for pulling from the repository.
  private func token(_ challenge: TokenChallenge, _ image: ImageReference) async throws(HTTPClientError) -> String? {
    let scope = "repository:\(image.path):pull"
    var query = "scope=\(PercentCoding.encode(scope))"
    if let service = challenge.service { query = "service=\(PercentCoding.encode(service))&" + query }
    let answer = try await send("GET", challenge.realm + (challenge.realm.contains("?") ? "&" : "?") + query, [:])
    guard answer.status == 200, let object = (try? JSONParser.parse(answer.body))?.object else { return nil }
    let token = (object["token"] ?? object["access_token"])?.string
    return token.flatMap { $0.utf8.allSatisfy { 0x21...0x7E ~= $0 } && !$0.isEmpty ? $0 : nil }
  }

  private func send(
    _ method: String, _ url: String, _ headers: [String: String]
  ) async throws(HTTPClientError) -> HTTPResponse {
    let narrowed: FetchPolicy
    do throws(FetchError) {
      narrowed = try policy.narrowed(to: url)
    } catch {
      throw .notAllowed(error)
    }
    return try await HTTPClient(policy: narrowed).send(HTTPRequest(method: method, url: url, headers: headers))
  }

  private static func isLoopback(_ host: String) -> Bool {
    let name = host.hasPrefix("[") ? host.prefix { $0 != "]" }.dropFirst() : host.prefix { $0 != ":" }
    return name == "localhost" || name == "::1" || name.wholeMatch(of: #/127\.[0-9.]+/#) != nil
  }

  private static func words(_ error: HTTPClientError) -> String {
    if case .unreachable(_, let reason) = error { return "the registry cannot be reached: \(reason)" }
    return error.description
  }
}

/// Where tokens are to be had, as a registry says it: `Bearer realm="…",service="…"`.
struct TokenChallenge {
  let realm: String
  let service: String?

  init?(_ header: String) {
    guard header.lowercased().hasPrefix("bearer ") else { return nil }
    var values: [String: String] = [:]
    for match in header.dropFirst(7).matches(of: #/([A-Za-z_]+)="([^"]*)"/#) {
      values[match.output.1.lowercased()] = String(match.output.2)
    }
    guard let realm = values["realm"], realm.hasPrefix("http") else { return nil }
    self.realm = realm
    service = values["service"]
  }
}
