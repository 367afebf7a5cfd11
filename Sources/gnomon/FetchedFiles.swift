import Digests
import Foundation
import Geo
import HTTPClient
import Inference
import MLflow
import ModelArtifacts
import StacModel
import Synchronization

/// Files that one run has fetched, each once: whole, or in the parts that are read of an image.
final class FetchedFiles: Sendable {
  private struct State {
    /// Made with the first file.
    var folder: FetchFolder?
    /// How many files it was given names for.
    var names = 0
    /// Where files are, or why they are not, by their addresses.
    var found: [String: Result<String, InferenceError>] = [:]
    /// What is read in parts, under its path as long as it is held here.
    var images: [VirtualFile] = []
  }

  /// How long a thread waits before it asks whether to stop.
  static let pauseMilliseconds = 50
  /// How often it waits for a transfer that was told to stop.
  private static let mostPauses = 40

  private let fetcher: ArtifactFetcher
  private let parent: String
  private let isCancelled: @Sendable () -> Bool
  private let state = Mutex(State())

  /// - Parameter isCancelled: asked many times a second while something is fetched, which ends then.
  init(fetcher: ArtifactFetcher, parent: String, isCancelled: @escaping @Sendable () -> Bool) {
    self.fetcher = fetcher
    self.parent = parent
    self.isCancelled = isCancelled
  }

  /// Fetches the asset's file, or only opens it where it is read in parts; blocks the thread, which is the run's own.
  func path(of asset: Asset, item: Item) throws -> String {
    if let form = AddressForm(of: asset.href) {
      throw InferenceError(
        .unreadableImage, "The asset '\(asset.key)' of '\(item.id)' cannot be fetched: \(form.message); \(form.remedy)."
      )
    }
    guard fetcher.fetches(asset.href) else {
      throw InferenceError(.unreadableImage, Self.unreadable(asset, of: item))
    }
    // What could not be had is not asked for again by the same run.
    if let known = state.withLock({ $0.found[asset.href] }) { return try known.get() }
    let folder = try folder()
    let found = Result { () throws(InferenceError) in
      do throws(ArtifactError) {
        if let path = try open(asset, in: folder) { return path }
        return try fetch(asset, of: item, to: newPath(in: folder))
      } catch {
        throw Self.failure(error, "The asset '\(asset.key)' of '\(item.id)'")
      }
    }
    state.withLock { $0.found[asset.href] = found }
    return try found.get()
  }

  private static func unreadable(_ asset: Asset, of item: Item) -> String {
    let subject = "The asset '\(asset.key)' of '\(item.id)'"
    // What begins with neither a scheme nor a slash is told from where the item's file is, which nobody here knows.
    guard !asset.href.contains(":"), !asset.href.hasPrefix("/") else {
      return "\(subject) is no file that may be read here; start the server with --asset-root."
    }
    return
      "\(subject) has a relative href, which leads nowhere from here; write the URL where the file can be read, as "
      + "gnomon register --href-base does."
  }

  func remove() {
    state.withLock { state in
      state.images = []
      state.folder = nil
    }
  }

  // MARK: In parts

  /// The path of a GeoTIFF whose server gives ranges; nil for everything else, which is fetched whole.
  private func open(_ asset: Asset, in folder: String) throws(ArtifactError) -> String? {
    guard Self.limit(of: asset) == nil else { return nil }
    do throws(ArtifactError) {
      guard let file = try fetcher.ranges(of: asset.href, in: folder, isCancelled: isCancelled),
        RasterFormat(head: file.head) == .geoTIFF
      else { return nil }
      let image = VirtualFile(RemoteImage(file))
      state.withLock { $0.images.append(image) }
      return image.path
    } catch {
      switch error {
      case .fetch(.cancelled), .fetch(.tooSlow): throw error
      // Some servers refuse the question for a range; others will refuse the whole file too, which says why.
      default: return nil
      }
    }
  }

  // MARK: Whole

  private func fetch(_ asset: Asset, of item: Item, to target: String) throws(ArtifactError) -> String {
    let outcome = Mutex<Result<Void, ArtifactError>?>(nil)
    let done = DispatchSemaphore(value: 0)
    let limit = Self.limit(of: asset)
    // What has no checksum that can be read is judged by whoever reads the file; images are large, and not kept.
    let checksum = limit == nil ? nil : asset.checksum.flatMap { try? Multihash(hexadecimal: $0) }
    let server = RunDeclaration(item)?.server?.url
    let task = Task { [fetcher] in
      do throws(ArtifactError) {
        try await fetcher.fetch(asset.href, at: server, to: target, checksum: checksum, limit: limit)
        outcome.withLock { $0 = .success(()) }
      } catch {
        outcome.withLock { $0 = .failure(error) }
      }
      done.signal()
    }
    var pauses = 0
    while done.wait(timeout: .now() + .milliseconds(Self.pauseMilliseconds)) == .timedOut {
      guard isCancelled() else { continue }
      // The transfer ends soon then, and tells so; but for a name that is being resolved, which nothing interrupts.
      task.cancel()
      pauses += 1
      if pauses > Self.mostPauses { throw .fetch(.cancelled) }
    }
    if isCancelled() { throw .fetch(.cancelled) }
    try outcome.withLock { $0 }?.get()
    return target
  }

  /// The most bytes of a model's files; nil of images, which have the policy's limit.
  private static func limit(of asset: Asset) -> Int64? {
    if asset.roles.contains("test-vector") { return Int64(ModelProof.vectorLimit) }
    return asset.roles.contains("mlm:model") ? Int64(ModelProof.modelLimit) : nil
  }

  private static func failure(_ error: ArtifactError, _ what: String) -> InferenceError {
    switch error {
    case .checksum:
      InferenceError(.checksum, "\(what) is not the file that file:checksum names: it was changed.")
    case .fetch(.tooLarge(let limit)):
      InferenceError(.tooLarge, "\(what) has more than \(limit >> 20) MB, which is not fetched.")
    case .fetch(.cancelled): InferenceError(.cancelled, "The request was cancelled.")
    default: InferenceError(.unreadableImage, "\(what) cannot be fetched: \(error)")
    }
  }

  // MARK: Places

  private func folder() throws -> String {
    try state.withLock { state in
      let folder = try state.folder ?? FetchFolder(in: parent)
      state.folder = folder
      return folder.path
    }
  }

  private func newPath(in folder: String) -> String {
    state.withLock { state in
      state.names += 1
      return "\(folder)/\(state.names)"
    }
  }
}

/// An image on the web as the geospatial library reads it.
private final class RemoteImage: VirtualFileSource {
  private let file: RangedFile

  init(_ file: RangedFile) { self.file = file }

  var byteCount: Int64 { file.byteCount }

  var failure: GeoError? { file.failure.map(Self.error) }

  var traffic: VirtualFileTraffic {
    VirtualFileTraffic(requests: file.traffic.requests, bytes: file.traffic.bytes)
  }

  func read(at offset: Int64, into target: UnsafeMutableRawBufferPointer) throws(GeoError) -> Int {
    do throws(FetchError) {
      return try unsafe file.read(at: offset, into: target)
    } catch {
      throw Self.error(error)
    }
  }

  func fetch(_ ranges: [Range<Int64>]) throws(GeoError) {
    do throws(FetchError) {
      try file.fetch(ranges)
    } catch {
      throw Self.error(error)
    }
  }

  private static func error(_ error: FetchError) -> GeoError {
    let (reason, message): (GeoError.Reason, String) =
      switch error {
      case .cancelled: (.cancelled, "The request was cancelled.")
      case .changed: (.source, "The image was changed while it was read.")
      case .tooLarge(let limit):
        (.limitExceeded, "More than \(limit >> 20) MB of the image are needed, which are not fetched.")
      default: (.source, "The image cannot be fetched: \(error).")
      }
    return GeoError(reason, function: "RangedFile", messages: [message])
  }
}
