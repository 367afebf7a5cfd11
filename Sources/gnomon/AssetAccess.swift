import Foundation
import HTTPClient
import Inference
import Lineage
import Logging
import MLflow
import ModelArtifacts
import StacAPI
import StacModel
import YAMLValues

/// Finds local files for assets, within the rules of whoever asks: the one door to files and hosts.
struct AssetAccess: Sendable {
  /// Folders whose files may be read.
  let files: LocalFiles
  /// Fetches from the hosts that are allowed.
  let fetcher: ArtifactFetcher
  /// Where fetched files are kept while a run needs them.
  let cacheFolder: String

  /// Files a server may read: below its data directory and the folders that were named.
  static func server(_ settings: ServeSettings, logger: Logger) -> AssetAccess {
    let files = LocalFiles(roots: [settings.api.dataDirectory + "/assets"] + settings.api.assetRoots)
    return AssetAccess(
      files: files,
      fetcher: fetcher(settings.artifacts, settings.mlflow.servers, files, dataDirectory: settings.api.dataDirectory) {
        logger.info("\($0)")
      },
      cacheFolder: settings.api.dataDirectory + "/cache")
  }

  /// What the user of the command line may read.
  ///
  /// - Parameter trackingURIs: the MLflow servers that the command names; those of the environment where it names none.
  static func user(dataDirectory: String, allowedHosts: [String], trackingURIs: [String] = []) -> AssetAccess {
    let settings = ArtifactOptions.environment(allowedHosts: allowedHosts)
    // A server that cannot be understood is none.
    let servers = (try? MLflowOptions.servers(trackingURIs, policy: settings.policy)) ?? MLflowServers()
    let files = LocalFiles(roots: ["/"])
    return AssetAccess(
      files: files,
      fetcher: fetcher(settings, servers, files, dataDirectory: dataDirectory) { Progress.write("note     \($0)\n") },
      cacheFolder: dataDirectory + "/cache")
  }

  private static func fetcher(
    _ settings: ArtifactSettings, _ servers: MLflowServers, _ files: LocalFiles, dataDirectory: String,
    telling tell: @escaping @Sendable (String) -> Void
  ) -> ArtifactFetcher {
    let cache = ArtifactCache(folder: dataDirectory + "/cache/artifacts", capacity: settings.cacheCapacity)
    return ArtifactFetcher(
      policy: settings.policy, storage: settings.storage, registry: MLflowModels(servers: servers, tell: tell),
      cache: settings.cacheCapacity > 0 ? cache : nil, localFile: { files.path(of: $0) })
  }

  /// Calls a body with a resolver; what was fetched is removed afterwards.
  ///
  /// - Parameter isCancelled: asked many times a second while a file is fetched, which ends then.
  func withResolver<Result>(
    until isCancelled: @escaping @Sendable () -> Bool,
    _ body: (@escaping InferencePipeline.AssetResolver) throws -> Result
  ) rethrows -> Result {
    let fetched = FetchedFiles(fetcher: fetcher, parent: cacheFolder, isCancelled: isCancelled)
    defer { fetched.remove() }
    return try body { asset, item in
      if let path = files.path(of: asset.href) { return path }
      return try fetched.path(of: asset, item: item)
    }
  }

  /// The hosts that assets are fetched from; storage and registries count as one each. Files of this machine have none.
  func hosts(of assets: [Asset]) -> Set<String> {
    Set(
      assets.compactMap { asset in
        guard files.path(of: asset.href) == nil, fetcher.fetches(asset.href) else { return nil }
        let parts = asset.href.lowercased().split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
        guard let scheme = parts.first else { return nil }
        return scheme.hasPrefix("http") && parts.count > 1 ? String(parts[1]) : String(scheme)
      })
  }

  /// Fetches what is elsewhere of some assets, each once, and reads nothing of it; what fails is told to whoever reads it.
  ///
  /// - Parameter isOver: asked many times a second; what is not there then is given up.
  /// - Returns: the files, which go with it.
  func fetch(_ assets: [Asset], of item: Item, until isOver: @escaping @Sendable () -> Bool) async -> FetchedFiles {
    let fetched = FetchedFiles(fetcher: fetcher, parent: cacheFolder, isCancelled: isOver)
    let elsewhere = assets.filter { files.path(of: $0.href) == nil && fetcher.fetches($0.href) }
    if !elsewhere.isEmpty {
      await onOwnThread { for asset in elsewhere { _ = try? fetched.path(of: asset, item: item) } }
    }
    return fetched
  }

  /// Calls a body while at most one other has the files of a model in memory, which have 512 MB each.
  func withTurn<Result>(
    reading fetched: FetchedFiles, _ isCancelled: @escaping @Sendable () -> Bool,
    _ body: (@escaping InferencePipeline.AssetResolver) -> Result
  ) throws -> Result {
    try Self.takeTurn(isCancelled)
    defer { Self.turns.signal() }
    return body { asset, item in try files.path(of: asset.href) ?? fetched.path(of: asset, item: item) }
  }

  private static let turns = DispatchSemaphore(value: 2)

  private static func takeTurn(_ isCancelled: () -> Bool) throws(InferenceError) {
    repeat {
      if isCancelled() { throw InferenceError(.cancelled, "The request was cancelled.") }
    } while turns.wait(timeout: .now() + .milliseconds(FetchedFiles.pauseMilliseconds)) == .timedOut
  }

  /// The bytes of a small text file that an href names, nil where it may not be read or is larger than 256 KiB.
  func smallFile(at href: String) async -> [UInt8]? {
    guard let path = files.path(of: href) else { return nil }
    return await onOwnThread {
      guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
      let data = (try? handle.read(upToCount: YAMLLimits().bytes + 1)) ?? Data()
      return data.count <= YAMLLimits().bytes ? Array(data) : nil
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
