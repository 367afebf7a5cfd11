public import Digests
import Foundation
public import HTTPClient

/// A registry of models that knows where the files are which its own addresses name.
public protocol ModelRegistry: Sendable {
  /// Whether an address is of a kind that the registry knows, such as `runs:/…`, `models:/…`, `mlflow-artifacts:/…`.
  func knows(_ address: String) -> Bool
  /// Where the file is that an address names: `https://…`, `s3://…`, or an address that ``contents(of:limit:)`` takes.
  ///
  /// - Parameter read: the bytes of a small file beside it, by its address.
  func location(
    of address: String, reading read: @Sendable (String) async throws(ArtifactError) -> [UInt8]
  ) async throws(ArtifactError) -> String
  /// The bytes of a file that the registry hands out itself; nil where the address is none of its.
  func contents(of location: String, limit: Int64) async throws(ArtifactError) -> [UInt8]?
}

/// Fetches the files of models and images from wherever they are: the web, storage of the S3 kind, a registry of models.
///
/// Each host is held against the fetcher's policy, a registry's against the registry's own.
public struct ArtifactFetcher: Sendable {
  private let fetcher: RemoteFetcher
  private let storage: S3Service
  private let registry: (any ModelRegistry)?
  private let cache: ArtifactCache?

  public init(
    fetcher: RemoteFetcher, storage: S3Service, registry: (any ModelRegistry)? = nil, cache: ArtifactCache? = nil
  ) {
    self.fetcher = fetcher
    self.storage = storage
    self.registry = registry
    self.cache = cache
  }

  /// Whether an address is of a scheme that is fetched.
  public func fetches(_ address: String) -> Bool {
    let scheme = address.prefix { $0 != ":" }.lowercased()
    return ["http", "https", "s3"].contains(scheme) || registry?.knows(address) == true
  }

  /// Fetches a file to a path, where none may be.
  ///
  /// A file whose SHA-256 is known is taken from the cache where it is there, kept in it where it is not, and refused
  /// where it has another.
  public func fetch(_ address: String, to path: String, checksum: Multihash?) async throws(ArtifactError) {
    let digest = checksum.flatMap { $0.algorithm == .sha256 ? $0.digest : nil }
    if let digest, let cache, await onThread({ cache.link(digest, to: path) }) { return }
    try await fetchAnew(address, to: path)
    guard let checksum else { return }
    let isRight = await onThread { (try? checksum.matches(fileAt: path)) == true }
    guard isRight else {
      try? FileManager.default.removeItem(atPath: path)
      throw .checksum
    }
    if let digest, let cache { await onThread { cache.keep(path, digest: digest) } }
  }

  private func fetchAnew(_ address: String, to path: String) async throws(ArtifactError) {
    var location = address
    if let registry, registry.knows(address) {
      location = try await registry.location(of: address) { [self] file throws(ArtifactError) in
        let beside = path + ".beside"
        defer { try? FileManager.default.removeItem(atPath: beside) }
        try await fetchLocated(file, to: beside)
        return Array(FileManager.default.contents(atPath: beside) ?? Data())
      }
    }
    try await fetchLocated(location, to: path)
  }

  private func fetchLocated(_ location: String, to path: String) async throws(ArtifactError) {
    if let registry, registry.knows(location) {
      if let bytes = try await registry.contents(of: location, limit: fetcher.policy.maximumBytes) {
        return try await write(bytes, to: path)
      }
    }
    if let object = try S3Location(location) { return try await fetch(object, to: path) }
    do throws(FetchError) {
      _ = try await fetcher.fetch(location, to: path)
    } catch {
      throw .fetch(error)
    }
  }

  private func fetch(_ object: S3Location, to path: String) async throws(ArtifactError) {
    var policy = fetcher.policy
    // The endpoint is the operator's word, and may be within one's own network; that it may be asked is the policy's.
    policy.privateHosts.formUnion(policy.allowedHosts.filter { storage.hasHost($0) })
    // A signature is for one host.
    policy.maximumRedirects = 0
    let url = try storage.url(of: object)
    do throws(FetchError) {
      _ = try await RemoteFetcher(policy: policy).fetch(url, to: path)
    } catch {
      guard case .status(let status) = error else { throw .fetch(error) }
      throw .object(bucket: object.bucket, status: status)
    }
  }

  private func write(_ bytes: [UInt8], to path: String) async throws(ArtifactError) {
    let failure: String? = await onThread {
      do {
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        return nil
      } catch {
        return error.localizedDescription
      }
    }
    if let failure { throw .file(failure) }
  }

  /// Blocking work, off the cooperative pool.
  private func onThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      let thread = Thread { continuation.resume(returning: work()) }
      thread.name = "artifacts"
      thread.start()
    }
  }
}

extension S3Service {
  /// Whether an entry of a list of hosts is the endpoint's.
  func hasHost(_ entry: String) -> Bool {
    guard let start = endpoint.firstRange(of: "://") else { return false }
    let authority = endpoint[start.upperBound...].prefix { $0 != "/" }.lowercased()
    let port = endpoint.lowercased().hasPrefix("https:") ? ":443" : ":80"
    let name = entry.lowercased()
    return name == authority || name + port == authority || name == authority + port
  }
}
