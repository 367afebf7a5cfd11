import Foundation
import Geo
import StacModel

/// An image file of a request: what it says of itself, and how every worker opens a handle of its own.
struct SourceFile: Sendable {
  let path: String
  /// The asset it was found by, for messages.
  let asset: String
  let information: RasterInformation
  /// `file:checksum` of its asset.
  let checksum: String?
  /// Its bytes and why, where the image lies elsewhere and was fetched whole; nil for files here and those read by ranges.
  let wholeFetch: (bytes: Int64, reason: WholeFetchReason)?
  private let limits: RasterLimits

  init(path: String, asset: Asset, limits: RasterLimits) throws(InferenceError) {
    self.path = path
    self.asset = asset.key
    self.limits = limits
    checksum = asset.checksum
    try Self.checkSize(path, asset)
    do {
      information = try RasterDataset(path: path, limits: limits).information
    } catch {
      throw InferenceError(error, subject: "Asset '\(asset.key)'")
    }
    wholeFetch = Self.wholeFetch(path, asset, information.format)
  }

  private static func wholeFetch(
    _ path: String, _ asset: Asset, _ format: RasterFormat
  ) -> (bytes: Int64, reason: WholeFetchReason)? {
    guard VirtualFile.traffic(at: path) == nil, let reason = WholeFetchReason(asset.href, format) else { return nil }
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return ((attributes?[.size] as? NSNumber)?.int64Value ?? 0, reason)
  }

  /// Refuses a file that has another size than its item says: it was cut off, or is another one.
  private static func checkSize(_ path: String, _ asset: Asset) throws(InferenceError) {
    guard let declared = asset.size else { return }
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let found = VirtualFile.traffic(at: path).map(\.byteCount) ?? (attributes?[.size] as? NSNumber)?.int64Value
    guard let found, found != declared else { return }
    throw InferenceError(
      found < declared ? .unreadableImage : .checksum,
      "Asset '\(asset.key)': The file has \(found) bytes, and file:size says \(declared): it was "
        + (found < declared ? "cut off or exchanged." : "exchanged."))
  }

  /// Whether the pixels of two descriptions lie in the same places. Reference systems are not compared: PROJ words one
  /// in several ways; nor are nodata values, which may be NaN.
  private static func isSame(_ first: RasterInformation, _ second: RasterInformation) -> Bool {
    first.width == second.width && first.height == second.height && first.geoTransform == second.geoTransform
      && first.bands.map(\.dataType) == second.bands.map(\.dataType)
      && first.bands.map(\.blockSize) == second.bands.map(\.blockSize)
  }

  /// Another handle for the same file; refuses one that has become another since.
  func open() throws(InferenceError) -> OpenRaster {
    do {
      let raster = OpenRaster(try RasterDataset(path: path, limits: limits, known: information))
      guard Self.isSame(raster.dataset.information, information) else {
        throw InferenceError(.unreadableImage, "Asset '\(asset)': The image was changed while it was read.")
      }
      return raster
    } catch let error as GeoError {
      throw InferenceError(error, subject: "Asset '\(asset)'")
    } catch {
      throw InferenceError.wrapping(error)
    }
  }
}

/// An open raster; used by one thread.
final class OpenRaster {
  let dataset: RasterDataset

  init(_ dataset: consuming RasterDataset) { self.dataset = dataset }
}

/// Why an image elsewhere was fetched whole.
enum WholeFetchReason: String, Sendable {
  /// Packets of an area lie scattered in such files, and nothing but a checksum of the whole tells of damage.
  case jpeg2000
  /// Its server was asked for a range and gave none.
  case noRanges = "no-ranges"
  /// A registry, such as MLflow, hands it out.
  case registry

  /// Nil for a file of this machine.
  init?(_ href: String, _ format: RasterFormat) {
    guard href.contains(":") else { return nil }
    let scheme = href.prefix { $0 != ":" }.lowercased()
    if scheme == "file" { return nil }
    let isPlain = ["http", "https", "s3"].contains(scheme)
    self = !isPlain ? .registry : format == .jpeg2000 ? .jpeg2000 : .noRanges
  }

  /// For people.
  var words: String {
    switch self {
    case .jpeg2000: "what an area needs of a JPEG 2000 file lies scattered, and only the whole has a checksum"
    case .noRanges: "its server gives no ranges"
    case .registry: "a registry hands it out"
    }
  }
}
