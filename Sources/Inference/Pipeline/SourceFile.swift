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
