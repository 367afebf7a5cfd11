import ArgumentParser
import HTTPClient
import ModelArtifacts

/// Where the files of models and images may be fetched from besides the hosts that are allowed.
struct ArtifactOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Host inside your own network that assets may be fetched from, whatever address it has; repeatable "
        + "(GNOMON_ALLOW_PRIVATE_HOST).", valueName: "host"))
  var allowPrivateHost: [String] = []

  @Option(
    name: .customLong("s3-endpoint"),
    help: ArgumentHelp(
      "Server that s3:// addresses are read from, if not Amazon's; it must be an allowed host too (GNOMON_S3_ENDPOINT).",
      valueName: "https://…"))
  var s3Endpoint: String?

  @Option(
    name: .customLong("s3-region"),
    help: ArgumentHelp(
      "Region that requests to it are signed for (GNOMON_S3_REGION; default us-east-1).", valueName: "name"))
  var s3Region: String?

  @Option(
    help: ArgumentHelp(
      "Bucket, or bucket/prefix, that s3:// addresses may name; repeatable. Without one all buckets may be read that the "
        + "credentials open (GNOMON_ALLOW_BUCKET).", valueName: "bucket[/prefix]"))
  var allowBucket: [String] = []

  @Option(
    help: ArgumentHelp(
      "How much model files that were fetched may take on the disk, in MB; 0 keeps none (GNOMON_ARTIFACT_CACHE; default "
        + "8192).", valueName: "megabytes"))
  var artifactCache: Int?

  /// The settings, or the first that cannot be understood.
  func settings(allowedHosts: Set<String>) throws -> ArtifactSettings {
    let text = artifactCache.map(String.init) ?? Environment.value("GNOMON_ARTIFACT_CACHE") ?? "8192"
    guard let megabytes = Int64(text), 0...1_000_000_000 ~= megabytes else {
      throw CommandFailure("--artifact-cache is a number of megabytes, not '\(text)'")
    }
    let hosts = allowPrivateHost.isEmpty ? Environment.list("GNOMON_ALLOW_PRIVATE_HOST") : allowPrivateHost
    var policy = FetchPolicy(allowedHosts: allowedHosts.union(hosts))
    policy.privateHosts = Set(hosts)
    return ArtifactSettings(policy: policy, storage: try storage(), cacheCapacity: megabytes << 20)
  }

  /// The settings of the environment alone, for commands that have no options of their own.
  ///
  /// What cannot be understood of them allows nothing, and is told.
  static func environment(allowedHosts: [String]) -> ArtifactSettings {
    do {
      return try ArtifactOptions.parse([]).settings(allowedHosts: Set(allowedHosts))
    } catch {
      Progress.write("warning  \(error)\n")
      return ArtifactSettings(
        policy: FetchPolicy(),
        storage: S3Service(endpoint: nil, region: "us-east-1", credentials: nil), cacheCapacity: 0)
    }
  }

  /// Names beginning with AWS are those that other programs read too; credentials are no arguments, which every user of
  /// the machine can read.
  private func storage() throws -> S3Service {
    let names = ["GNOMON_S3_ENDPOINT", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]
    let endpoint = s3Endpoint ?? names.lazy.compactMap(Environment.value).first
    if let endpoint { try Self.check(endpoint) }
    let regions = ["GNOMON_S3_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"]
    let region = s3Region ?? regions.lazy.compactMap(Environment.value).first ?? "us-east-1"
    guard region.utf8.count <= 64, region.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }) else {
      throw CommandFailure("--s3-region is a name such as eu-central-1, not '\(region)'")
    }
    var credentials: S3Service.Credentials?
    if let access = Environment.value("AWS_ACCESS_KEY_ID"), let secret = Environment.value("AWS_SECRET_ACCESS_KEY") {
      credentials = S3Service.Credentials(
        accessKey: access, secretKey: secret, sessionToken: Environment.value("AWS_SESSION_TOKEN"))
    }
    return S3Service(
      endpoint: endpoint, region: region, credentials: credentials, allowedBuckets: try allowedBuckets())
  }

  private func allowedBuckets() throws -> [String] {
    let buckets = allowBucket.isEmpty ? Environment.list("GNOMON_ALLOW_BUCKET") : allowBucket
    for bucket in buckets {
      guard (try? S3Location("s3://\(bucket)/key")) ?? nil != nil else {
        throw CommandFailure("--allow-bucket is a bucket, or a bucket and what keys begin with, not '\(bucket)'")
      }
    }
    return buckets
  }

  private static func check(_ endpoint: String) throws {
    do throws(FetchError) {
      try FetchPolicy().check(endpoint)
    } catch {
      guard case .hostNotAllowed = error else {
        throw CommandFailure(
          "--s3-endpoint needs an address such as https://s3.example.org, not '\(endpoint)': \(error)")
      }
    }
  }
}

/// How the files of models and images are fetched.
struct ArtifactSettings: Sendable {
  /// The hosts that are allowed.
  let policy: FetchPolicy
  let storage: S3Service
  /// In bytes; 0 keeps nothing.
  let cacheCapacity: Int64
}
