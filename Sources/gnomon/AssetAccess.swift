import Digests
import Foundation
import HTTPClient
import Inference
import Lineage
import MLflow
import ModelArtifacts
import StacAPI
import StacModel
import Synchronization

/// Finds local files for assets, within the rules of whoever asks: the one door to files and hosts.
struct AssetAccess: Sendable {
  /// Folders whose files may be read.
  let files: LocalFiles
  /// Fetches from the hosts that are allowed.
  let fetcher: ArtifactFetcher
  /// Where fetched files are kept while a run needs them.
  let cacheFolder: String

  /// Files a server may read: below its data directory and the folders that were named.
  static func server(_ settings: ServeSettings) -> AssetAccess {
    AssetAccess(
      files: LocalFiles(roots: [settings.api.dataDirectory + "/assets"] + settings.api.assetRoots),
      fetcher: fetcher(settings.artifacts, settings.mlflow.servers, dataDirectory: settings.api.dataDirectory),
      cacheFolder: settings.api.dataDirectory + "/cache")
  }

  /// What the user of the command line may read.
  static func user(dataDirectory: String, allowedHosts: [String]) -> AssetAccess {
    let settings = ArtifactOptions.environment(allowedHosts: allowedHosts)
    // A server that cannot be understood is none.
    let servers = (try? MLflowOptions.servers([], allowedHosts: Set(allowedHosts))) ?? MLflowServers()
    return AssetAccess(
      files: LocalFiles(roots: ["/"]),
      fetcher: fetcher(settings, servers, dataDirectory: dataDirectory), cacheFolder: dataDirectory + "/cache")
  }

  private static func fetcher(
    _ settings: ArtifactSettings, _ servers: MLflowServers, dataDirectory: String
  ) -> ArtifactFetcher {
    let cache = ArtifactCache(folder: dataDirectory + "/cache/artifacts", capacity: settings.cacheCapacity)
    return ArtifactFetcher(
      fetcher: RemoteFetcher(policy: settings.policy), storage: settings.storage,
      registry: MLflowModels(servers: servers),
      cache: settings.cacheCapacity > 0 ? cache : nil)
  }

  /// Calls a body with a resolver; what was fetched is removed afterwards.
  func withResolver<Result>(_ body: (@escaping InferencePipeline.AssetResolver) throws -> Result) rethrows -> Result {
    let fetched = FetchedFiles(fetcher: fetcher, folder: cacheFolder)
    defer { fetched.remove() }
    return try body { asset, item in
      if let path = files.path(of: asset.href) { return path }
      return try fetched.path(of: asset, item: item)
    }
  }

  /// The bytes of a small text file that an href names, nil where it may not be read or is larger than 256 KiB.
  func smallFile(at href: String) async -> [UInt8]? {
    guard let path = files.path(of: href) else { return nil }
    return await onOwnThread {
      guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
      let data = (try? handle.read(upToCount: YAMLText.maximumBytes + 1)) ?? Data()
      return data.count <= YAMLText.maximumBytes ? Array(data) : nil
    }
  }

  /// The bytes of an asset, as many as the limit allows.
  static func bytes(
    of asset: Asset, item: Item, limit: Int, _ resolve: InferencePipeline.AssetResolver
  ) throws -> [UInt8] {
    let path = try resolve(asset, item)
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw InferenceError(.unreadableImage, "The asset '\(asset.key)' of '\(item.id)' cannot be read.")
    }
    // At the end of an empty file there is no data at all.
    let data = try handle.read(upToCount: limit + 1) ?? Data()
    guard data.count <= limit else {
      throw InferenceError(.tooLarge, "The asset '\(asset.key)' of '\(item.id)' has more than \(limit >> 20) MB.")
    }
    return Array(data)
  }
}

/// Files that one run has fetched, each once.
private final class FetchedFiles: Sendable {
  private let fetcher: ArtifactFetcher
  private let folder: String
  private let paths = Mutex<[String: String]>([:])

  init(fetcher: ArtifactFetcher, folder: String) {
    self.fetcher = fetcher
    self.folder = folder + "/" + UUID().uuidString
  }

  /// Fetches the asset's file; blocks the thread, which is the run's own.
  func path(of asset: Asset, item: Item) throws -> String {
    guard fetcher.fetches(asset.href) else {
      throw InferenceError(
        .unreadableImage,
        "The asset '\(asset.key)' of '\(item.id)' is no file that may be read here; start the server with --asset-root."
      )
    }
    if let known = paths.withLock({ $0[asset.href] }) { return known }
    let target = folder + "/\(paths.withLock { $0.count })"
    let outcome = Mutex<Result<Void, ArtifactError>?>(nil)
    let done = DispatchSemaphore(value: 0)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // What has no checksum that can be read is judged by whoever reads the file; images are large, and not kept.
    let isKept = asset.roles.contains("mlm:model") || asset.roles.contains("test-vector")
    let checksum = isKept ? asset.checksum.flatMap { try? Multihash(hexadecimal: $0) } : nil
    Task { [fetcher] in
      do throws(ArtifactError) {
        try await fetcher.fetch(asset.href, to: target, checksum: checksum)
        outcome.withLock { $0 = .success(()) }
      } catch {
        outcome.withLock { $0 = .failure(error) }
      }
      done.signal()
    }
    done.wait()
    do {
      try outcome.withLock { try $0?.get() }
    } catch ArtifactError.checksum {
      throw InferenceError(
        .checksum, "The asset '\(asset.key)' of '\(item.id)' is not the file that file:checksum names: it was changed.")
    } catch {
      throw InferenceError(.unreadableImage, "The asset '\(asset.key)' of '\(item.id)' cannot be fetched: \(error)")
    }
    paths.withLock { $0[asset.href] = target }
    return target
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
