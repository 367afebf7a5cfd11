import Foundation
import HTTPClient
import Inference
import Lineage
import StacAPI
import StacModel
import Synchronization

/// Finds local files for assets, within the rules of whoever asks: the one door to files and hosts.
struct AssetAccess: Sendable {
  /// Folders whose files may be read.
  let files: LocalFiles
  /// Fetches from the hosts that are allowed.
  let fetcher: RemoteFetcher
  /// Where fetched files are kept while a run needs them.
  let cacheFolder: String

  /// Files a server may read: below its data directory and the folders that were named.
  static func server(_ settings: ServeSettings) -> AssetAccess {
    AssetAccess(
      files: LocalFiles(roots: [settings.api.dataDirectory + "/assets"] + settings.api.assetRoots),
      fetcher: RemoteFetcher(policy: FetchPolicy(allowedHosts: settings.allowedHosts)),
      cacheFolder: settings.api.dataDirectory + "/cache")
  }

  /// What the user of the command line may read.
  static func user(dataDirectory: String, allowedHosts: [String]) -> AssetAccess {
    AssetAccess(
      files: LocalFiles(roots: ["/"]),
      fetcher: RemoteFetcher(policy: FetchPolicy(allowedHosts: Set(allowedHosts))),
      cacheFolder: dataDirectory + "/cache")
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
  private let fetcher: RemoteFetcher
  private let folder: String
  private let paths = Mutex<[String: String]>([:])

  init(fetcher: RemoteFetcher, folder: String) {
    self.fetcher = fetcher
    self.folder = folder + "/" + UUID().uuidString
  }

  /// Fetches the asset's file; blocks the thread, which is the run's own.
  func path(of asset: Asset, item: Item) throws -> String {
    guard asset.href.contains("://"), !asset.href.lowercased().hasPrefix("file:") else {
      throw InferenceError(
        .unreadableImage,
        "The asset '\(asset.key)' of '\(item.id)' is no file that may be read here; start the server with --asset-root."
      )
    }
    if let known = paths.withLock({ $0[asset.href] }) { return known }
    let target = folder + "/\(paths.withLock { $0.count })"
    let outcome = Mutex<Result<Void, FetchError>?>(nil)
    let done = DispatchSemaphore(value: 0)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    Task { [fetcher] in
      do throws(FetchError) {
        _ = try await fetcher.fetch(asset.href, to: target)
        outcome.withLock { $0 = .success(()) }
      } catch {
        outcome.withLock { $0 = .failure(error) }
      }
      done.signal()
    }
    done.wait()
    do {
      try outcome.withLock { try $0?.get() }
    } catch {
      throw InferenceError(.unreadableImage, "The asset '\(asset.key)' of '\(item.id)' cannot be fetched: \(error)")
    }
    paths.withLock { $0[asset.href] = target }
    return target
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
