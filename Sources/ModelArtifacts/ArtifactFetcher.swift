public import Digests
import Foundation
public import HTTPClient

/// Registries of models that know where the files are which their own addresses name.
public protocol ModelRegistry: Sendable {
  /// Whether an address is of a kind that the registry knows, such as `runs:/…`, `models:/…`, `mlflow-artifacts:/…`.
  func knows(_ address: String) -> Bool
  /// Throws where the registry may not be asked for an address, or there is none to ask.
  func check(_ place: RegistryPlace) throws(ArtifactError)
  /// Where the file is that an address names: `https://…`, `s3://…`, a path, or a place that ``download(of:)`` takes.
  ///
  /// - Parameter read: the bytes of a small file beside it, by its place.
  func location(
    of place: RegistryPlace, reading read: @Sendable (RegistryPlace) async throws(ArtifactError) -> [UInt8]
  ) async throws(ArtifactError) -> RegistryPlace
  /// How a file is fetched that the registry hands out itself; nil where the place is none of its.
  func download(of place: RegistryPlace) throws(ArtifactError) -> RegistryDownload?
}

/// An address of a model's file, and the server that it is an address of.
public struct RegistryPlace: Sendable, Hashable {
  public let address: String
  /// The URL of the registry's server; nil where none is known, or the address tells all.
  public let server: String?

  public init(_ address: String, server: String? = nil) {
    self.address = address
    self.server = server
  }

  /// The place of another address on the same server.
  public func with(_ address: String) -> RegistryPlace { RegistryPlace(address, server: server) }
}

/// A file that a registry hands out.
public struct RegistryDownload: Sendable {
  public let url: String
  /// What the registry is told of who asks; for the URL alone.
  public let headers: [String: String]
  /// Which hosts it may be fetched from.
  public let policy: FetchPolicy

  public init(url: String, headers: [String: String], policy: FetchPolicy) {
    self.url = url
    self.headers = headers
    self.policy = policy
  }
}

/// Fetches the files of models and images from wherever they are: the web, storage of the S3 kind, a registry of models.
///
/// Each host is held against the fetcher's policy, a registry's against the registry's own.
public struct ArtifactFetcher: Sendable {
  private let policy: FetchPolicy
  private let storage: S3Service
  private let registry: (any ModelRegistry)?
  private let cache: ArtifactCache?
  private let localFile: @Sendable (String) -> String?

  /// The largest small file beside a model's, in bytes.
  private static let mostBeside: Int64 = 1 << 20

  /// - Parameter localFile: the path of a file of this machine that an address names, nil where it may not be read; for
  ///   registries that keep their files in folders.
  public init(
    policy: FetchPolicy, storage: S3Service, registry: (any ModelRegistry)? = nil, cache: ArtifactCache? = nil,
    localFile: @escaping @Sendable (String) -> String? = { _ in nil }
  ) {
    self.policy = policy
    self.storage = storage
    self.registry = registry
    self.cache = cache
    self.localFile = localFile
  }

  /// Whether an address is of a scheme that is fetched.
  public func fetches(_ address: String) -> Bool {
    let scheme = address.prefix { $0 != ":" }.lowercased()
    return ["http", "https", "s3"].contains(scheme) || registry?.knows(address) == true
  }

  /// Fetches a file to a path, where none may be.
  ///
  /// A file whose SHA-256 is known is taken from the cache where it was found at the same place before, kept in it where it
  /// was not, and refused where it has another.
  ///
  /// - Parameters:
  ///   - server: the registry's server that whoever names the address names too.
  ///   - limit: the most bytes that are fetched; nil for the policy's.
  public func fetch(
    _ address: String, at server: String? = nil, to path: String, checksum: Multihash?, limit: Int64? = nil
  ) async throws(ArtifactError) {
    let place = RegistryPlace(address, server: server)
    try check(place)
    let location = try await location(of: place, beside: path)
    try checkPlace(location)
    let limit = min(limit ?? policy.maximumBytes, policy.maximumBytes)
    let digest = checksum.flatMap { $0.algorithm == .sha256 ? $0.digest : nil }
    let origin = [location.server, location.address].compactMap(\.self).joined(separator: " ")
    if let digest, let cache, await onThread({ cache.link(digest, from: origin, to: path) }) { return }
    try await fetchLocated(location, to: path, limit)
    guard let checksum else { return }
    let isRight = await onThread { (try? checksum.matches(fileAt: path)) == true }
    guard isRight else {
      try? FileManager.default.removeItem(atPath: path)
      throw .checksum
    }
    if let digest, let cache { await onThread { cache.keep(path, digest: digest, from: origin) } }
  }

  /// Opens a file of the web, or of storage of the S3 kind, of which only parts will be read; blocks the thread.
  ///
  /// - Parameters:
  ///   - folder: where the parts are kept, in a file without a name.
  ///   - isCancelled: asked by all threads that fetch parts.
  /// - Returns: nil where the address is one of a registry.
  /// - Throws: ``ArtifactError/fetch(_:)`` with ``FetchError/noRanges`` where the file can only be had whole.
  public func ranges(
    of address: String, in folder: String, isCancelled: @escaping @Sendable () -> Bool
  ) throws(ArtifactError) -> RangedFile? {
    if registry?.knows(address) == true { return nil }
    try checkHost(of: address)
    let object = try S3Location(address)
    do throws(FetchError) {
      guard let object else {
        return try RangedFile(in: folder, policy: policy, isCancelled: isCancelled) { address }
      }
      return try RangedFile(in: folder, policy: storagePolicy, isCancelled: isCancelled) {
        [storage] () throws(FetchError) in
        do throws(ArtifactError) {
          return try storage.url(of: object)
        } catch {
          throw .transport(reason: error.description)
        }
      }
    } catch {
      throw .fetch(error)
    }
  }

  /// Whether an address may be asked at all.
  private func check(_ place: RegistryPlace) throws(ArtifactError) {
    if let registry, registry.knows(place.address) { return try registry.check(place) }
    try checkHost(of: place.address)
  }

  /// Whether a file may be fetched from where it is: what is kept is handed out to nobody who could not have fetched it,
  /// whatever led there.
  private func checkPlace(_ place: RegistryPlace) throws(ArtifactError) {
    if let registry, try registry.download(of: place) != nil { return }
    let address = place.address
    if Self.isLocal(address) { _ = try readable(address) } else { try checkHost(of: address) }
  }

  private func checkHost(of address: String) throws(ArtifactError) {
    let object = try S3Location(address)
    if let object { try storage.check(object) }
    do throws(FetchError) {
      if object == nil { try policy.check(address) } else { try storagePolicy.check(storage.endpoint + "/") }
    } catch {
      throw .fetch(error)
    }
  }

  /// Where the file of an address is; what tells so is read into a file beside the path.
  private func location(of place: RegistryPlace, beside path: String) async throws(ArtifactError) -> RegistryPlace {
    guard let registry, registry.knows(place.address) else { return place }
    return try await registry.location(of: place) { [self] file throws(ArtifactError) in
      let beside = path + ".beside"
      defer { try? FileManager.default.removeItem(atPath: beside) }
      try await fetchLocated(file, to: beside, Self.mostBeside)
      return Array(FileManager.default.contents(atPath: beside) ?? Data())
    }
  }

  private func fetchLocated(_ place: RegistryPlace, to path: String, _ limit: Int64) async throws(ArtifactError) {
    if let registry, let download = try registry.download(of: place) {
      return try await fetch(download.url, to: path, download.policy, limit, download.headers)
    }
    let location = place.address
    if let object = try S3Location(location) { return try await fetch(object, to: path, limit) }
    if Self.isLocal(location) { return try await copy(location, to: path, limit) }
    try await fetch(location, to: path, policy, limit)
  }

  private func fetch(
    _ url: String, to path: String, _ policy: FetchPolicy, _ limit: Int64, _ headers: [String: String] = [:]
  ) async throws(ArtifactError) {
    var policy = policy
    policy.maximumBytes = limit
    do throws(FetchError) {
      _ = try await RemoteFetcher(policy: policy).fetch(url, to: path, headers: headers)
    } catch {
      throw .fetch(error)
    }
  }

  private func fetch(_ object: S3Location, to path: String, _ limit: Int64) async throws(ArtifactError) {
    do throws(ArtifactError) {
      try await fetch(storage.url(of: object), to: path, storagePolicy, limit)
    } catch {
      guard case .fetch(.status(let status)) = error else { throw error }
      throw .object(bucket: object.bucket, status: status)
    }
  }

  private var storagePolicy: FetchPolicy {
    var policy = policy
    // The endpoint is the operator's word, and may be within one's own network; that it may be asked is the policy's.
    policy.privateHosts.formUnion(policy.allowedHosts.filter { storage.hasHost($0) })
    // A signature is for one host.
    policy.maximumRedirects = 0
    return policy
  }

  private static func isLocal(_ location: String) -> Bool {
    location.hasPrefix("/") || location.lowercased().hasPrefix("file:")
  }

  /// The path of a file of this machine that may be read.
  private func readable(_ location: String) throws(ArtifactError) -> String {
    if let file = localFile(location) { return file }
    throw .registry(
      "the file is at a path of the tracking server's machine that may not be read here; let the server hand files "
        + "out (--serve-artifacts), or name a folder above it with --asset-root")
  }

  /// Copies a file of this machine, where it may be read.
  private func copy(_ location: String, to path: String, _ limit: Int64) async throws(ArtifactError) {
    let file = try readable(location)
    let failure: ArtifactError? = await onThread {
      do {
        let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? NSNumber
        guard let size, size.int64Value <= limit else { return .fetch(.tooLarge(limit: limit)) }
        try FileManager.default.copyItem(atPath: file, toPath: path)
        return nil
      } catch {
        return .file(error.localizedDescription)
      }
    }
    if let failure { throw failure }
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
