import Geo
import MLMExtension
import StacModel

/// The imagery of a request on one grid: which band of which item each feature is read from.
struct FeatureStack: Sendable {
  /// One band to read for one step in time.
  struct Reading: Sendable {
    let name: String
    let step: Int
    /// Index into ``FeatureStack/files``.
    let file: Int
    let source: BandSource
    var placement: BandSource.Placement = .direct
    /// How it is read where the placement is another.
    var resampling = ResamplingChoice(method: .bilinear, origin: .standard)
  }

  let layout: FeatureLayout
  private(set) var files: [SourceFile] = []
  private(set) var readings: [Reading] = []
  /// The grid of the finest band used.
  let grid: RasterGrid
  /// The items in the order they are read: by datetime for a model over time.
  let items: [SourceItem]

  /// Finds and compares the bands, and looks into their files.
  ///
  /// - Parameter resolve: gives the local path of an asset of an item, and refuses what may not be read.
  init(
    _ layout: FeatureLayout, items unsorted: [SourceItem], rules: ResamplingRules, limits: InferenceLimits,
    resolve: (Asset, Item) throws -> String
  ) throws {
    self.layout = layout
    items = try Self.ordered(unsorted, steps: layout.steps, limits: limits)
    let catalog = BandCatalog(items)
    let rasterLimits = RasterLimits(maximumPixels: limits.maximumImagePixels)
    var known: [String: Int] = [:]
    for step in 0..<(layout.steps ?? 1) {
      let sources = layout.steps == nil ? Array(items.indices) : [step]
      for name in layout.sourceNames {
        let band = try catalog.band(name, in: sources)
        let path = try resolve(band.asset, items[band.source].item)
        if known[path] == nil {
          known[path] = files.count
          files.append(try SourceFile(path: path, asset: band.asset, limits: rasterLimits))
        }
        let file = known[path] ?? 0
        readings.append(Reading(name: name, step: step, file: file, source: try BandSource(files[file], band)))
      }
    }
    grid = try Self.finestGrid(readings)
    for index in readings.indices { readings[index].placement = try readings[index].source.placement(on: grid) }
    choose(by: rules)
  }

  /// Settles how each band is read, in one way for all the items.
  private mutating func choose(by rules: ResamplingRules) {
    let sources = Dictionary(grouping: readings, by: \.name).mapValues { $0.map(\.source) }
    let choices = sources.map { ($0.key, rules.choice($0.key, $0.value)) }
    let byName = Dictionary(choices) { first, _ in first }
    for index in readings.indices {
      if let choice = byName[readings[index].name] { readings[index].resampling = choice }
    }
  }

  private static func ordered(
    _ items: [SourceItem], steps: Int?, limits: InferenceLimits
  ) throws(InferenceError) -> [SourceItem] {
    guard !items.isEmpty, items.count <= limits.maximumItems else {
      throw InferenceError(.itemCount, "\(items.count) items are given; 1 to \(limits.maximumItems) can be read.")
    }
    guard let steps else { return items }
    guard items.count == steps else {
      throw InferenceError(
        .itemCount, "The model reads a series of \(steps) items in order of datetime; \(items.count) are given.")
    }
    let sorted = items.sorted { $0.item.time.sortKey < $1.item.time.sortKey }
    for (first, second) in zip(sorted, sorted.dropFirst()) where first.item.time.sortKey == second.item.time.sortKey {
      throw InferenceError(
        .itemCount,
        "The items '\(first.item.id.prefix(64))' and '\(second.item.id.prefix(64))' have the same datetime: a series "
          + "needs items of different times.")
    }
    return sorted
  }

  /// The grid with the smallest pixels; the first in the order of the features where several are equal.
  private static func finestGrid(_ readings: [Reading]) throws -> RasterGrid {
    var best: (grid: RasterGrid, size: Double)?
    for reading in readings {
      let grid: RasterGrid
      do {
        grid = try reading.source.file.information.grid()
      } catch {
        throw InferenceError(error, subject: "Asset '\(reading.source.description.asset.key)'")
      }
      // Metres, roughly: a geographic unit is an angle on a sphere of the Earth's size.
      let unit = grid.referenceSystem.unitSize * (grid.referenceSystem.isGeographic ? 6_371_000 : 1)
      let size = abs(grid.geoTransform.determinant).squareRoot() * unit
      if let known = best, size >= known.size * 0.999_999 { continue }
      best = (grid, size)
    }
    guard let best else { throw InferenceError(.unsupportedModel, "The model reads no band.") }
    return best.grid
  }

  /// What was fetched so far of images that lie elsewhere.
  var remoteImages: [PredictionReport.RemoteImage] {
    files.compactMap { file in
      if let (bytes, reason) = file.wholeFetch {
        return PredictionReport.RemoteImage(asset: file.asset, size: bytes, wholeBecause: reason)
      }
      guard let (traffic, size) = VirtualFile.traffic(at: file.path) else { return nil }
      return PredictionReport.RemoteImage(
        asset: file.asset, size: size, fetchedBytes: traffic.bytes, requests: traffic.requests)
    }
  }

  /// What was read, for the report.
  var uses: [PredictionReport.BandUse] {
    readings.map { reading in
      let source = reading.source
      let scaling = layout.bands.first { $0.name == reading.name && $0.expression == nil }?.scaling
      return PredictionReport.BandUse(
        name: reading.name, item: items[source.description.source].item.id, asset: source.description.asset.key,
        band: source.description.index, scale: source.scale, offset: source.offset,
        scalingOrigin: source.scalingOrigin, valueScaling: scaling, placement: reading.placement.rawValue,
        resampling: reading.placement == .direct ? nil : PredictionReport.Resampling(reading.resampling))
    }
  }
}
