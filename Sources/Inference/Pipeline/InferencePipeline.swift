import Digests
import Foundation
import Geo
public import StacModel

/// Runs a model on imagery: model item and file, items and area in; class map, confidence and polygons out.
///
/// Bands are matched by name (``RunnableModel`` and the notes of each step say what is understood):
/// - a model without `time` reads its bands from one item, or from several items of which each band is in exactly one;
/// - a model with `time` reads as many items as its shape says, in order of datetime;
/// - the finest grid among the bands is the result's; other grids are resampled (bilinear) or warped onto it;
/// - scale and offset (the item's, else the file's) are applied in double precision and rounded once to single, then
///   expressions in single precision, then `value_scaling`;
/// - a pixel without data in any band used, or with an infinite feature, is nodata; a feature that is NaN (0/0) is a
///   missing value to the model.
public struct InferencePipeline: Sendable {
  /// Gives the local path of an asset of an item; throws for what may not be read. This is the access policy.
  public typealias AssetResolver = @Sendable (Asset, Item) throws -> String
  /// Told how far the work is (0 to 1) and how many pixels are classified.
  public typealias Progress = @Sendable (_ fraction: Double, _ pixels: Int) -> Void

  public let limits: InferenceLimits
  private let resolve: AssetResolver

  public init(limits: InferenceLimits = InferenceLimits(), resolve: @escaping AssetResolver) {
    self.limits = limits
    self.resolve = resolve
  }

  /// Predicts, and leaves `class.tif`, `polygons.geojson`, `thumbnail.png` and, if asked, `confidence.tif` in a folder.
  ///
  /// The files appear in the folder when all are whole; on failure nothing is left. Files of the same names are
  /// replaced, others stay. Blocks the calling thread for as long as it takes: use a thread that may block
  /// (``InferenceGate``).
  ///
  /// - Throws: ``InferenceError``, or what the resolver throws.
  public func run(
    _ request: InferenceRequest, into folder: String, progress: Progress = { _, _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) throws -> PredictionReport {
    do {
      return try checkedRun(request, folder, progress, isCancelled)
    } catch is CancellationError {
      throw InferenceError(.cancelled, "The prediction was cancelled.")
    } catch let error as GeoError {
      throw InferenceError(error)
    } catch let error as ModelFileError {
      throw InferenceError(error)
    }
  }

  private func checkedRun(
    _ request: InferenceRequest, _ folder: String, _ progress: Progress, _ isCancelled: () -> Bool
  ) throws -> PredictionReport {
    let clock = ContinuousClock()
    let start = clock.now
    let model = try RunnableModel(item: request.model, bytes: request.modelBytes, threads: limits.threads)
    if let testVector = request.testVector { _ = try model.verify(testVector: testVector) }
    let area = try Self.area(request)
    let stack = try FeatureStack(model.layout, items: request.items, limits: limits, resolve: resolve)
    let (window, mask) = try placed(area, on: stack.grid)
    let output = try OutputFolder(folder)
    let legend = try ClassLegend(model.classes)
    var report = PredictionReport(model: model, stack: stack, window: window, noData: legend.noData)
    if legend.isWide {
      try write(UInt16.self, request, model, stack, window, mask, legend, output, progress, isCancelled, &report)
    } else {
      try write(UInt8.self, request, model, stack, window, mask, legend, output, progress, isCancelled, &report)
    }
    report.files = try output.publish()
    report.seconds = Double((clock.now - start) / .milliseconds(1)) / 1000
    progress(1, window.pixelCount)
    return report
  }

  private static func area(_ request: InferenceRequest) throws(InferenceError) -> AreaOfInterest? {
    do {
      switch (request.boundingBox, request.area) {
      case (nil, nil): return nil
      case (let box?, nil): return try AreaOfInterest(boundingBox: box.numbers)
      case (nil, let geometry?):
        return try AreaOfInterest(geoJSON: Data(JSONSerializer.bytes(geometry.json)))
      default: throw InferenceError(.invalidArea, "A box and a polygon cannot be asked for together.")
      }
    } catch let error as GeoError {
      throw InferenceError(error)
    } catch {
      throw InferenceError.wrapping(error)
    }
  }

  private func placed(_ area: AreaOfInterest?, on grid: RasterGrid) throws -> (RasterWindow, [Bool]?) {
    let placement = try area.map { try AreaPlacement($0, on: grid) }
    let window = placement?.window ?? grid.window
    guard window.pixelCount <= limits.maximumPixels else {
      throw InferenceError(
        .tooLarge,
        "The prediction would have \(window.pixelCount) pixels; \(limits.maximumPixels) are allowed: ask for a smaller area."
      )
    }
    return (window, placement?.mask())
  }

  private func write<Value: PixelValue & FixedWidthInteger & UnsignedInteger>(
    _ type: Value.Type, _ request: InferenceRequest, _ model: RunnableModel, _ stack: FeatureStack,
    _ window: RasterWindow, _ mask: [Bool]?, _ legend: ClassLegend, _ output: borrowing OutputFolder,
    _ progress: Progress, _ isCancelled: () -> Bool, _ report: inout PredictionReport
  ) throws {
    let classifier = PixelClassifier<Value>(stack: stack, model: model, limits: limits)
    let (raw, confidence) = try classifier.run(
      window, mask: mask, progress: { progress($0 * 0.8, $1) }, isCancelled: isCancelled)
    let map = try Sieve.filter(raw, threshold: request.sievePixels, isCancelled: isCancelled)
    progress(0.85, window.pixelCount)
    let grid = stack.grid.of(window)
    let writer = COGWriter(grid: grid)
    try writer.writeClassMap(
      map, noData: Value(truncatingIfNeeded: legend.noData), classes: legend.classes, to: output.path("class.tif"),
      isCancelled: isCancelled)
    if request.confidence {
      let block = try PixelBlock(width: map.width, height: map.height, values: confidence, validity: map.validity)
      try writer.writeConfidence(block, to: output.path("confidence.tif"), isCancelled: isCancelled)
    }
    progress(0.9, window.pixelCount)
    report.count(map.values, map.validity)
    try writePolygons(map, confidence, grid, legend, request, output, isCancelled, &report)
    try PreviewWriter.writeClassMap(map, classes: legend.classes, to: output.path("thumbnail.png"))
    report.footprint = try Footprint(grid)
  }

  private func writePolygons<Value: PixelValue & BinaryInteger>(
    _ map: PixelBlock<Value>, _ confidence: [Float], _ grid: RasterGrid, _ legend: ClassLegend,
    _ request: InferenceRequest, _ output: borrowing OutputFolder, _ isCancelled: () -> Bool,
    _ report: inout PredictionReport
  ) throws {
    let simplify = request.simplification > 0 ? request.simplification : nil
    let options = Polygonizer.Options(simplifyMetres: simplify, maximumPolygons: limits.maximumPolygons)
    let writer = try GeoJSONWriter(path: output.path("polygons.geojson"), classes: legend.classes)
    var areas: [Int: Double] = [:]
    var small = 0
    let summary = try Polygonizer(grid: grid, options: options).run(
      map, confidence: confidence, isCancelled: isCancelled
    ) { polygon in
      areas[polygon.value, default: 0] += polygon.areaSquareMetres
      if polygon.areaSquareMetres < request.minimumArea { small += 1 } else { try writer.write(polygon) }
    }
    try writer.finish()
    report.polygons = writer.featureCount
    report.polygonsBelowMinimumArea = small
    report.polygonsCollapsed = summary.collapsed
    for index in report.classes.indices {
      report.classes[index].areaSquareMetres = areas[report.classes[index].value] ?? 0
    }
  }
}
