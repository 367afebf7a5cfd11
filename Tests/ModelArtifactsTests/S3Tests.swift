import Foundation
import ModelArtifacts
import Testing

@Suite struct S3Tests {
  /// The credentials and the time of the example in the AWS documentation (authenticating requests by query parameters),
  /// in path style and for five minutes; the signature was computed with Python.
  @Test func `A signed address is what another implementation computes`() throws {
    let service = S3Service(
      endpoint: "https://s3.amazonaws.com", region: "us-east-1",
      credentials: .init(accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"))
    let object = try #require(try S3Location("s3://examplebucket/test.txt"))
    let url = try service.url(of: object, at: Date(timeIntervalSince1970: 1_369_353_600))
    #expect(
      url.hasPrefix(
        "https://s3.amazonaws.com/examplebucket/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
          + "AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z"
          + "&X-Amz-Expires=300&X-Amz-SignedHeaders=host&X-Amz-Signature="))
    #expect(url.hasSuffix("6e1cc56d6a341638112272a194df8a224e944e9bfc323e2398369aef4c52b1dd"))
  }

  @Test func `A port that is the scheme's own is no part of what is signed`() throws {
    func signature(_ endpoint: String) throws -> Substring? {
      let service = S3Service(
        endpoint: endpoint, region: "r", credentials: .init(accessKey: "a", secretKey: "s"))
      let object = try #require(try S3Location("s3://bucket/key"))
      return try service.url(of: object, at: Date(timeIntervalSince1970: 0)).split(separator: "=").last
    }
    #expect(try signature("https://s3.example.org:443") == signature("https://s3.example.org"))
    #expect(try signature("http://s3.example.org:80") == signature("https://s3.example.org"))
    #expect(try signature("https://s3.example.org:80") != signature("https://s3.example.org"))
  }

  @Test func `Only buckets that are named are read, where some are`() throws {
    let service = S3Service(
      endpoint: nil, region: "r", credentials: nil, allowedBuckets: ["models", "shared/gnomon", "other/a/"])
    for address in ["s3://models/x", "s3://shared/gnomon/x", "s3://other/a/x"] {
      _ = try service.url(of: #require(try S3Location(address)))
    }
    for address in ["s3://models2/x", "s3://shared/gnomon-private/x", "s3://other/b", "s3://model/s/x"] {
      let object = try #require(try S3Location(address))
      #expect(throws: ArtifactError.bucket(object.bucket)) { try service.url(of: object) }
    }
  }

  @Test func `Keys are encoded once, and buckets and steps are checked`() throws {
    let service = S3Service(endpoint: "http://127.0.0.1:9/", region: "r", credentials: nil)
    let object = try #require(try S3Location("s3://my-bucket/a b/ü+%20.ubj"))
    #expect(try service.url(of: object) == "http://127.0.0.1:9/my-bucket/a%20b/%C3%BC%2B%2520.ubj")
    #expect(try S3Location("https://my-bucket/a") == nil)
    for address in [
      "s3://", "s3://ab/c", "s3://bucket", "s3://bucket/", "s3://bucket/../x", "s3://bu cket/x", "s3://a..b/c",
    ] {
      #expect(throws: ArtifactError.self) { try S3Location(address) }
    }
    #expect(
      S3Service(endpoint: nil, region: "eu-central-1", credentials: nil).endpoint
        == "https://s3.eu-central-1.amazonaws.com")
  }
}
