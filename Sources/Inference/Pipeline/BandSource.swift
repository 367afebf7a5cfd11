import Geo
import StacModel

/// A band of a file with the rules to read it.
struct BandSource: Sendable {
  /// How a band's pixels come onto the grid of the result.
  enum Placement: String, Sendable {
    /// The grids are the same.
    case direct
    /// The same reference system, another resolution or origin.
    case resampled
    /// Another reference system.
    case warped
  }

  let file: SourceFile
  let description: BandDescription
  let scale: Double
  let offset: Double
  /// Where scale and offset come from: `stac`, `file`, or `none`.
  let scalingOrigin: String

  init(_ file: SourceFile, _ description: BandDescription) throws(InferenceError) {
    self.file = file
    self.description = description
    let subject = "Band '\(description.name ?? "")' of asset '\(description.asset.key)'"
    let information = file.information
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
    let own = try file.information.grid()
    guard own.referenceSystem.isSame(as: grid.referenceSystem) else { return .warped }
    return own.hasSamePixels(as: grid) ? .direct : .resampled
  }

  private var hasOwnNoData: Bool {
    guard let value = description.noData, !value.isNaN else { return false }
    return band.noData != value
  }

  /// What the file says of the band.
  var band: BandInformation { file.information.bands[description.index - 1] }

  /// How stored numbers become values.
  var physicalValues: PhysicalValues {
    PhysicalValues(
      scale: scale, offset: offset, fileNoData: band.noData, declaredNoData: hasOwnNoData ? description.noData : nil)
  }

  /// What only the item declares to be nodata, as the band holds it; nil where there is nothing.
  private var ownNoData: Double? {
    guard hasOwnNoData, let value = description.noData else { return nil }
    return band.dataType == .float32 ? Double(Float(value)) : value
  }

  /// Stored values of a window of another grid, in double precision, and which of them hold something.
  ///
  /// Pixels without data are known before they are resampled: none of them is blended with others.
  func read(
    _ raster: OpenRaster, window: RasterWindow, of grid: RasterGrid, resampling: Resampling, isCancelled: () -> Bool
  ) throws -> PixelBlock<Double> {
    do {
      return try raster.dataset.read(
        Double.self, band: description.index, onto: grid, window: window, resampling: resampling, missing: ownNoData,
        isCancelled: isCancelled)
    } catch let error as GeoError {
      throw InferenceError(error, subject: "Asset '\(description.asset.key)'")
    }
  }

  /// Stored values of a window of the file, for what is not read in its own type.
  func read(_ raster: OpenRaster, window: RasterWindow) throws(InferenceError) -> PixelBlock<Double> {
    do {
      var block = try raster.dataset.read(Double.self, band: description.index, window: window)
      if let ownNoData { block.markMissing(ownNoData) }
      return block
    } catch {
      throw InferenceError(error, subject: "Asset '\(description.asset.key)'")
    }
  }
}
