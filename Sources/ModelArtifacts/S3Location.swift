public import Foundation
import StacModel

/// An object in storage of the S3 kind, as `s3://bucket/key` names it.
public struct S3Location: Sendable, Hashable {
  public let bucket: String
  /// The object's key, as it is, not percent-encoded.
  public let key: String

  /// Reads an address; nil for one of another scheme.
  ///
  /// - Throws: ``ArtifactError/address(_:)`` where the bucket's name is none, the key is missing, or holds steps (`..`).
  public init?(_ address: String) throws(ArtifactError) {
    guard address.lowercased().hasPrefix("s3://") else { return nil }
    let rest = address.dropFirst("s3://".count)
    let bucket = rest.prefix { $0 != "/" }
    let key = rest.dropFirst(bucket.count + 1)
    guard Self.isBucket(bucket) else { throw .address("'\(bucket.prefix(64))' is no name of an S3 bucket") }
    let steps = key.split(separator: "/", omittingEmptySubsequences: false)
    guard !key.isEmpty, key.utf8.count <= 1_024, !steps.contains("."), !steps.contains(".."),
      key.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
    else { throw .address("the address names no object: it must be s3://bucket/key") }
    self.bucket = String(bucket)
    self.key = String(key)
  }

  /// Source: Amazon S3 user guide, general purpose bucket naming rules, with capitals and `_` that other servers take.
  private static func isBucket(_ name: Substring) -> Bool {
    guard 3...63 ~= name.utf8.count, let first = name.first, first.isLetter || first.isNumber, !name.contains("..")
    else {
      return false
    }
    return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
  }
}

/// A server of the S3 kind, and who asks it.
public struct S3Service: Sendable {
  /// Who asks; the secret is only ever used to sign.
  public struct Credentials: Sendable {
    public let accessKey: String
    public let secretKey: String
    /// Of temporary credentials.
    public let sessionToken: String?

    public init(accessKey: String, secretKey: String, sessionToken: String? = nil) {
      self.accessKey = accessKey
      self.secretKey = secretKey
      self.sessionToken = sessionToken
    }
  }

  /// `https://host[:port]`, without a slash at its end.
  public let endpoint: String
  public let region: String
  /// Nil to ask as anybody, for public buckets.
  public let credentials: Credentials?
  /// The buckets that may be read, as `bucket` or `bucket/prefix`; all of them where none is named.
  public let allowedBuckets: [String]

  /// - Parameter endpoint: nil for that of Amazon in the region.
  public init(endpoint: String?, region: String, credentials: Credentials?, allowedBuckets: [String] = []) {
    self.allowedBuckets = allowedBuckets
    let address = endpoint ?? "https://s3.\(region).amazonaws.com"
    self.endpoint = address.hasSuffix("/") ? String(address.dropLast()) : address
    self.region = region
    self.credentials = credentials
  }

  /// Whether an object may be read.
  func check(_ object: S3Location) throws(ArtifactError) {
    let name = "\(object.bucket)/\(object.key)"
    let isAllowed =
      allowedBuckets.isEmpty
      || allowedBuckets.contains { name.utf8.starts(with: ($0.hasSuffix("/") ? $0 : $0 + "/").utf8) }
    guard isAllowed else { throw .bucket(object.bucket) }
  }

  /// What a signature of a request is made of, but for the request.
  ///
  /// - Returns: the URL to fetch the object with, good for five minutes where it is signed; path style.
  ///
  /// - Throws: ``ArtifactError/bucket(_:)`` where the object may not be read.
  public func url(of object: S3Location, at date: Date = Date()) throws(ArtifactError) -> String {
    try check(object)
    let segments =
      ([object.bucket] + object.key.split(separator: "/", omittingEmptySubsequences: false).map(String.init))
    let path = segments.map(PercentCoding.encode).joined(separator: "/")
    guard let credentials else { return "\(endpoint)/\(path)" }
    return try SignedRequest(service: self, credentials: credentials, path: path, date: date).url
  }
}
