public import HTTPClient

/// Why a model's file was not fetched.
public enum ArtifactError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The address has a form or a scheme that is not read here.
  case address(String)
  /// The server or the way to it.
  case fetch(FetchError)
  /// Storage of the S3 kind has no such object, or does not let it be read.
  case object(bucket: String, status: Int)
  /// Storage of the S3 kind may not be asked for the bucket, or for this place in it.
  case bucket(String)
  /// The model registry does not say where the file is.
  case registry(String)
  /// The file is not the one that its checksum names.
  case checksum
  /// The cache or a digest failed, by the operating system's word.
  case file(String)

  /// One sentence for people; holds no path of this machine and no signature.
  public var description: String {
    switch self {
    case .address(let reason): reason
    case .fetch(let error): error.description
    case .object(let bucket, 403):
      "the bucket '\(bucket)' refuses (403): check the credentials, their region, and the clock of this machine"
    case .object(let bucket, 404): "there is no such object in the bucket '\(bucket)' (404)"
    case .object(let bucket, let status): "the bucket '\(bucket)' answers with status \(status)"
    case .bucket(let bucket): "this place in the bucket '\(bucket)' is none that may be read (--allow-bucket)"
    case .registry(let reason): reason
    case .checksum: "the file is not the one that file:checksum names"
    case .file(let reason): "the file could not be kept: \(reason)"
    }
  }
}
