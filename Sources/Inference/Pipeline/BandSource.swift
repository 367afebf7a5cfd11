import Geo
import StacModel

/// An open raster that several bands share; used by one thread.
final class OpenRaster {
  let dataset: RasterDataset
  let path: String

  init(path: String, limits: RasterLimits) throws(GeoError) {
    self.path = path
    dataset = try RasterDataset(path: path, limits: limits)
  }
}

/// A band of an open raster with the rules to read it.
struct BandSource {
  /// How a band's pixels come onto the grid of the result.
  enum Placement: String, Sendable {
    /// The grids are the same.
    case direct
    /// The same reference system, another resolution or origin.
    case resampled
    /// Another reference system.
    case warped
  }

  let raster: OpenRaster
  let description: BandDescription
  let scale: Double
  let offset: Double
  /// Where scale and offset come from: `stac`, `file`, or `none`.
  let scalingOrigin: String

  init(_ raster: OpenRaster, _ description: BandDescription) throws(InferenceError) {
    self.raster = raster
    self.description = description
    let subject = "Band '\(description.name ?? "")' of asset '\(description.asset.key)'"
    let information = raster.dataset.information
    guard description.index <= information.bands.count else {
      throw InferenceError(
        .missingBand,
        "\(subject) is described as band \(description.index); the file has only \(information.bands.count).")
    }
    try Self.checkName(description, information, subject)
    let band = information.bands[description.index - 1]
    guard description.scale != nil || description.offset != nil else {
      (scale, offset) = (band.scale, band.offset)
      scalingOrigin = band.hasScaling ? "file" : "none"
      return
    }
    (scale, offset) = (description.scale ?? 1, description.offset ?? 0)
    guard scale.isFinite, offset.isFinite, scale != 0 else {
      throw InferenceError(
        .scalingConflict, "\(subject) has a scale or an offset that is no number, or the scale 0: mend its item.")
    }
    scalingOrigin = "stac"
    if band.hasScaling, band.scale != scale || band.offset != offset {
      throw InferenceError(
        .scalingConflict,
        "\(subject) has scale \(scale) and offset \(offset) in its item, but \(band.scale) and \(band.offset) in the file: "
          + "make them agree.")
    }
  }

  /// Refuses a file that calls another of its bands by the name that is looked for.
  private static func checkName(
    _ description: BandDescription, _ information: RasterInformation, _ subject: String
  ) throws(InferenceError) {
    guard let name = description.name else { return }
    let own = information.bands[description.index - 1].description
    guard !own.isEmpty, own != name,
      let other = information.bands.first(where: { $0.description == name })
    else { return }
    throw InferenceError(
      .ambiguousBand,
      "\(subject) is described as band \(description.index), but the file gives that name to its band \(other.index): "
        + "correct the order of the bands in the item.")
  }

  /// How the band comes onto a grid.
  func placement(on grid: RasterGrid) throws(GeoError) -> Placement {
    let own = try raster.dataset.information.grid()
    guard own.referenceSystem.isSame(as: grid.referenceSystem) else { return .warped }
    return Self.isSame(own, grid) ? .direct : .resampled
  }

  /// Whether two grids of one reference system have the same pixels, to a millionth of one.
  private static func isSame(_ first: RasterGrid, _ second: RasterGrid) -> Bool {
    guard first.width == second.width, first.height == second.height, let inverse = second.geoTransform.inverse else {
      return false
    }
    let (width, height) = (Double(first.width), Double(first.height))
    return [(0, 0), (width, 0), (0, height), (width, height)].allSatisfy { corner in
      let point = first.geoTransform.point(column: corner.0, row: corner.1)
      let place = inverse.point(column: point.x, row: point.y)
      return abs(place.x - corner.0) < 1e-6 && abs(place.y - corner.1) < 1e-6
    }
  }

  /// Bilinear, except where the item names a nodata value that the file does not know: blending would smear it.
  var resampling: Resampling { hasOwnNoData ? .nearest : .bilinear }

  private var hasOwnNoData: Bool {
    guard let value = description.noData, !value.isNaN else { return false }
    return raster.dataset.information.bands[description.index - 1].noData != value
  }

  /// Physical values of a window of the result's grid, row-major, in single precision; `validity` loses the pixels
  /// that hold nothing.
  func read(
    _ window: RasterWindow, of grid: RasterGrid, placement: Placement, validity: inout [Bool],
    isCancelled: () -> Bool
  ) throws -> [Float] {
    let block: PixelBlock<Double>
    do {
      if placement == .direct {
        block = try raster.dataset.read(Double.self, band: description.index, window: window)
      } else {
        block = try raster.dataset.read(
          Double.self, band: description.index, onto: grid.of(window), resampling: resampling, isCancelled: isCancelled)
      }
    } catch let error as GeoError {
      throw InferenceError(error, subject: "Asset '\(description.asset.key)'")
    }
    let noData = hasOwnNoData ? description.noData : nil
    let type = raster.dataset.information.bands[description.index - 1].dataType
    let single = type == .float32 ? noData.map { Float($0) } : nil
    var values = [Float](repeating: 0, count: block.values.count)
    for index in values.indices {
      let stored = block.values[index]
      if !block.validity[index] || stored == noData || Float(stored) == single {
        validity[index] = false
      } else {
        let value = Float(stored * scale + offset)
        if !value.isFinite { validity[index] = false }
        values[index] = value
      }
    }
    return values
  }
}
