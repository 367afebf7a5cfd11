import Digests
import Foundation
import StacModel

/// A GET request whose signature stands in its query, so that it is good for one object and some minutes, whoever sees it.
///
/// Source: AWS Signature Version 4 for API requests, authenticating requests by query parameters.
struct SignedRequest {
  let url: String

  private static let seconds = 300

  init(
    service: S3Service, credentials: S3Service.Credentials, path: String, date: Date
  ) throws(ArtifactError) {
    let time = Self.time(date)
    let scope = "\(time.prefix(8))/\(service.region)/s3/aws4_request"
    guard let start = service.endpoint.firstRange(of: "://") else { throw .address("the S3 endpoint is no URL") }
    let authority = service.endpoint[start.upperBound...]
    let host = authority.prefix { $0 != "/" }.lowercased()
    let folder = authority.dropFirst(host.count)
    // What is sent names no port that is the scheme's own.
    let port = service.endpoint.lowercased().hasPrefix("https:") ? ":443" : ":80"
    let sentHost = host.hasSuffix(port) ? String(host.dropLast(port.count)) : host
    var query = [
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": "\(credentials.accessKey)/\(scope)",
      "X-Amz-Date": time, "X-Amz-Expires": "\(Self.seconds)", "X-Amz-SignedHeaders": "host",
    ]
    query["X-Amz-Security-Token"] = credentials.sessionToken
    let pairs = query.sorted { $0.key < $1.key }.map {
      "\(PercentCoding.encode($0.key))=\(PercentCoding.encode($0.value))"
    }
    let text = pairs.joined(separator: "&")
    let request = "GET\n\(folder)/\(path)\n\(text)\nhost:\(sentHost)\n\nhost\nUNSIGNED-PAYLOAD"
    do throws(DigestError) {
      let hash = Hexadecimal.encode(try SHA256.hash(request.utf8))
      let key = try Self.key(credentials.secretKey, scope)
      let signature = try HMACSHA256.authenticationCode(
        for: Array("AWS4-HMAC-SHA256\n\(time)\n\(scope)\n\(hash)".utf8), key: key)
      url = "\(service.endpoint)/\(path)?\(text)&X-Amz-Signature=\(Hexadecimal.encode(signature))"
    } catch {
      throw .file("the request cannot be signed: \(error.description)")
    }
  }

  /// The key of a day, a region and a service.
  private static func key(_ secret: String, _ scope: String) throws(DigestError) -> [UInt8] {
    var key = Array("AWS4\(secret)".utf8)
    for part in scope.split(separator: "/") {
      key = try HMACSHA256.authenticationCode(for: Array(part.utf8), key: key)
    }
    return key
  }

  /// `20260102T030405Z`.
  private static func time(_ date: Date) -> String {
    let seconds = Int64(date.timeIntervalSince1970.rounded(.down))
    let text = Timestamp(microseconds: seconds * 1_000_000).description
    return text.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
  }
}
